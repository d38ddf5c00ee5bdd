"""Writes docs/scheme_reference: a page for each kind of line, and the pages about what they share.

    python docs/make_scheme_reference.py            writes the pages
    python docs/make_scheme_reference.py --check    names the pages that are not as they would be written

What a kind means and what its settings say comes from its record; when to use it, its formula in words and its worked
example from `examples/<kind>.yaml`; the pages about quantities, numbers and files from `written/`, where a line
`{{settings LineOf}}` or `{{columns managers}}` stands for a table made here, and `{{own TargetOf}}` for one without the
settings that facts share.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from setting_tables import RECORDS, WINDOWED, columns_table, meaning_of, settings_table

from policymodel.documents import read_yaml
from policymodel.history.tables import TABLES
from policymodel.scheme.kinds import CARD_KINDS, KINDS, PAY_KINDS, Common

HOME = Path(__file__).resolve().parent / "scheme_reference"
FAMILIES = {
    "rates": "Rates",
    "lookups": "Look-ups",
    "arithmetic": "Arithmetic between lines",
    "peers": "Among people",
    "time": "Over time",
    "plans": "Named plans",
    "card": "Lines of a card",
    "balanced": "A balanced scorecard",
    "pay": "Items of pay",
}
"""The families by the module that holds their records, in the order of the index."""

SHARED = ("id", "title", "source", "every", "floor", "cap", "round")
"""The settings of every general kind, told once on the page about scheme files."""

STATUSES = {"absent": "not known", "not_applicable": "does not apply", "quarantined": "put aside"}


@cache
def example_of(kind: str) -> dict[str, Any]:
    """What is written by hand about a kind."""
    document: dict[str, Any] = read_yaml(HOME / "examples" / f"{kind}.yaml")
    return document


@cache
def sayings() -> list[dict[str, Any]]:
    """The words of the trade, each with the kinds and the lines that say it."""
    entries: list[dict[str, Any]] = read_yaml(HOME / "written" / "how_do_i_say.yaml")
    return entries


def pages() -> dict[str, str]:
    """Every page by its name."""
    by_hand = {path.name: path.read_text(encoding="utf-8") for path in (HOME / "written").glob("*.md")}
    made = {name: _filled(text) for name, text in by_hand.items()}
    made["README.md"] = _page([by_hand["README.md"], *_index()])
    made["how_do_i_say.md"] = _page([by_hand["how_do_i_say.md"], *_sayings()])
    return made | {f"{kind}.md": kind_page(kind) for kind in KINDS}


def kind_page(kind: str) -> str:
    """The page of a kind."""
    record, about = KINDS[kind], example_of(kind)
    differ: dict[str, str] = about.get("differ", {})
    parts = [f"# `{kind}`", f"*{about['term']['zh-Hant']}*", *meaning_of(record), *_stands(kind)]
    parts += ["## When to use it", about["use"], "See also:"]
    parts.append(_bullets(f"[`{other}`]({other}.md), {why}" for other, why in about["neighbours"].items()))
    parts += [
        "## Settings",
        settings_table(record, without=_elsewhere(record), differ=tuple(differ)),
        _shared(record),
    ]
    if differ:
        parts += ["Where plans differ:", _bullets(f"`{name}`: {why}" for name, why in differ.items())]
    parts += ["## How it is worked out", about["formula"]]
    if sides := about.get("sides"):
        rows = [f"| {_named(side)} | {what} |" for side, what in sides.items()]
        parts += ["## Side figures", "\n".join(["| side figure | what it shows |", "| --- | --- |", *rows])]
    parts += ["## Where a figure is missing", _bullets(about["missing"])]
    return _page([*parts, "## Example", *_example(about["example"])])


def _elsewhere(record: type) -> tuple[str, ...]:
    """The settings that the page about scheme files tells."""
    return SHARED if issubclass(record, Common) else ("id", "title", "source")


def _stands(kind: str) -> Iterator[str]:
    """Where the kind may stand, if not everywhere."""
    if "stands" in example_of(kind):
        yield example_of(kind)["stands"]
    elif kind in CARD_KINDS:
        yield "It stands on a card or among the figures, not among the items of pay."
    if kind in PAY_KINDS:
        yield "It stands among the items of pay, nowhere else."


def _shared(record: type) -> str:
    link = "[scheme files](scheme_files.md#what-every-line-has)"
    if not issubclass(record, Common):
        return f"It also has `id`, `title` and `source`, which must be written: see {link}."
    rest = _and(f"`{name}`" for name in SHARED[2:])
    return f"It also has `id` and `title`, and where wanted {rest}: see {link}."


def _and(words: Iterator[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}"


def _named(side: str) -> str:
    return ", ".join("…" if each == "…" else f"`id.{each}`" for each in side.split(", "))


def _example(example: Mapping[str, Any]) -> Iterator[str]:
    yield example["story"]
    yield f"```yaml\n{example['scheme'].rstrip()}\n```"
    for name in TABLES:
        if name in example["history"]:
            yield f"`{name}`:"
            yield _table(list(csv.DictReader(example["history"][name].splitlines(), skipinitialspace=True)))
    if measures := example.get("measures"):
        yield f"{_and_or_one([_declared(name, words) for name, words in measures.items()])}."
    yield "What comes out:"
    yield _table([{key: _shown(value) for key, value in row.items()} for row in example["expect"]])
    yield example["arithmetic"]


def _and_or_one(sentences: list[str]) -> str:
    return _and(iter(sentences)) if len(sentences) > 1 else sentences[0]


def declaration(words: str) -> dict[str, str]:
    """The declaration of a measure from a few words: its type, what no row means, `down` where less is better.

    >>> declaration("stock absent")
    {'type': 'stock', 'no_row': 'absent', 'better': 'up'}
    """
    kind, no_row, *better = words.split()
    return {"type": kind, "no_row": no_row, "better": better[0] if better else "up"}


def _declared(name: str, words: str) -> str:
    said = declaration(words)
    no_row = "no row is zero" if said["no_row"] == "zero" else "no row is not known"
    down = ", less is better" if said["better"] == "down" else ""
    return f"`{name}` is a {said['type']} ({no_row}{down})"


def _shown(value: Any) -> str:
    if isinstance(value, Decimal | int):
        return f"{value:,}".replace("-", "−")
    return f"*{STATUSES[value]}*" if value in STATUSES else str(value)


def _table(rows: list[dict[str, str]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    return "\n".join(
        [*head, *("| " + " | ".join(row.get(name, "") for name in names) + " |" for row in rows)]
    )


def _index() -> Iterator[str]:
    """Every kind with its sentence and its Chinese term, by family."""
    for module, title in FAMILIES.items():
        rows = [
            f"| [`{kind}`]({kind}.md) | {meaning_of(record)[0]} | {example_of(kind)['term']['zh-Hant']} |"
            for kind, record in KINDS.items()
            if record.__module__.endswith(f".{module}")
        ]
        yield f"## {title}"
        yield "\n".join(["| kind | what it is | 中文 |", "| --- | --- | --- |", *rows])


def _sayings() -> Iterator[str]:
    """Every word of the trade in order, and then by theme the lines that say it."""
    words = {word: _anchor(each) for each in sayings() for word in each["words"]}
    initials: dict[str, list[str]] = {}
    for word in sorted(words, key=str.casefold):
        initial = word[0].upper()
        initials.setdefault(initial if initial.isascii() else "中文", []).append(f"[{word}](#{words[word]})")
    yield _bullets(f"**{initial}** {' · '.join(links)}" for initial, links in initials.items())
    for theme in dict.fromkeys(each["theme"] for each in sayings()):
        yield f"## {theme}"
        for each in sayings():
            if each["theme"] == theme:
                kinds = ", ".join(f"[`{kind}`]({kind}.md)" for kind in each["kinds"])
                yield f"### {', '.join(each['words'])}"
                yield f"{each['says']} See {kinds}."
                yield f"```yaml\n{each['lines'].rstrip()}\n```"


def _anchor(saying: Mapping[str, Any]) -> str:
    """The name that a page gives to the heading of a saying."""
    return re.sub(r"[^\w -]", "", ", ".join(saying["words"])).lower().replace(" ", "-")


MARKS = {
    "settings": lambda name: settings_table(RECORDS[name]),
    "own": lambda name: settings_table(RECORDS[name], without=WINDOWED),
    "columns": columns_table,
}


def _filled(text: str) -> str:
    """A page written by hand, its marks replaced by tables."""
    return re.sub(r"^\{\{(\w+) (\w+)\}\}$", lambda mark: MARKS[mark[1]](mark[2]), text, flags=re.M)


def _bullets(sentences: Iterator[str] | list[str]) -> str:
    return "\n".join(f"- {' '.join(each.split())}" for each in sentences)


def _page(parts: list[str]) -> str:
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` name those that differ."""
    made = pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in HOME.glob("*.md")}
    stale = [name for name, text in made.items() if there.get(name) != text]
    left = [name for name in there if name not in made]
    if "--check" in arguments:
        sys.stdout.write("".join(f"not as it would be written: {name}\n" for name in [*stale, *left]))
        return 1 if stale or left else 0
    for name in stale:
        (HOME / name).write_text(made[name], encoding="utf-8", newline="\n")
    for name in left:
        (HOME / name).unlink()
    sys.stdout.write(f"{len(made)} pages, {len(stale)} written, {len(left)} removed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
