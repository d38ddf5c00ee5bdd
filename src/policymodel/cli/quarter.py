"""policymodel quarter: the quarter's procedure, from the first computation to the payment list (S6.9)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from policymodel.approvals.checking import Finding, changed_sources, check_figures, check_register
from policymodel.approvals.figures import payments, unknown
from policymodel.approvals.procedure import S6_9, Procedure, State, read_procedure
from policymodel.approvals.register import SHORT, Entry, Register, Step, append, read_register, sound_register
from policymodel.cli.answering import DONE, FINDINGS, JsonOption, answering_several
from policymodel.cli.columns import in_columns
from policymodel.cli.facts import (
    BaseYearOption,
    HistoryOption,
    MappingOption,
    parse_period,
    read_facts,
)
from policymodel.cli.frames import check_target, hand_over
from policymodel.errors import InputError, Problem, inert
from policymodel.runner.quarter import ComputedQuarter, compute_quarter
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme

RegisterArgument = Annotated[Path, typer.Argument(metavar="REGISTER", help="The register's file, *.jsonl.")]
RegionOption = Annotated[str, typer.Option("--region", metavar="NAME", help="The region.")]
QuarterOption = Annotated[
    str, typer.Option("--period", metavar="PERIOD", help="The period of the scheme, such as 2025-Q2.")
]
ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who takes the step; stays in the register.")
]
RoleOption = Annotated[
    str,
    typer.Option(
        "--role",
        metavar="ROLE",
        help="accounting, department_head, corporate_department, presidents_office, or as the procedure has it.",
    ),
]
SchemeIdOption = Annotated[
    str,
    typer.Option("--scheme", metavar="ID", help="The scheme's id, where the quarter has figures of several."),
]
ProcedureOption = Annotated[
    Path | None,
    typer.Option(
        "--procedure", metavar="FILE", help="Roles and steps apart of one's own; else those of S6.9."
    ),
]
PlanYearOption = Annotated[
    str, typer.Option("--plan-year", metavar="PERIOD", help="The plan year; else the period's calendar year.")
]
OnePlanOption = Annotated[
    str,
    typer.Option(
        "--plan", metavar="NAME", help="The people under this plan; else those under the ordinary one."
    ),
]
ListOption = Annotated[
    Path, typer.Option("--out", metavar="FILE", help="The payment list: a .csv, .xlsx or .parquet file.")
]


def compute(
    scheme: Annotated[Path, typer.Argument(metavar="SCHEME", help="A scheme or change file.")],
    history: HistoryOption,
    region: RegionOption,
    period: QuarterOption,
    register: Annotated[
        Path, typer.Option("--register", metavar="FILE", help="The register; made where it is not there.")
    ],
    by: ByOption,
    role: RoleOption,
    mapping: MappingOption = None,
    plan_year: PlanYearOption = "",
    base_year: BaseYearOption = "",
    plan: OnePlanOption = "",
    procedure: ProcedureOption = None,
    json: JsonOption = False,
) -> int:
    """Compute a quarter's figures: accounting those of performance, the department head those of management.

    Both come before the review, from the same history, scheme and program. The figures are kept beside the register.

    \b
    Example:
      policymodel quarter compute params/schemes/s6_profit_centre.yaml --history reports/demo/store --region north \\
        --period 2025-Q2 --register reports/register.jsonl --by 0417 --role accounting
    """
    rules, steps = read_scheme(scheme), _procedure(procedure)
    part = steps.part_of(role)
    if part is None:
        right = " and ".join(
            f"{each} by {' or '.join(steps.roles[each])}" for each in ("performance", "management")
        )
        raise InputError("--role", [Problem("", f"'{role}' does not compute one part of the figures", right)])
    found = _computed(rules, scheme, history, mapping, (region, period), (plan_year, base_year), plan)
    if part not in found.figures:
        what = f"'{rules.id}' has no {part} figures: it has no {'pay' if part == 'performance' else 'card'}"
        raise InputError(str(scheme), [Problem("", what)])
    step = Step(
        *(region, parse_period(period, "--period").label, rules.id, "computed", by, role),
        figures={part: found.figures[part]},
        parts=tuple(found.figures),
        made_of=found.made_of,
    )
    return _told(append(register, step, steps), json)


def review(
    register: RegisterArgument,
    region: RegionOption,
    period: QuarterOption,
    by: ByOption,
    role: RoleOption,
    scheme: SchemeIdOption = "",
    procedure: ProcedureOption = None,
    json: JsonOption = False,
) -> int:
    """Review the figures of a quarter (the corporate department); both computations must be there.

    \b
    Example:
      policymodel quarter review reports/register.jsonl --region north --period 2025-Q2 \\
        --by 0082 --role corporate_department
    """
    return _step(register, "reviewed", (region, period, scheme), (by, role), procedure, json)


def submit(
    register: RegisterArgument,
    region: RegionOption,
    period: QuarterOption,
    by: ByOption,
    role: RoleOption,
    scheme: SchemeIdOption = "",
    procedure: ProcedureOption = None,
    json: JsonOption = False,
) -> int:
    """Submit reviewed figures to the president's office (the corporate department).

    \b
    Example:
      policymodel quarter submit reports/register.jsonl --region north --period 2025-Q2 \\
        --by 0082 --role corporate_department
    """
    return _step(register, "submitted", (region, period, scheme), (by, role), procedure, json)


def approve(
    register: RegisterArgument,
    region: RegionOption,
    period: QuarterOption,
    by: ByOption,
    role: RoleOption,
    scheme: SchemeIdOption = "",
    procedure: ProcedureOption = None,
    json: JsonOption = False,
) -> int:
    """Approve submitted figures (the president's office); until then every page calls them provisional.

    \b
    Example:
      policymodel quarter approve reports/register.jsonl --region north --period 2025-Q2 \\
        --by 0009 --role presidents_office
    """
    return _step(register, "approved", (region, period, scheme), (by, role), procedure, json)


def give_back(
    register: RegisterArgument,
    region: RegionOption,
    period: QuarterOption,
    by: ByOption,
    role: RoleOption,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; stays in the register.")],
    scheme: SchemeIdOption = "",
    procedure: ProcedureOption = None,
    json: JsonOption = False,
) -> int:
    """Return figures with a reason: the next computation begins a new round, and the old one stays.

    What is released cannot be returned: a correction goes into a later quarter.

    \b
    Example:
      policymodel quarter return reports/register.jsonl --region north --period 2025-Q2 \\
        --by 0082 --role corporate_department --reason "three fees of June are missing"
    """
    return _step(register, "returned", (region, period, scheme), (by, role), procedure, json, reason)


def release(
    register: RegisterArgument,
    region: RegionOption,
    period: QuarterOption,
    by: ByOption,
    role: RoleOption,
    out: ListOption,
    scheme: SchemeIdOption = "",
    procedure: ProcedureOption = None,
    json: JsonOption = False,
) -> int:
    """Release approved figures for payment (accounting), and write the list for the payroll: person, item, amount.

    The list holds performance income as approved, and with its reason what a penalty takes; base wage waits for nobody.
    Exit code 1 where an amount is not known.

    \b
    Example:
      policymodel quarter release reports/register.jsonl --region north --period 2025-Q2 \\
        --by 0417 --role accounting --out payments.csv
    """
    check_target(out)
    code = _step(register, "released", (region, period, scheme), (by, role), procedure, json)
    return max(code, _write_list(register, (region, period, scheme), out))


def payment_list(
    register: RegisterArgument,
    region: RegionOption,
    period: QuarterOption,
    out: ListOption,
    scheme: SchemeIdOption = "",
) -> int:
    """Write the payment list of a released quarter again, from the figures that were approved.

    \b
    Example:
      policymodel quarter payments reports/register.jsonl --region north --period 2025-Q2 --out payments.csv
    """
    check_target(out)
    return _write_list(register, (region, period, scheme), out)


def status(
    register: RegisterArgument,
    region: Annotated[str, typer.Option("--region", metavar="NAME", help="One region alone.")] = "",
    period: Annotated[str, typer.Option("--period", metavar="PERIOD", help="One period alone.")] = "",
    json: JsonOption = False,
) -> int:
    """Where every quarter of a register stands, and who took which step when.

    \b
    Example:
      policymodel quarter status reports/register.jsonl
    """
    told = sound_register(register)
    label = parse_period(period, "--period").label if period else ""
    entries = [each for each in told.entries if region in ("", each.region) and label in ("", each.period)]
    if json:
        _print_json([asdict(each) for each in entries])
        return DONE
    for about, quarter in told.quarters().items():
        mine = [each for each in entries if each.about == about]
        if not mine:
            continue
        sys.stdout.write(inert(f"{' '.join(about)}: {quarter.state}, round {quarter.round}") + "\n")
        for line in in_columns(_row(each) for each in mine):
            sys.stdout.write(f"  {line}\n")
    sys.stdout.write(f"head: {told.head}\n")
    return DONE


def _row(entry: Entry) -> list[str]:
    """An entry as a row of the list: the reason last, which may be long."""
    who = f"{entry.name} ({entry.role})"
    cells = [
        str(entry.number),
        f"round {entry.round}",
        entry.step,
        entry.when,
        who,
        entry.hash[:SHORT],
        entry.reason,
    ]
    return [inert(each) for each in cells]


def check(
    register: RegisterArgument,
    head: Annotated[
        str,
        typer.Option(
            "--head", metavar="HASH", help="The hash on a page or a receipt (12 characters or more)."
        ),
    ] = "",
    scheme: Annotated[
        Path | None,
        typer.Option("--scheme", metavar="SCHEME", help="Compute the figures of this scheme again."),
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option("--history", metavar="DIR", help="With --scheme: the history to compute from."),
    ] = None,
    mapping: MappingOption = None,
    procedure: ProcedureOption = None,
    json: JsonOption = False,
) -> int:
    """Whether a register is what was written, and its figures what the scheme and the history give today.

    Every difference is a sentence: which line, which file, whose figure, what was approved and what it is now. Without
    --head nobody can tell that the end was cut off. Exit code 1 where anything differs.

    \b
    Example:
      policymodel quarter check reports/register.jsonl --head 3fa91c77be02 \\
        --scheme params/schemes/s6_profit_centre.yaml --history reports/demo/store
    """
    told = read_register(register)
    found = list(check_register(told, _procedure(procedure), head))
    if scheme is not None:
        if history is None:
            raise InputError(
                "--history", [Problem("", "nothing says from which history", "write --history DIR")]
            )
        found += _recomputed(told, scheme, history, mapping)
    if json:
        _print_json([asdict(each) for each in found])
    else:
        for each in found:
            sys.stdout.write(f"{each}\n")
        if not found:
            figures = "" if scheme is None else "; the figures come out as they were computed"
            sys.stdout.write(f"{len(told.entries)} entries, unchanged{figures}. head: {told.head}\n")
    return FINDINGS if found else DONE


def _recomputed(told: Register, file: Path, history: Path, mapping: Path | None) -> Iterable[Finding]:
    """What comes out otherwise of every quarter of a scheme, and what it was made from that is another today."""
    rules = read_scheme(file)
    for about, quarter in told.quarters().items():
        entry = next(iter(quarter.computed.values()), None)
        if about[2] != rules.id or entry is None or quarter.state == "returned":
            continue
        years = (entry.made_of.get("plan_year", ""), entry.made_of.get("base_year", ""))
        now = _computed(rules, file, history, mapping, about[:2], years, entry.made_of.get("plan", ""))
        found = list(check_figures(told, quarter, now.figures))
        if found and (names := changed_sources(entry, now.made_of)):
            words = ", ".join(each.replace("_", " ") for each in names)
            yield Finding(" ".join(about), f"not what it was computed from: {words}")
        yield from found


def _computed(
    rules: Scheme,
    file: Path,
    history: Path,
    mapping: Path | None,
    of: tuple[str, str],
    years: tuple[str, str],
    of_plan: str,
) -> ComputedQuarter:
    period, of_plan = parse_period(of[1], "--period"), "" if of_plan == "ordinary" else of_plan
    plan = parse_period(years[0] or period.label[:4], "--plan-year")
    base = parse_period(years[1], "--base-year") if years[1] else plan.year_before()
    return compute_quarter(
        read_facts(history, mapping),
        history,
        (rules, file),
        of[0],
        period,
        (plan, base),
        "" if of_plan == "ordinary" else of_plan,
    )


def _step(
    register: Path,
    state: State,
    of: tuple[str, str, str],
    who: tuple[str, str],
    procedure: Path | None,
    as_json: bool,
    reason: str = "",
) -> int:
    about = _about(sound_register(register), *of)
    return _told(append(register, Step(*about, state, *who, reason=reason), _procedure(procedure)), as_json)


def _about(told: Register, region: str, period: str, scheme: str) -> tuple[str, str, str]:
    """Region, period and scheme as the register has them; the scheme may be left out where there is one."""
    label = parse_period(period, "--period").label
    schemes = [each[2] for each in told.quarters() if each[:2] == (region, label)]
    if scheme and scheme in schemes:
        return region, label, scheme
    if scheme or not schemes:
        there = ", ".join(" ".join(each) for each in told.quarters()) or "empty"
        what = f"has no figures of {' '.join(each for each in (region, label, scheme) if each)}"
        raise InputError(str(told.path), [Problem("", what, f"it holds {there}")])
    if len(schemes) > 1:
        what = f"{region} {label} has figures of {', '.join(schemes)}"
        raise InputError("--scheme", [Problem("", what, "name one")])
    return region, label, schemes[0]


def _write_list(register: Path, of: tuple[str, str, str], out: Path) -> int:
    """The payment list of a released quarter; who is not on it because an amount is not known is named."""
    told = sound_register(register)
    about = _about(told, *of)
    quarter = told.quarter(*about)
    if quarter.state != "released":
        what = f"{' '.join(about)} is {quarter.state}"
        raise InputError(str(register), [Problem("", what, "only what is released is paid")])
    if "performance" not in quarter.figures:
        raise InputError(str(register), [Problem(" ".join(about), "the scheme pays nothing")])
    figures = told.figures(quarter.figures["performance"])
    frame = payments(figures)
    frame.insert(0, "period", about[1])
    frame.insert(0, "region", about[0])
    hand_over(frame, out)
    missing = unknown(figures)
    for each in missing:
        sys.stderr.write(inert(f"{each}: an amount could not be computed and is not on the list") + "\n")
    return FINDINGS if missing else DONE


def _procedure(path: Path | None) -> Procedure:
    return S6_9 if path is None else read_procedure(path)


def _told(entry: Entry, as_json: bool) -> int:
    """The receipt of a step."""
    if as_json:
        _print_json(asdict(entry))
    else:
        receipt = f"entry {entry.number}, {entry.when}, {entry.name}: {entry}, round {entry.round}"
        sys.stdout.write(f"{inert(receipt)}\nhash: {entry.hash}\n")
    return DONE


def _print_json(content: Any) -> None:
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


VERBS: Mapping[str, Any] = {
    "compute": compute,
    "review": review,
    "submit": submit,
    "approve": approve,
    "return": give_back,
    "release": release,
    "payments": payment_list,
    "status": status,
    "check": check,
}

WHAT = """The quarter's procedure: computed, reviewed, submitted, approved, and only then released for payment.

Accounting computes performance, the department head management; the corporate department reviews and submits; the
president's office approves. Every step is a line of the register that nobody can change unseen.

\b
Example:
  policymodel quarter status reports/register.jsonl
"""

answer = answering_several("quarter", VERBS, WHAT)
