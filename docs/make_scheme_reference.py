"""Writes docs/scheme_reference: a page for each kind of line, and the pages about what they share.

    python docs/make_scheme_reference.py            writes the pages
    python docs/make_scheme_reference.py --check    says which pages are not as they would be written

What a kind means and what its settings say comes from its record; when to use it, its formula in words and its worked
example from `examples/<kind>.yaml`; the pages about quantities, numbers and files from `written/`, where a line
`{{settings LineOf}}` or `{{columns managers}}` stands for a table made here.
"""

from __future__ import annotations

import csv
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from policymodel.documents import parse_yaml, read_yaml
from policymodel.history.columns import TableColumn
from policymodel.history.tables import TABLES
from policymodel.scheme import quantities
from policymodel.scheme.kinds import CARD_KINDS, KINDS, PAY_KINDS, Common, Record
from policymodel.scheme.shapes import record_schema

HOME = Path(__file__).resolve().parent / "scheme_reference"
FAMILIES = {
    "rates": "Rates",
    "lookups": "Look-ups",
    "arithmetic": "Arithmetic between lines",
    "peers": "Among people",
    "time": "Over time",
    "plans": "Named plans",
    "card": "Lines of a card",
    "pay": "Items of pay",
}
"""The families by the module that holds their records, in the order of the index."""

SHARED = ("id", "title", "source", "every", "floor", "cap", "round")
"""The settings of every general kind, told once on the page about lines."""

STATUSES = {
    "absent": "not known",
    "not_applicable": "does not apply",
    "quarantined": "put aside",
}
RECORDS: dict[str, type] = {
    **{name: getattr(quantities, name) for name in ("_Windowed", "Condition")},
    **{each.__name__: each for each in quantities.SORTS.values()},
    "Common": Common,
    "Record": Record,
}
"""The records whose settings a written page may ask for."""

SETTING = re.compile(r"- (?P<name>\w+)(?: \((?P<when>[^)]*)\))?: (?P<means>.*)")


def meaning_of(record: type) -> str:
    """What a record's docstring says before it comes to its settings."""
    return "\n\n".join(each for each in _paragraphs(record) if not each.startswith("- "))


def told_of(record: type) -> dict[str, tuple[str, str]]:
    """What docstrings say of each setting, inherited ones first: when it is written, and what it means."""
    told: dict[str, tuple[str, str]] = {}
    for each in reversed(record.__mro__):
        for paragraph in _paragraphs(each) if each.__module__.startswith("policymodel.") else ():
            for item in re.split(r" (?=- \w+(?: \([^)]*\))?: )", paragraph):
                if match := SETTING.fullmatch(item):
                    told[match["name"]] = (match["when"] or "", match["means"])
    return told


def _paragraphs(record: type) -> Iterator[str]:
    for paragraph in (inspect.cleandoc(record.__doc__ or "")).split("\n\n"):
        if not paragraph.startswith(">>>"):
            yield " ".join(paragraph.split())


def written_of(shape: Mapping[str, Any]) -> str:
    """What a JSON Schema lets a file write, in words.

    >>> written_of({"anyOf": [{"enum": ["zero", "hold"]}, {"type": "null"}]})
    '`zero`, `hold` or null'
    """
    if "$ref" in shape:
        word = shape["$ref"].rpartition("/")[2]
        return {"rounding": "`{digits: 2, mode: half_up}`"}.get(word, f"a {word}")
    if "enum" in shape:
        return _listed([f"`{word}`" for word in shape["enum"]])
    if "anyOf" in shape:
        return _listed([written_of(each) for each in shape["anyOf"]])
    match shape.get("type"):
        case "array":
            return f"a list, each {written_of(shape['items']).removeprefix('a ')}"
        case "object" if isinstance(shape.get("additionalProperties"), Mapping):
            return "a table of numbers"
        case "object":
            return "`{" + ", ".join(shape["properties"]) + "}`"
        case "string":
            return "three capital letters" if "pattern" in shape else "a word"
        case "integer":
            return "a whole number"
        case "null":
            return "null"
    return "lines"


def _listed(words: list[str]) -> str:
    *rest, end = dict.fromkeys(words)
    return f"{', '.join(rest)} or {end}" if rest else end


def settings_table(record: type, *, shared: bool = True, differ: tuple[str, ...] = ()) -> str:
    """The settings of a record and of the records inside it, as a table."""
    rows = [
        f"| `{name}` | {written} | {needed} | {means} |"
        for name, written, needed, means in settings_of(record, differ=differ)
        if shared or name not in SHARED or name in vars(record).get("__annotations__", {})
    ]
    return "\n".join(["| setting | what may be written | needed | what it means |", "| --- | --- | --- | --- |", *rows])


def settings_of(
    record: type, above: str = "", differ: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, str, str]]:
    """Each setting: its name, what may be written, whether it is needed, what it means."""
    shape = record_schema(record)
    fields = {info.alias or name: info for name, info in record.__pydantic_fields__.items()}
    told = told_of(record)
    for name, inside in shape["properties"].items():
        when, means = told[name]
        required = name in shape["required"]
        free = "enum" in inside or {"type": "null"} in inside.get("anyOf", []) or name in differ
        default = fields[name].default
        if required:
            needed = "**yes, plans differ**" if free and name not in ("id", "title", "source") else "yes"
        elif when:
            needed = when
        else:
            needed = f"no: `{default}`" if isinstance(default, str) and default else "no"
        yield f"{above}{name}", written_of(inside), needed, means
        for inner, mark in _inner(record, name):
            yield from settings_of(inner, f"{above}{name}{mark}.")


def _inner(record: type, name: str) -> Iterator[tuple[type, str]]:
    """The records inside a setting, and whether they stand in a list."""
    hints = record.__pydantic_fields__
    hint = next(info.annotation for field, info in hints.items() if (info.alias or field) == name)
    listed = "[]" if "tuple" in str(hint) else ""
    for part in _types(hint):
        if part.__module__.startswith("policymodel.scheme.kinds") and part not in KINDS.values():
            yield part, listed


def _types(hint: Any) -> Iterator[type]:
    if isinstance(hint, type):
        yield hint
    for part in getattr(hint, "__args__", ()):
        yield from _types(part)


def columns_table(name: str) -> str:
    """The columns of a table of history."""
    table = TABLES[name]

    def blank(column: TableColumn) -> str:
        if column.required:
            return f"no; without the column `{column.default}`" if column.default else "no"
        if column.compulsory:
            return "yes, but the column must be there"
        return f"without the column `{column.default}`" if column.default else "yes"

    rows = [
        f"| `{column.name}` | {column.kind}{_closed(column)} | {blank(column)} | {column.meaning} |"
        for column in table.columns
    ]
    head = ["| column | holds | may be blank | meaning |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *rows, "", f"A row is named by {', '.join(f'`{each}`' for each in table.key)}."])


def _closed(column: TableColumn) -> str:
    return f": {', '.join(f'`{word}`' for word in column.closed)}" if column.closed else ""


@cache
def example_of(kind: str) -> dict[str, Any]:
    """What is written by hand about a kind."""
    document: dict[str, Any] = read_yaml(HOME / "examples" / f"{kind}.yaml")
    return document


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a table written as comma-separated lines."""
    return list(csv.DictReader(text.splitlines(), skipinitialspace=True))


def kind_page(kind: str) -> str:
    """The page of a kind."""
    record, about = KINDS[kind], example_of(kind)
    parts = [f"# `{kind}`", f"*{about['term']['zh-Hant']}*", meaning_of(record)]
    parts += ["## When to use it", about["use"]]
    parts += [f"- [`{other}`]({other}.md): {why}" for other, why in about["neighbours"].items()]
    parts += ["## Settings", settings_table(record, shared=False, differ=tuple(about.get("differ", ())))]
    parts.append(_shared_settings(record))
    parts += [f"- **`{name}`.** {why}" for name, why in about.get("differ", {}).items()]
    parts += ["## How it is worked out", about["formula"]]
    if about.get("sides"):
        rows = [f"| `{kind}_id.{side}` | {what} |".replace("kind_id", "id") for side, what in about["sides"].items()]
        rows = [f"| `id.{side}` | {what} |" for side, what in about["sides"].items()]
        parts += ["## Side figures", "\n".join(["| side figure | what it shows |", "| --- | --- |", *rows])]
    parts += ["## Where a figure is missing", "\n".join(f"- {each}" for each in about["missing"])]
    parts += ["## Example", *_example(about["example"])]
    return _page(parts)


def _shared_settings(record: type) -> str:
    if not issubclass(record, Common):
        return "`id`, `title` and `source` are told under [scheme files](scheme_files.md#what-every-line-has)."
    words = ", ".join(f"`{name}`" for name in SHARED)
    return f"Every line may also have {words}: see [scheme files](scheme_files.md#what-every-line-has)."


def _example(example: Mapping[str, Any]) -> Iterator[str]:
    yield example["story"]
    yield f"```yaml\n{example['scheme'].rstrip()}\n```"
    for name, text in example["history"].items():
        yield f"`{name}`"
        yield _table(rows_of(text))
    if measures := example.get("measures"):
        yield _listing(f"`{name}` is {_declared(words)}" for name, words in measures.items())
    yield "What comes out:"
    yield _table([{key: _shown(value) for key, value in row.items()} for row in example["expect"]])
    yield example["arithmetic"]


def declaration(words: str) -> dict[str, str]:
    """The declaration of a measure from a few words: its type, what no row means, `down` where less is better.

    >>> declaration("stock absent")
    {'type': 'stock', 'no_row': 'absent', 'better': 'up'}
    """
    kind, no_row, *better = words.split()
    return {"type": kind, "no_row": no_row, "better": better[0] if better else "up"}


def _declared(words: str) -> str:
    said = declaration(words)
    down = ", and less of it is better" if said["better"] == "down" else ""
    return f"a {said['type']}; no row is {'zero' if said['no_row'] == 'zero' else 'not known'}{down}"


def _listing(sentences: Iterator[str]) -> str:
    return "Measures: " + "; ".join(sentences) + "."


def _shown(value: Any) -> str:
    if isinstance(value, Decimal | int):
        return f"{value:,}".replace("-", "−")
    return f"*{STATUSES[value]}*" if value in STATUSES else str(value)


def _table(rows: list[dict[str, str]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    return "\n".join([*head, *("| " + " | ".join(row.get(name, "") for name in names) + " |" for row in rows)])


def index_page() -> str:
    """The index: every kind with its sentence and its Chinese term."""
    parts = [(HOME / "written" / "README.md").read_text(encoding="utf-8").rstrip()]
    for module, title in FAMILIES.items():
        kinds = [kind for kind, record in KINDS.items() if record.__module__.endswith(f".{module}")]
        rows = [
            f"| [`{kind}`]({kind}.md) | {_first_sentence(KINDS[kind])} | {example_of(kind)['term']['zh-Hant']} |"
            for kind in kinds
        ]
        parts += [f"## {title}", "\n".join(["| kind | what it is | |", "| --- | --- | --- |", *rows])]
    return _page(parts)


def _first_sentence(record: type) -> str:
    return meaning_of(record).split("\n\n")[0]


def stands_in(kind: str) -> str:
    """The sections a kind may stand in."""
    if kind in CARD_KINDS:
        return "figures and card"
    return "pay" if kind in PAY_KINDS else "figures, card and pay"


def sayings_page() -> str:
    """The index from the words of the trade to kinds."""
    parts = [(HOME / "written" / "how_do_i_say.md").read_text(encoding="utf-8").rstrip()]
    entries = sayings()
    for theme in dict.fromkeys(each["theme"] for each in entries):
        parts.append(f"## {theme}")
        for each in entries:
            if each["theme"] == theme:
                kinds = ", ".join(f"[`{kind}`]({kind}.md)" for kind in each["kinds"])
                parts += [f"### {', '.join(each['words'])}", f"{each['says']} → {kinds}"]
                parts.append(f"```yaml\n{each['lines'].rstrip()}\n```")
    return _page(parts)


@cache
def sayings() -> list[dict[str, Any]]:
    """The words of the trade, each with the kinds and lines that say it."""
    entries: list[dict[str, Any]] = read_yaml(HOME / "written" / "how_do_i_say.yaml")
    return entries


MARKS: dict[str, Callable[[str], str]] = {
    "settings": lambda name: settings_table(RECORDS[name]),
    "columns": columns_table,
}


def written_page(name: str) -> str:
    """A page written by hand, its marks replaced by tables."""
    text = (HOME / "written" / name).read_text(encoding="utf-8")
    return re.sub(r"^\{\{(\w+) (\w+)\}\}$", lambda mark: MARKS[mark[1]](mark[2]), text, flags=re.M)


def pages() -> dict[str, str]:
    """Every page by its name."""
    by_hand = sorted(path.name for path in (HOME / "written").glob("*.md"))
    plain = [name for name in by_hand if name not in ("README.md", "how_do_i_say.md")]
    return {
        "README.md": index_page(),
        "how_do_i_say.md": sayings_page(),
        **{name: written_page(name) for name in plain},
        **{f"{kind}.md": kind_page(kind) for kind in KINDS},
    }


def _page(parts: list[str]) -> str:
    text = "\n\n".join(part.strip("\n") for part in parts)
    # Items of one list stand together.
    return re.sub(r"(?m)^(- .*)\n\n(?=- )", r"\1\n", text) + "\n"


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` name those that differ."""
    made = pages()
    stale = [
        name
        for name, text in made.items()
        if not (HOME / name).is_file() or (HOME / name).read_text(encoding="utf-8") != text
    ]
    left = [path.name for path in HOME.glob("*.md") if path.name not in made]
    if "--check" in arguments:
        print("\n".join([*(f"not as it would be written: {name}" for name in stale), *(f"of nothing: {name}" for name in left)]))
        return 1 if stale or left else 0
    for name in stale:
        (HOME / name).write_text(made[name], encoding="utf-8", newline="\n")
    for name in left:
        (HOME / name).unlink()
    print(f"{len(made)} pages, {len(stale)} written, {len(left)} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
