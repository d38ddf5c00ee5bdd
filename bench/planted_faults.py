"""Faults planted in sound schemes that the linter must find, and sound schemes in which it must find nothing, as JSON.

    python bench/planted_faults.py [--schemes 100] [--seed 1] [--people 40]

Each scheme is written by chance over the same invented history (tests/lint/planted.py) and linted as it is: every
finding is a false alarm. Then each fault is planted into it, one at a time: it is found where the rule speaks at the
fault's address; what else speaks that did not before, and does not follow from the fault, is a false alarm too. The
same schemes are linted without the history as well.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from lint import planted
from policymodel.lint import lint


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--schemes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=40)
    chosen = parser.parse_args()
    result = measured(chosen.schemes, chosen.seed, chosen.people)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 0 if not result["missed"] and not result["false_alarms"] else 1


def measured(schemes: int, seed: int, people: int) -> dict[str, Any]:
    """Each kind of fault over so many schemes: found, missed, false alarms."""
    begun = time.perf_counter()
    banks = {zero: planted.bank(seed, people, zero) for zero in (False, True)}
    kinds = {
        name: {
            "rule": fault.rule,
            "planted": 0,
            "found": 0,
            "found_in_the_file_alone": 0,
            "false_alarms": Counter(),
        }
        for name, fault in planted.FAULTS.items()
    }
    alarms: Counter[str] = Counter()
    missed: list[str] = []
    for number in range(seed, seed + schemes):
        document = planted.sound(number, banks[False])
        before = {zero: findings(document, bank) for zero, bank in banks.items()}
        alarms.update(f"{rule} {at}" for rule, at in before[False])
        for name, fault in planted.FAULTS.items():
            bank = banks[fault.zero_targets]
            made = planted.planted(fault, document, bank, number)
            found = findings(made, bank)
            kind = kinds[name]
            kind["planted"] += 1
            hit = (fault.rule, fault.at) in found
            kind["found"] += hit
            kind["found_in_the_file_alone"] += (fault.rule, fault.at) in findings(made, None)
            missed += [] if hit else [f"{name}, scheme {number}"]
            known = before[False] | {(fault.rule, fault.at)}
            extra = {each for each in found - known if each[0] not in (fault.rule, *fault.also)}
            kind["false_alarms"].update(f"{rule} {at}" for rule, at in extra)
    return {
        "schemes": schemes,
        "seed": seed,
        "people": people,
        "kinds_of_fault": len(kinds),
        "planted": sum(each["planted"] for each in kinds.values()),
        "found": sum(each["found"] for each in kinds.values()),
        "missed": missed,
        "false_alarms": sum(alarms.values())
        + sum(sum(each["false_alarms"].values()) for each in kinds.values()),
        "in_sound_schemes": dict(alarms),
        "kinds": {name: each | {"false_alarms": dict(each["false_alarms"])} for name, each in kinds.items()},
        "seconds": round(time.perf_counter() - begun, 1),
    }


def findings(document: planted.Doc, bank: planted.Bank | None) -> set[tuple[str, str]]:
    """The rules that speak, and where."""
    found = lint(planted.read(document), planted.SETTINGS, bank.panel if bank is not None else None)
    return {(each.rule, each.place.address) for each in found}


if __name__ == "__main__":
    raise SystemExit(main())
