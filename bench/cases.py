"""How many of the published examples each calculator prices as printed, and what their numbers do, as JSON.

    python bench/cases.py [CASE ...]

`priced` counts the cases whose every printed value comes out within the tolerance its source allows; `not_priced`
says of the others what is wrong. `sensitive` counts the numbers of a scheme of which a hundredth more makes a printed
value fail, out of all its `numbers`; `insensitive` names those that no printed value depends on, `refused` those that
a scheme can only have whole. Where no number is sensitive, `conventions` counts the words whose other meaning shows.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from policymodel.errors import PolicymodelError
from policymodel.scheme.reading import read_scheme
from published import Case, cases, misses, package, reference
from sensitivity import larger_numbers, noticed_changes, other_conventions

CALCULATORS = {"package": package, "reference": reference}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", help="folders of tests/cases; all where none is named")
    chosen = parser.parse_args().cases
    examples = [case for case in cases() if not chosen or case.name in chosen]
    begun = time.perf_counter()
    measured: dict[str, Any] = {
        "cases": len(examples),
        "printed_values": sum(len(case.expected) for case in examples),
    }
    for name, calculator in CALCULATORS.items():
        wrong = {case.name: found for case in examples if (found := priced(case, calculator))}
        measured[name] = {"priced": len(examples) - len(wrong), "not_priced": wrong}
    numbers = {case.name: sensitivity(case) for case in examples}
    measured["numbers"] = sum(each["numbers"] for each in numbers.values())
    measured["sensitive"] = sum(each["sensitive"] for each in numbers.values())
    measured["schemes"] = numbers
    measured["seconds"] = round(time.perf_counter() - begun, 1)
    print(json.dumps(measured, ensure_ascii=False, indent=1))
    return 0 if all(not measured[name]["not_priced"] for name in CALCULATORS) else 1


def priced(case: Case, calculator: Any) -> list[str]:
    """What a calculator gets wrong in a case, a scheme that cannot be read included."""
    try:
        return misses(case, calculator, read_scheme(case.scheme))
    except PolicymodelError as fault:
        return [str(fault)]


def sensitivity(case: Case) -> dict[str, Any]:
    """The numbers of a case's scheme and which of them its printed values depend on."""
    text = case.scheme.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        found = noticed_changes(case, larger_numbers(text), Path(folder))
        told: dict[str, Any] = {
            "numbers": len(found.noticed) + len(found.unnoticed),
            "sensitive": len(found.noticed),
            "insensitive": list(found.unnoticed),
            "refused": list(found.refused),
        }
        if not found.noticed:
            words = noticed_changes(case, other_conventions(text), Path(folder))
            told["conventions"] = len(words.noticed)
    return told


if __name__ == "__main__":
    sys.exit(main())
