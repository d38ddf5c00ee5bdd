"""What the pages of a run say of it, whoever's page it is: titles, names for codes, changes, assumptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from policymodel.errors import Problem, RunFileError, suggest
from policymodel.history.facts import NO_CODES, Codes, History
from policymodel.history.mapping import Mapping as DeclaredFacts
from policymodel.history.measures import Measure
from policymodel.lint import RULES, Settings, read_settings
from policymodel.populations import Both, Schemes
from policymodel.report.runfile import RunFile
from policymodel.scheme.changes import changes_between
from policymodel.scheme.kinds.card import Deduction
from policymodel.scheme.kinds.card import Share as PartOf
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme
from policymodel.scheme.terms import Text as Title
from policymodel.words.clauses.plan import code_words
from policymodel.words.numbers import AmountUnit, Count, Share
from policymodel.words.scheme import INCOME, illustrative_words, numbers_of
from policymodel.words.sentences import Text, Value, say, say_many

Plans = Mapping[str, Schemes]
"""The schemes of each further plan under every design; the designs' own plan is not among them."""
Names = Iterator[tuple[tuple[str, str], Text]]
PLAIN_UNITS = ("count", "ratio", "share")
WRITE = "add it in its file, or take the language out of the run file's languages"


def schemes_of(run: RunFile) -> dict[str, Both]:
    """Each design's card and pay scheme, in the run's order; refused where a text lacks a language of the run."""
    schemes = {design.id: _read(design.card, design.pay) for design in run.designs}
    refuse_mixed(run, (*_titles(schemes), *_reasons(run, schemes)))
    return schemes


def plan_schemes_of(run: RunFile) -> dict[str, Schemes]:
    """What every design has for the people of each further plan (S6.8), in the order of the run file.

    Refused where a text lacks a language of the run, or where a plan is judged by other periods than its design.
    """
    plans: dict[str, Schemes] = {}
    for plan, named in run.designs[0].plans.items():
        if named is not None:
            each = ((design.id, design.plans[plan]) for design in run.designs)
            plans[plan] = {design: _read(own.card, own.pay) for design, own in each if own is not None}
    for schemes in plans.values():
        refuse_mixed(run, (*_plan_titles(schemes), *_titles(schemes), *_reasons(run, schemes)))
    own = schemes_of(run) if plans else {}
    problems = [
        Problem(
            f"designs.{design}.plans.{plan}",
            f"is judged every {theirs.every}, and the design every {every}",
            "judge all people of a design over the same periods",
        )
        for plan, schemes in plans.items()
        for design, both in schemes.items()
        for every in {each.every for each in own[design] if each is not None}
        for theirs in both
        if theirs is not None and theirs.every != every
    ]
    if problems:
        raise RunFileError(str(run.file), problems)
    return plans


def _read(card: Path | None, pay: Path | None) -> Both:
    return (
        read_scheme(card) if card is not None else None,
        read_scheme(pay) if pay is not None else None,
    )


def with_plans(schemes: Schemes, plans: Plans) -> dict[str, Both]:
    """Those of the plans before the designs' own, so that where both call something, the design's word stands."""
    apart = {f"{plan} {design}": both for plan, each in plans.items() for design, both in each.items()}
    return {**apart, **schemes}


def titles_of_plans(run: RunFile, plans: Plans) -> dict[str, Text]:
    """What each plan is called: as its scheme in the first design is, that of pay before the card."""
    named = ((plan, *each[run.designs[0].id]) for plan, each in plans.items())
    return {plan: _text(scheme.title) for plan, card, pay in named if (scheme := pay or card) is not None}


def refuse_mixed_facts(run: RunFile, facts: History | DeclaredFacts) -> None:
    """Refuse a history of which measures or codes are not called, or assumptions not written, in all languages."""
    file = run.mapping.name
    refuse_mixed(
        run,
        (
            *((f"{file}, the title of measure {each.name}", each.title) for each in facts.measures.values()),
            *(
                (f"{file}, the title of {of} {code}", title)
                for of, titled in facts.codes.items()
                for code, title in titled.items()
            ),
            *((f"{file}, notes[{index}]", note) for index, note in enumerate(facts.notes)),
        ),
    )


def refuse_unknown_plans(run: RunFile, facts: History) -> None:
    """Refuse a plan of the designs that no person of a history with plans stands under: it is misspelt, or gone."""
    managers = facts.tables["managers"]
    known = (
        sorted({each for each in managers["plan"] if isinstance(each, str) and each})
        if "plan" in managers
        else []
    )
    problems = [
        Problem(
            f"designs[0].plans.{plan}",
            "nobody in the history stands under this plan",
            suggest(plan, known) or f"the column `plan` of `managers` has {', '.join(known)}",
        )
        for plan in run.designs[0].plans
        if known and plan not in known
    ]
    if problems:
        raise RunFileError(str(run.file), problems)


def lint_settings(run: RunFile) -> Settings:
    """What the run sets for the linter; refused where a reason lacks a language of the run."""
    if run.lint is None:
        return Settings()
    settings = read_settings(run.lint, RULES)
    reasons = (
        (f"{run.lint.name}, accepted[{index}].because", dict(each.because.languages))
        for index, each in enumerate(settings.accepted)
    )
    refuse_mixed(run, reasons)
    return settings


def refuse_mixed(run: RunFile, texts: Iterable[tuple[str, Mapping[str, str]]]) -> None:
    """A page never mixes languages: every text that people wrote for it must be in each language of the run."""
    problems = [
        Problem(place, f"'{next(iter(text.values()), '')}' is not written in {', '.join(absent)}", WRITE)
        for place, text in texts
        if (absent := [language for language in run.languages if language not in text])
    ]
    if problems:
        raise RunFileError(str(run.file), problems)


def words_of_run(run: RunFile, schemes: Schemes, plans: Plans) -> dict[str, Any]:
    """What every page of a run has in common, as the page's settings."""
    baseline = schemes[run.baseline]
    changes = {design: _changes(baseline, both) for design, both in schemes.items() if design != run.baseline}
    for each in plans.values():
        for design in changes:
            more = _changes(each[run.baseline], each[design])
            changes[design] = pd.concat([changes[design], more], ignore_index=True)
    return {
        "title": Text(run.title),
        "question": Text(run.question),
        "period": run.plan_year.label,
        "base_period": run.base_year.label,
        "as_of": run.as_of,
        "languages": tuple(run.languages),
        "baseline": run.baseline,
        "designs": {design.id: Text(design.title) for design in run.designs},
        "seed": run.seed,
        "pays": any(pay is not None for _, pay in schemes.values()),
        "scored": any(card is not None for card, _ in schemes.values()),
        "no_change": run.no_change,
        "large_change": run.large_change,
        "changes": changes,
        "parameters": {
            design: pd.concat(
                [
                    _parameters(both),
                    *(_parameters(each[design], f"plans.{plan}.") for plan, each in plans.items()),
                ],
                ignore_index=True,
            )
            for design, both in schemes.items()
        },
        "plans": titles_of_plans(run, plans),
    }


def _parameters(both: Both, before: str = "") -> pd.DataFrame:
    """Every number of a design: part (card or pay, after its plan), and what `numbers_of` says of it."""
    frames = [
        numbers_of(each).assign(part=f"{before}{part}")
        for part, each in zip(("card", "pay"), both, strict=True)
        if each is not None
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _titles(schemes: Schemes) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What lines and parts of pay are called, each title once, by the file of the first design that has it."""
    seen = set()
    for both in schemes.values():
        for scheme, names in zip(both, (_names_of_card, _names_of_pay), strict=True):
            if scheme is None:
                continue
            for kind, name, title in _titles_of(scheme, names):
                if (key := (name, tuple(title.items()))) not in seen:
                    seen.add(key)
                    yield f"{Path(scheme.file).name}, the title of {kind} {name}", title


def _plan_titles(schemes: Schemes) -> Iterator[tuple[str, Mapping[str, str]]]:
    """A plan is called as its schemes are."""
    for scheme in (each for both in schemes.values() for each in both if each is not None):
        yield f"{Path(scheme.file).name}, its title", dict(scheme.title.languages)


def _titles_of(
    scheme: Scheme, names: Callable[[Scheme], Names]
) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    for (kind, name), text in names(scheme):
        if kind != "measure":
            yield kind, name, text.texts
    for row in numbers_of(scheme).to_dict("records"):
        if row["title"]:
            yield "line", str(row["at"]).split(".")[0], row["title"]


def _reasons(run: RunFile, schemes: Schemes) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Why each number changes; a reason in no language stands for all only where a run has one."""
    for both in (both for design, both in schemes.items() if design != run.baseline):
        for one, two in zip(schemes[run.baseline], both, strict=True):
            rows = changes_between(one, two).to_dict("records") if one is not None and two is not None else ()
            for row in rows:
                because = row["because"]
                if isinstance(because, str) and because and len(run.languages) > 1:
                    because = {"": because}
                if isinstance(because, Mapping) and because:
                    assert two is not None
                    yield f"{Path(two.file).name}, the reason for {row['at']}", because


def _changes(baseline: Both, other: Both) -> pd.DataFrame:
    """What another design changes: its card and its pay scheme against the baseline's."""
    pairs = zip(baseline, other, strict=True)
    frames = [changes_between(one, two) for one, two in pairs if one is not None and two is not None]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def names_of(
    schemes: Schemes, measures: Iterable[Measure], currency: str, codes: Codes = NO_CODES
) -> dict[tuple[str, str], Value]:
    """Words for codes: parts of pay, lines of cards, measures, their units, income lines; and what the mapping titles.

    An event is called as the line that counts it.
    """
    income: dict[tuple[str, str], Value] = {("income", line): words for line, words in INCOME.items()}
    return {
        **code_words(codes),
        **income,
        **dict(_names_of_schemes(schemes)),
        **dict(_names_of_measures(measures, currency)),
    }


def names_of_regions(run: RunFile) -> dict[tuple[str, str], Value]:
    """The titles a run file gives to its regions."""
    return {("region", code): Text(title) for code, title in run.region_titles.items()}


def shares_of(schemes: Schemes, measures: Iterable[Measure]) -> frozenset[str]:
    """Measures that are shares, and lines of cards that make one of two measures."""
    lines = (line for card, _ in schemes.values() if card is not None for line in card.judged())
    return frozenset(
        [each.name for each in measures if each.unit == "share"]
        + [line.id for line in lines if isinstance(line, PartOf)]
    )


def _names_of_schemes(schemes: Schemes) -> Names:
    for both in schemes.values():
        for scheme, names in zip(both, (_names_of_card, _names_of_pay), strict=True):
            yield from names(scheme) if scheme is not None else ()


def _names_of_card(scheme: Scheme) -> Names:
    for line in scheme.judged():
        yield ("line", line.id), _text(line.title)
        if isinstance(line, Deduction):
            yield ("measure", line.event), _text(line.title)


def _names_of_pay(scheme: Scheme) -> Names:
    for item in scheme.pay.items if scheme.pay is not None else ():
        for part, node in item.parts(scheme.given).items():
            yield ("item", part), _text(node.title)


def _names_of_measures(measures: Iterable[Measure], currency: str) -> Iterator[tuple[tuple[str, str], Value]]:
    for measure in measures:
        yield ("measure", measure.name), Text(dict(measure.title))
        if measure.unit not in PLAIN_UNITS:
            known: dict[str, Value] = {
                currency: AmountUnit(0, currency),
                "points": say("points"),
                "days": say("days"),
            }
            yield ("unit", measure.name), known.get(measure.unit, measure.unit)


def _text(title: Title) -> Text:
    return Text(dict(title.languages))


def notes_on_plans(
    run: RunFile, plans: Plans, people: Mapping[str, int] | None = None, joined: Value = ""
) -> Iterator[Value]:
    """By what the people of further plans are scored and paid (S6.8).

    Of a region, by the `people` under each plan in it: how many they are where that may be told, and else to which
    part of pay what only they are paid is `joined`.
    """
    titles = titles_of_plans(run, plans)
    for plan in run.designs[0].plans:
        count = 0 if people is None else people.get(plan, 0)
        if people is not None and not count:
            continue
        if plan not in titles:
            yield say(
                "Managers under the plan “{plan}” are left out: no design scores or pays them.", plan=plan
            )
            continue
        yield say(
            "Managers under “{plan}” are scored and paid by the schemes of that plan; ranks, pools and targets are "
            "among the people of one plan.",
            plan=titles[plan],
        )
        if people is None:
            continue
        if min(people.values()) >= run.smallest_cell:
            yield say_many(
                "{count} person of this region stands under it.",
                "{count} people of this region stand under it.",
                count,
                count=Count(count),
            )
        elif joined:
            yield say(
                "They are too few to be told apart: what only they are paid stands in “{item}”.", item=joined
            )


def illustrative_numbers(run: RunFile, schemes: Schemes, plans: Plans) -> tuple[Value, ...]:
    """Numbers of the designs and of the budget that no source prints."""
    every = [*schemes.values(), *(both for each in plans.values() for both in each.values())]
    words = illustrative_words(each for both in every for each in both if each is not None)
    share = run.budget.share_of_base_income if run.budget is not None else None
    if run.budget is not None and share is not None and "illustrative" in (share.source, run.budget.source):
        words.append(say("budget {share} of the base year's income", share=Share(float(share.value))))
    return tuple(words)
