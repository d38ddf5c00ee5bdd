"""Writes docs/lint.md: every rule of the linter, every threshold, and how they are set.

    python docs/make_lint_reference.py            writes the page
    python docs/make_lint_reference.py --check    says whether it is as it would be written

What a rule means comes from its docstring; its level, its source and what to do from its record; thresholds from
`Thresholds`. What is written by hand stands in this file.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from policymodel.lint import RULES
from policymodel.lint.linter import STALE, STALE_REMEDY, STALE_SOURCE
from policymodel.lint.settings import Thresholds
from policymodel.words.sentences import Value, render

PAGE = Path(__file__).resolve().parent / "lint.md"

HEAD = """# The linter

What is wrong with a scheme as a scheme. This page is written by `python docs/make_lint_reference.py`.

```
policymodel lint params/schemes/s4_scorecard.yaml
policymodel lint params/schemes/s4_scorecard.yaml --history history/ --mapping params/mappings/bank.yaml \\
  --plan-year 2025 --rules params/lint/bank.yaml --lang zh-Hant --format json
```

Without a history only what the file alone shows is told; with one, each finding says how many people and cases (a
person in a period, or a credit of a transaction) it rests on. These figures are the true ones and stay with HR. A run's
pages have the same findings (*What did the linter find?*), with figures about ten people and more only; the group's
say which finding is made in which regions, a finding of several regions counted once.

Exit code 0: no open finding as grave as `--fail-at` (`warning` where nothing is written); 1: at least one; 2: a file
cannot be read.

A finding is a reason to look, not a verdict. *Second-hand* says that the source was read about and not read; *ours*
that no literature gives the number. Behaviour found elsewhere need not be behaviour here.

## Settings

A small file, given with `--rules` or named by `lint:` in a run file; what is left out stays as this page says.

```yaml
levels: {small_weight: note, campaign: "off"}     # off, note, warning, error
thresholds: {small_weight: 0.05}
measures:                                         # what neither scheme nor mapping says
  balances: [net_deposits]                        # differences of two balances: see point_in_time
  products_per_client: [products_per_client]
  substitutes: [[insurance_sold, funds_sold]]     # each list: products that can stand for one another
  quality: [service_mark]                         # counts as compliance and risk
governance: {approved: "board, 2024-12-01", paid_after_review: S6.9, appeal: "§ 12", clawback: "§ 14", records_years: 5}
accepted:                                         # stays on every list, with the reason
  - {rule: small_weight, scheme: s4_scorecard, at: broker_links.points, because: {en: "…"}, by: HR, on: "2025-01-07"}
```

An acceptance without `scheme` or `at` is about every scheme, every place. One that names a scheme and fits nothing
there any more is told as `stale_acceptance`.

## How it is tried

Each of 29 kinds of fault, planted one at a time into 100 sound schemes written by chance over an invented history:
2,900 of 2,900 found at their place; nothing said of the sound schemes, nothing beside a fault but what follows from
it (`bench/planted_faults.py`, seeds 1000 to 1099). Whoever wrote the rules wrote the faults, so this says that they
work, not that they are all. What a bank's schemes have that nobody thought of it does not say.

Two checks know nothing of the rules. A clause called dead is taken out, and every figure of every line has to stay as
it was; and every value of every node has to lie in the range that the linter holds for possible
(`tests/lint/test_ranges.py`, on schemes by chance with every kind of line). The published plans of `tests/cases/`
have no error.

## What is not a rule

The language cannot say it, or the reader refuses it: tiers of one line that overlap or fall, places with two awards, a
region's file that changes more than head office allows. A daily quota cannot be written, since the shortest period is
a month (`monthly_hurdle`).
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_thresholds(), *_rules()])


def _thresholds() -> Iterator[str]:
    yield "## Thresholds\n"
    yield "| threshold | here | what it is | whose |\n| --- | --- | --- | --- |"
    for each in fields(Thresholds):
        default, told = each.default, each.metadata
        yield f"| `{each.name}` | {default:g} | {told['meaning']} | {told['source']} |"
    yield ""


def _rules() -> Iterator[str]:
    yield "## Rules\n"
    yield "The gravest first. The code is the `code` of a class in `policymodel.lint.rules`.\n"
    for code, rule in RULES.items():
        yield f"### {code}\n\n{inspect.getdoc(rule)}\n"
        yield _told(rule.level, rule.source, rule.remedy)
    yield f"### {STALE}\n\nAn acceptance in the settings that names this scheme and fits no finding any more.\n"
    yield _told("note", STALE_SOURCE, STALE_REMEDY)


def _told(level: str, source: Value, remedy: Value) -> str:
    return f"- Level: {level}\n- Source: {render(source, 'en')}\n- What to do: {render(remedy, 'en')}\n"


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        same = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page()
        print(
            "docs/lint.md is up to date" if same else "docs/lint.md: run python docs/make_lint_reference.py"
        )
        return 0 if same else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
