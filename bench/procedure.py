"""One byte changed, a line moved, a writer killed, a history tampered with: what `policymodel quarter` finds, as JSON.

    python bench/procedure.py [--tries 400] [--kills 40] [--seed 1]

The figures of four quarters of a small invented bank are walked to approval. In every try one byte of the register, or
of a file of figures, is given another value, taken out or put in (`bytes`: planted and found); lines are removed,
moved, doubled and edited (`lines`); the end is cut off and the register written anew with new hashes, which only the
hash of a receipt can find (`without_head`, `with_head`). Two writers are killed at random moments: `told` are the
steps it said were taken, `lost` those of them that are not there, `broken` the registers that could not be read. At
last one client's fee of the history is raised by 1,000.00 after the approval: `tampered_figure` says what `check`
tells of it. Exit code 1 if anything was missed, lost or broken.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from policymodel.approvals.checking import check_figures, check_register
from policymodel.approvals.figures import figures_of
from policymodel.approvals.procedure import S6_9
from policymodel.approvals.register import (
    Entry,
    Register,
    Step,
    append,
    entry_line,
    figures_folder,
    read_register,
    sealed,
)
from policymodel.draws import Draws
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.synthetic import write_bank
from policymodel.periods import Period
from policymodel.runner.quarter import computed
from policymodel.scheme.reading import read_scheme

PROJECT = Path(__file__).resolve().parents[1]
SCHEME = read_scheme(PROJECT / "params" / "schemes" / "s6_profit_centre.yaml")
YEAR = Period.parse("2025")
WHO = {
    "performance": ("0417", "accounting"),
    "management": ("0233", "department_head"),
    "reviewed": ("0082", "corporate_department"),
    "submitted": ("0082", "corporate_department"),
    "approved": ("0009", "presidents_office"),
}


def figures(history: History) -> dict[str, Any]:
    """The figures of each quarter of a region."""
    result = computed(history, SCHEME, YEAR, YEAR.year_before())
    return {period.label: figures_of(result, period) for period in result.periods}


def walk(path: Path, quarters: dict[str, Any]) -> None:
    """Every quarter to its approval."""
    for label, parts in quarters.items():
        for step, (name, role) in WHO.items():
            first = step in parts
            told = Step(
                *("north", label, SCHEME.id, "computed" if first else step, name, role),
                figures={step: parts[step]} if first else {},
                parts=tuple(parts),
                made_of={"data": "1"} if first else {},
            )
            append(path, told)


def found(path: Path, head: str = "") -> bool:
    """Whether a check says anything."""
    return bool(list(check_register(read_register(path), S6_9, head)))


def bytes_changed(path: Path, tries: int, chance: random.Random) -> dict[str, Any]:
    """One byte after the other, each put back."""
    planted, seen, missed = Counter[str](), Counter[str](), []
    files = [path, *sorted(figures_folder(path).iterdir())]
    for number in range(tries):
        file = path if number % 2 else chance.choice(files[1:])
        content, kind = file.read_bytes(), "register" if file == path else "figures"
        at, way = chance.randrange(len(content)), chance.choice(("other", "gone", "more"))
        other = bytes([content[at] ^ chance.randint(1, 255)])
        now = {"other": other, "gone": b"", "more": content[at : at + 1] + other}[way]
        file.write_bytes(content[:at] + now + content[at + 1 :])
        planted[kind] += 1
        if found(path):
            seen[kind] += 1
        else:
            missed.append(f"{file.name} at {at}, {way}")
        file.write_bytes(content)
    return {"planted": dict(planted), "found": dict(seen), "missed": missed}


def lines_changed(path: Path, chance: random.Random) -> dict[str, Any]:
    """Every line removed, moved, doubled and edited."""
    content = path.read_bytes()
    lines, planted, missed = content.splitlines(keepends=True), 0, []
    for at in range(len(lines) - 1):
        other = chance.choice([each for each in range(len(lines)) if each != at])
        moved = [*lines]
        moved[at], moved[other] = moved[other], moved[at]
        ways = {
            "removed": lines[:at] + lines[at + 1 :],
            "moved": moved,
            "doubled": lines[: at + 1] + lines[at:],
            "edited": [*lines[:at], lines[at].replace(b'"when":"2', b'"when":"1'), *lines[at + 1 :]],
        }
        for way, changed in ways.items():
            path.write_bytes(b"".join(changed))
            planted += 1
            if not found(path):
                missed.append(f"line {at + 1} {way}")
    path.write_bytes(content)
    return {"planted": planted, "missed": missed}


def rewritten(entries: tuple[Entry, ...]) -> Iterator[bytes]:
    """The register with another approver, and every hash made anew."""
    before = ""
    for entry in entries:
        now = sealed(replace(entry, name="0666" if entry.state == "approved" else entry.name, before=before))
        before = now.hash
        yield entry_line(now)


def beyond_a_chain(path: Path) -> dict[str, Any]:
    """What a chain cannot prove by itself, and a hash from a receipt can."""
    content, register = path.read_bytes(), read_register(path)
    lines = content.splitlines(keepends=True)
    ways = {"end cut off": b"".join(lines[:-1]), "written anew": b"".join(rewritten(register.entries))}
    told = {}
    for way, changed in ways.items():
        path.write_bytes(changed)
        told[way] = {"without_head": found(path), "with_head": found(path, register.head)}
    path.write_bytes(content)
    return told


def work(path: Path, region: str, quarters: dict[str, Any], said: int) -> None:
    """Compute and return, again and again, and say so after every step."""
    part = next(iter(quarters.values()))["performance"]
    while True:
        step = Step(
            region, "2025-Q1", SCHEME.id, "computed", "0417", "accounting", figures={"performance": part}
        )
        append(path, step)
        os.write(said, b".")
        append(path, Step(region, "2025-Q1", SCHEME.id, "returned", "0082", "corporate_department", "again"))
        os.write(said, b".")


def killed(path: Path, quarters: dict[str, Any], kills: int, chance: random.Random) -> dict[str, Any]:
    """Two writers at once, both killed at a random moment, again and again."""
    fork, told, lost, broken = multiprocessing.get_context("fork"), 0, 0, 0
    for kill in range(kills):
        heard, said = os.pipe()
        writers = [
            fork.Process(target=work, args=(path, f"r{kill}-{each}", quarters, said)) for each in range(2)
        ]
        for each in writers:
            each.start()
        os.close(said)
        told += len(os.read(heard, 1))
        time.sleep(chance.uniform(0, 0.08))
        for each in writers:
            if each.pid is not None:
                os.kill(each.pid, signal.SIGKILL)
            each.join()
        while more := os.read(heard, 65536):
            told += len(more)
        os.close(heard)
        broken += found(path)
        lost += max(0, told - len(read_register(path).entries))
    return {"kills": 2 * kills, "told": told, "lost": lost, "broken": broken}


def tampered(path: Path, history: History) -> dict[str, Any]:
    """One client's fee of May raised by 1,000.00 after the approval."""
    table = history.tables["client_income"]
    rows = table.index[(table["line"] == "fee") & (table["month"] == Period.parse("2025-05").first)]
    amounts = table["amount"].where(table.index != rows[0], table["amount"] + 1000)
    other = replace(history, tables={**history.tables, "client_income": table.assign(amount=amounts)})
    register: Register = read_register(path)
    now = figures(other)
    told = [
        finding
        for about, quarter in register.quarters().items()
        for finding in check_figures(register, quarter, now[about[1]])
    ]
    whose = {each.manager_id for each in told}
    fee = [asdict(each) for each in told if each.line == "fee"]
    return {
        "whose": table.at[rows[0], "manager_id"],
        "found": whose == {table.at[rows[0], "manager_id"]} and len(fee) == 1,
        "lines": len(told),
        "fee": fee,
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tries", type=int, default=400)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory(prefix="procedure-") as folder:
        home = Path(folder)
        write_bank(home / "bank", Draws(chosen.seed), managers=24, regions=2)
        mapping = read_mapping(PROJECT / "params" / "mappings" / "bank.yaml")
        history = read_history(home / "bank", mapping).region("north")
        quarters, path = figures(history), home / "register.jsonl"
        walk(path, quarters)
        result = {
            "entries": len(read_register(path).entries),
            "control": not found(path, read_register(path).head),
            "bytes": bytes_changed(path, chosen.tries, chance),
            "lines": lines_changed(path, chance),
            "beyond_a_chain": beyond_a_chain(path),
            "tampered_figure": tampered(path, history),
        }
        copy = home / "killed" / "register.jsonl"
        copy.parent.mkdir()
        shutil.copy(path, copy)
        shutil.copytree(figures_folder(path), figures_folder(copy))
        before = len(read_register(copy).entries)
        result["killed"] = killed(copy, quarters, chosen.kills, chance)
        result["killed"]["entries"] = len(read_register(copy).entries) - before
    print(json.dumps(result, ensure_ascii=False, indent=1))
    well = (
        result["control"]
        and not result["bytes"]["missed"]
        and not result["lines"]["missed"]
        and all(each["with_head"] for each in result["beyond_a_chain"].values())
        and result["tampered_figure"]["found"]
        and not result["killed"]["lost"] + result["killed"]["broken"]
    )
    return 0 if well else 1


if __name__ == "__main__":
    raise SystemExit(main())
