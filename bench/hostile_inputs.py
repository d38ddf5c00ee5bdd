"""Inputs made to do harm: names, documents, tables, workbooks, stores, pages; family by family, payload by payload."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from policymodel.runner.seal import seal_page

PROJECT = Path(__file__).resolve().parents[1]
PARAMS = PROJECT / "params"
CANARY = "canary"
"""The file that a payload would make, if one were ever run."""

Make = Callable[[Path], None]
Tables = dict[str, list[list[str]]]

HISTORY = ("check", "history", "--mapping", "mapping.yaml", "--findings", "findings.csv", "--json")


@dataclass(frozen=True)
class Case:
    """One hostile input: how it is made in an empty folder, the command that meets it, and what must come of it.

    `rows`: how many rows the history has, where it is read. `codes`: the exit codes that are right.
    """

    family: str
    name: str
    make: Make
    arguments: tuple[str, ...]
    rows: int | None = None
    codes: tuple[int, ...] = (0, 1, 2)


WORDS = {
    "script": "<script>window.ran=1</script>",
    "end of script": "</script><img src=x onerror=window.ran=1>",
    "attribute": "\"'><svg onload=window.ran=1>",
    "entity": "&lt;script&gt;&#x3c;b&#x3e;",
    "formula =": f"=cmd|' /C touch {CANARY}'!A0",
    "formula +": "+1+cmd()",
    "formula -": "-2+3",
    "formula @": "@SUM(A1:A9)",
    "formula after a tab": "\t=1+1",
    "DDE": '=HYPERLINK("file:///etc/passwd")',
    "way up": f"../../{CANARY}",
    "way up of Windows": f"..\\..\\{CANARY}",
    "whole path": "/etc/passwd",
    "drive": "C:\\Windows",
    "device": "con",
    "dot": ".",
    "NUL": "a\0b",
    "escape": "a\x1b[2Jb",
    "right to left": "\u202egnp.exe",
    "isolate": "\u2066a\u2069",
    "zero width": "a\u200bb",
    "BOM inside": "a\ufeffb",
    "10,000 characters": "x" * 10_000,
    "10,000 marks": "e" + "\u0301" * 10_000,
    "emoji": "\U0001f469\u200d\U0001f4bc",
    "beyond the plane": "\U00020000\U0002f800",
    "line break": "a\r\nb",
    "line separator": "a\u2028b",
    "template": "{{ 7*191 }}{% for x in y %}",
    "template of scripts": "${window.ran=1}`",
    "markdown": "[x](javascript:window.ran=1) ![y](http://192.0.2.1/z) # *h*",
    "SQL": "'; DROP TABLE managers;--",
    "format": "%s%n{0.__class__}",
    "null": "NULL",
    "no": "NO",
    "number of staff": "1e5",
    "full width": "\uff10\uff11\uff12",
    "quotes": 'a""b",c',
}
"""A word by what it would do."""


def tables() -> Tables:
    """A small history with which nothing is wrong."""
    people = [f"M{each:03d}" for each in range(12)]
    months = ("2024-01", "2025-01", "2025-02")
    return {
        "managers": [["manager_id", "name", "region", "outlet_id", "grade", "valid_from"]]
        + [[each, f"Person {each}", "north", "N1", "A", "2023-01-01"] for each in people],
        "outlets": [["outlet_id", "name", "region"], ["N1", "First", "north"], ["N2", "Second", "north"]],
        "activity": [["manager_id", "month", "measure", "actual"]]
        + [[each, month, "cards", "5"] for each in people for month in months],
        "targets": [
            ["level", "unit_id", "measure", "period", "target"],
            ["region", "north", "cards", "2025", "9"],
        ],
        "events": [["event_id", "manager_id", "date", "event"], ["E1", "M001", "2025-01-05", "complaint"]],
        "client_income": [["client_id", "manager_id", "month", "line", "currency", "amount"]]
        + [[f"C{each}", each, "2025-01", "fee", "CNY", "10.5"] for each in people],
        "transactions": [["transaction_id", "manager_id", "date", "product", "amount"]]
        + [[f"T{each}", each, "2025-01-07", "loan", "100"] for each in people[:3]],
    }


def rows_of(written: Tables) -> int:
    """How many rows a history has, headers left out."""
    return sum(len(rows) - 1 for rows in written.values())


def as_csv(rows: list[list[str]]) -> bytes:
    """Rows as a CSV file; a character that has no place in UTF-8 is written as the bytes it would have."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", errors="surrogatepass")


def write_history(folder: Path, written: Tables, files: dict[str, str] | None = None) -> None:
    """The history and its mapping; `files` names another file for a table."""
    home = folder / "history"
    home.mkdir()
    for name, rows in written.items():
        (home / f"{name}.csv").write_bytes(as_csv(rows))
    named = {name: (files or {}).get(name, f"{{file: {name}.csv}}") for name in written}
    lines = ["title: {en: Hostile}", "currency: CNY", "tables:"]
    lines += [f"  {name}: {source}" for name, source in named.items()]
    measure = "{title: {en: Cards}, type: flow, unit: count, better: up, no_row: zero, regulator_class: development}"
    text = "\n".join([*lines, "measures:", f"  cards: {measure}"]) + "\n"
    (folder / "mapping.yaml").write_text(text, encoding="utf-8")


PLACES = {
    "the id of a manager": ("managers", "manager_id"),
    "the name of a manager": ("managers", "name"),
    "a region": ("managers", "region"),
    "an outlet": ("managers", "outlet_id"),
    "a client": ("client_income", "client_id"),
    "a product": ("transactions", "product"),
}
FEW = ("script", "formula =", "way up", "NUL", "right to left", "10,000 characters")


def words() -> Iterator[Case]:
    """Each word in each place where a bank's data may say anything."""
    for place, (table, column) in PLACES.items():
        for name, word in [*WORDS.items(), ("half a character", "a\ud800b")]:
            if table != "managers" and name not in FEW:
                continue
            written = tables()
            at = written[table][0].index(column)
            was = written[table][1][at]
            for rows in written.values() if column == "manager_id" else [written[table][:2]]:
                for row in rows[1:]:
                    row[:] = [word if cell == was else cell for cell in row]

            def make(folder: Path, written: Tables = written) -> None:
                write_history(folder, written)

            # where too many lines are no UTF-8 the file as a whole is refused
            torn = name == "half a character"
            rows, codes = (None, (1, 2)) if torn else (rows_of(written), (0, 1))
            yield Case(f"words: {place}", name, make, HISTORY, rows, codes)


FIGURES = (
    "NaN",
    "inf",
    "-inf",
    "1e400",
    "1e308",
    "1e-400",
    "0x10",
    "1,000",
    "１２",
    "1_000",
    "--1",
    "+5",
    "9" * 400,
)
MOMENTS = (
    "2025-13",
    "0000-00",
    "9999-99",
    "2025-1-1-1",
    "1e9",
    "١٢٠٢-٠١",
    "2025-02-30",
    "-2025-01",
    "2025-Q1",
)


def cells() -> Iterator[Case]:
    """Figures and months that are none."""
    for column, payloads in ((3, FIGURES), (1, MOMENTS)):
        for word in payloads:
            written = tables()
            written["activity"][1][column] = word

            def make(folder: Path, written: Tables = written) -> None:
                write_history(folder, written)

            yield Case("cells", f"{word[:20]} in column {column}", make, HISTORY, rows_of(written), (0, 1))


def _bytes(change: Callable[[bytes], bytes], table: str = "managers") -> Make:
    def make(folder: Path) -> None:
        write_history(folder, tables())
        path = folder / "history" / f"{table}.csv"
        path.write_bytes(change(path.read_bytes()))

    return make


def _packed(content: Callable[[bytes], bytes]) -> Make:
    def make(folder: Path) -> None:
        write_history(folder, tables(), {"managers": "{file: managers.csv.gz}"})
        path = folder / "history" / "managers.csv"
        path.with_name("managers.csv.gz").write_bytes(content(path.read_bytes()))

    return make


def bomb_of(first: bytes, unpacked: int) -> bytes:
    """A gzip file that begins like this and goes on with spaces: a thousandth of what it unpacks to."""
    block = 1 << 24
    return gzip.compress(first) + gzip.compress(b" " * block, 6) * (unpacked // block)


def _special(place: Callable[[Path], None]) -> Make:
    def make(folder: Path) -> None:
        write_history(folder, tables())
        path = folder / "history" / "managers.csv"
        path.unlink()
        place(path)

    return make


def text_files() -> Iterator[Case]:
    """CSV files whose bytes are not what the mapping says; `rows` where the rows can be counted all the same."""
    rows, lines = rows_of(tables()), 12
    header = ",".join(f"c{each}" for each in range(1_000_000)).encode()
    ways: dict[str, tuple[Make, int | None]] = {
        "UTF-16": (_bytes(lambda raw: raw.decode().encode("utf-16")), None),
        "UTF-16 without its mark": (_bytes(lambda raw: raw.decode().encode("utf-16-le")), None),
        "UTF-32": (_bytes(lambda raw: raw.decode().encode("utf-32")), None),
        "Big5": (_bytes(lambda raw: raw.replace(b"Person", "客戶經理".encode("big5"))), None),
        "GBK": (_bytes(lambda raw: raw.replace(b"Person", "客户经理".encode("gbk"))), None),
        "Latin-1": (_bytes(lambda raw: raw.replace(b"Person", b"P\xe9rson")), None),
        "one byte gone wrong": (_bytes(lambda raw: raw.replace(b"Person M003", b"P\xffrson")), rows),
        "NUL bytes": (_bytes(lambda raw: raw.replace(b"Person", b"P\0rson")), rows),
        "NUL bytes alone": (_bytes(lambda raw: b"\0" * 10_000), None),
        "quote never closed": (_bytes(lambda raw: raw.replace(b"Person M003", b'"Person')), None),
        "quote in the header": (_bytes(lambda raw: b'"' + raw), None),
        "quotes inside": (_bytes(lambda raw: raw.replace(b"Person M003", b'Per"son"')), rows),
        "too few fields": (_bytes(lambda raw: raw.replace(b",north,N1,A", b"", 1)), rows),
        "too many fields": (_bytes(lambda raw: raw.replace(b",north,", b",north,north,north,", 1)), rows),
        "a million headers": (_bytes(lambda raw: header + b"\n" + b"1\n"), None),
        "a million fields": (_bytes(lambda raw: raw + b"," * 1_000_000 + b"\n"), rows + 1),
        "BOM": (_bytes(lambda raw: b"\xef\xbb\xbf" + raw), rows),
        "two BOMs": (_bytes(lambda raw: b"\xef\xbb\xbf" * 2 + raw), None),
        "semicolons": (_bytes(lambda raw: raw.replace(b",", b";")), None),
        "tabs": (_bytes(lambda raw: raw.replace(b",", b"\t")), None),
        "a cell of five million": (_bytes(lambda raw: raw.replace(b"Person M003", b"x" * 5_000_000)), rows),
        "a header twice": (_bytes(lambda raw: raw.replace(b"name,region", b"region,region")), None),
        "an empty header": (_bytes(lambda raw: raw.replace(b",name,", b",,", 1)), rows),
        "no byte": (_bytes(lambda raw: b""), None),
        "headers alone": (_bytes(lambda raw: raw.splitlines()[0] + b"\n"), rows - lines),
        "a line end alone": (_bytes(lambda raw: b"\n"), None),
        "a BOM alone": (_bytes(lambda raw: b"\xef\xbb\xbf"), None),
        "a million blank lines": (_bytes(lambda raw: raw + b"\n" * 1_000_000), rows),
        "CR for line ends": (_bytes(lambda raw: raw.replace(b"\n", b"\r")), rows),
        "line ends of all kinds": (_bytes(lambda raw: raw.replace(b"\n", b"\r\n", 3)), rows),
        "no line end at the end": (_bytes(lambda raw: raw.rstrip()), rows),
        "random bytes": (_bytes(lambda raw: bytes(each * 167 % 256 for each in range(50_000))), None),
        "a picture": (_bytes(lambda raw: b"\x89PNG\r\n\x1a\n" + bytes(200)), None),
        "a web page": (_bytes(lambda raw: b"<html><script>window.ran=1</script></html>\n"), None),
        "formulas for headers": (_bytes(lambda raw: b"=1+1,@x,+y\n" + raw.partition(b"\n")[2]), None),
        "rows a hundred times": (_bytes(lambda raw: raw + raw.partition(b"\n")[2] * 99), rows + 99 * lines),
        "gzip that is none": (_packed(lambda raw: raw), None),
        "half a gzip file": (_packed(lambda raw: gzip.compress(raw)[:60]), None),
        "gzip with rubbish after it": (_packed(lambda raw: gzip.compress(raw) + b"rubbish"), None),
        "gzip bomb": (_packed(lambda raw: bomb_of(raw, 6 << 30)), None),
        "gzip bomb without a line": (_packed(lambda raw: bomb_of(b"", 6 << 30)), None),
        "a pipe for a file": (_special(lambda path: os.mkfifo(path)), None),
        "a folder for a file": (_special(lambda path: path.mkdir()), None),
        "a link to nothing": (_special(lambda path: path.symlink_to("nowhere")), None),
        "a link to itself": (_special(lambda path: path.symlink_to(path.name)), None),
        "a device for a file": (_special(lambda path: path.symlink_to("/dev/zero")), None),
    }
    for name, (make, count) in ways.items():
        # a quote that is never closed swallows the rest of the file: one row, which is put aside and says so
        codes = (1,) if name == "quote never closed" else (2,) if count is None else (0, 1, 2)
        yield Case("CSV", name, make, HISTORY, count, codes)


def workbook(folder: Path, name: str = "managers.xlsx", formula: str = "") -> Path:
    """The managers as a workbook, without the sheet being asked for by name."""
    path = folder / name
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("people")
        for at, row in enumerate(tables()["managers"]):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)
        if formula:
            sheet.write_formula(1, 1, formula, None, "shown")
    return path


def repacked(
    path: Path, changes: dict[str, Callable[[bytes], bytes]], more: dict[str, bytes] | None = None
) -> None:
    """The same zip file with some of its parts changed, and others added."""
    with zipfile.ZipFile(path) as packed:
        parts = {each: packed.read(each) for each in packed.namelist()}
    for name, change in changes.items():
        parts[name] = change(parts.get(name, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, raw in (parts | (more or {})).items():
            packed.writestr(name, raw)


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "]>"
).encode()
OUTSIDE = b"<!DOCTYPE x [<!ENTITY a9 SYSTEM 'file:///etc/passwd'>]>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)
"""What a workbook with a password begins with."""


def _declared(doctype: bytes) -> Callable[[bytes], bytes]:
    def change(raw: bytes) -> bytes:
        head, end, rest = raw.partition(b"?>")
        return (
            head + end + doctype + rest.replace(b"Person M000", b"&a9;").replace(b"<v>0</v>", b"<v>&a9;</v>")
        )

    return change


def _last_cell(raw: bytes) -> bytes:
    cell = b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>'
    return raw.replace(b"</sheetData>", cell)


WORKBOOKS: dict[str, Callable[[Path], None]] = {
    "no zip": lambda path: path.write_bytes(b"manager_id,region\n1,2\n") and None,
    "no byte": lambda path: path.write_bytes(b"") and None,
    "half of it": lambda path: path.write_bytes(path.read_bytes()[:2000]) and None,
    "a zip of something else": lambda path: _zip(path, {"readme.txt": b"hello"}),
    "with a password": lambda path: path.write_bytes(OLE) and None,
    "laughs in the strings": lambda path: repacked(path, {STRINGS: _declared(LAUGHS)}),
    "laughs in the sheet": lambda path: repacked(path, {SHEET: _declared(LAUGHS)}),
    "a file of the system in the strings": lambda path: repacked(path, {STRINGS: _declared(OUTSIDE)}),
    "zip bomb in the sheet": lambda path: repacked(
        path, {SHEET: lambda raw: raw.replace(b"</sheetData>", b" " * (1 << 30) + b"</sheetData>")}
    ),
    "zip bomb in the strings": lambda path: repacked(path, {STRINGS: lambda raw: raw + b" " * (1 << 30)}),
    "zip bomb beside it": lambda path: repacked(path, {}, {"xl/media/x.bin": bytes(1 << 30)}),
    "names that travel": lambda path: repacked(
        path, {}, {f"../../../{CANARY}": b"x", f"/tmp/{CANARY}": b"x", f"..\\{CANARY}": b"x"}
    ),
    "macros": lambda path: repacked(path, {}, {"xl/vbaProject.bin": OLE}),
    "links to other files": lambda path: repacked(
        path, {}, {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    ),
    "a cell at the far end": lambda path: repacked(path, {SHEET: _last_cell}),
    "a string that is not there": lambda path: repacked(
        path, {SHEET: lambda raw: raw.replace(b"<v>0</v>", b"<v>99999</v>")}
    ),
    "a sheet that is not there": lambda path: repacked(
        path, {"xl/workbook.xml": lambda raw: raw.replace(b"rId1", b"rId9")}
    ),
    "a sheet that ends in the middle": lambda path: repacked(path, {SHEET: lambda raw: raw[: len(raw) // 2]}),
    "no sheet": lambda path: repacked(path, {SHEET: lambda raw: b""}),
    "cells out of order": lambda path: repacked(
        path, {SHEET: lambda raw: raw.replace(b'r="A2"', b'r="ZZZZ99999999"')}
    ),
    "merged cells": lambda path: repacked(
        path,
        {
            SHEET: lambda raw: raw.replace(
                b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A2:C5"/></mergeCells>'
            )
        },
    ),
    "an error for a value": lambda path: repacked(
        path, {SHEET: lambda raw: raw.replace(b't="s"><v>6</v>', b't="e"><v>#REF!</v>')}
    ),
    "a formula": lambda path: workbook(path.parent, path.name, f'=CMD("touch {CANARY}")') and None,
    "a formula that asks the network": lambda path: (
        workbook(path.parent, path.name, '=WEBSERVICE("http://192.0.2.1/x")') and None
    ),
    "thirty thousand parts": lambda path: repacked(path, {}, {f"x/{each}": b"" for each in range(30_000)}),
}


def _zip(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        for name, raw in parts.items():
            packed.writestr(name, raw)


def workbooks() -> Iterator[Case]:
    """Workbooks as tables of history, and as parameters that come back."""
    rows = rows_of(tables())
    read = {"merged cells", "a formula", "a formula that asks the network", "macros", "links to other files"}
    read |= {"names that travel", "an error for a value"}
    for name, change in WORKBOOKS.items():

        def history(folder: Path, change: Callable[[Path], None] = change) -> None:
            write_history(folder, tables(), {"managers": "{file: managers.xlsx}"})
            change(workbook(folder / "history"))

        yield Case("xlsx of a history", name, history, HISTORY, rows if name in read else None)

        def parameters(folder: Path, change: Callable[[Path], None] = change) -> None:
            change(workbook(folder, "parameters.xlsx"))

        scheme = str(PARAMS / "schemes" / "s4_scorecard.yaml")
        yield Case(
            "xlsx of parameters",
            name,
            parameters,
            ("check", "parameters.xlsx", "--base", scheme),
            codes=(1, 2),
        )

    def missing(folder: Path) -> None:
        write_history(folder, tables(), {"managers": "{file: managers.xlsx, sheet: nobody}"})
        workbook(folder / "history")

    yield Case("xlsx of a history", "a sheet of another name", missing, HISTORY, codes=(2,))


def parquet_files() -> Iterator[Case]:
    """Parquet files that are none, or hold what no text can be made of."""
    frame = pd.DataFrame(tables()["managers"][1:], columns=tables()["managers"][0])
    count = len(frame)
    columns: dict[str, pa.Array] = {
        "numbers for ids": pa.array(range(count), pa.int64()),
        "fractions for ids": pa.array([each + 0.5 for each in range(count)]),
        "lists for ids": pa.array([[str(each)] for each in range(count)]),
        "records for ids": pa.array([{"id": each} for each in range(count)]),
        "bytes for ids": pa.array([b"\xff\xfe" + bytes([each]) for each in range(count)]),
        "nothing for ids": pa.nulls(count),
        "moments for ids": pa.array([each * 10**9 for each in range(count)], pa.timestamp("ns", "UTC")),
        "durations for ids": pa.array(range(count), pa.duration("s")),
        "yes and no for ids": pa.array([each % 2 == 0 for each in range(count)]),
        "decimals for ids": pa.array(range(count)).cast(pa.decimal128(38, 0)),
        "half characters for ids": pa.array(
            [b"\xed\xa0\x80" + bytes([65 + each]) for each in range(count)]
        ).view(pa.binary()),
        "a dictionary for ids": frame["manager_id"].pipe(pa.array).dictionary_encode(),
    }

    def file(write: Callable[[Path], None]) -> Make:
        def make(folder: Path) -> None:
            write_history(folder, tables(), {"managers": "{file: managers.parquet}"})
            write(folder / "history" / "managers.parquet")

        return make

    table = pa.Table.from_pandas(frame, preserve_index=False)
    for name, column in columns.items():
        changed = table.set_column(0, "manager_id", column)
        yield Case(
            "parquet", name, file(lambda path, changed=changed: pq.write_table(changed, path)), HISTORY
        )

    def whole() -> bytes:
        sink = io.BytesIO()
        pq.write_table(table, sink)
        return sink.getvalue()

    raw = whole()
    broken = {
        "half of it": raw[: len(raw) // 2],
        "its two marks alone": b"PAR1" + bytes(4) + b"PAR1",
        "no byte": b"",
        "text": b"manager_id,region\n",
        "its foot damaged": raw[:-40] + bytes(20) + raw[-20:],
        "its rows damaged": raw[:20] + bytes(200) + raw[220:],
        "a foot longer than the file": raw[:-8] + b"\xff\xff\xff\x7f" + b"PAR1",
    }
    for name, content in broken.items():
        write = file(lambda path, content=content: path.write_bytes(content) and None)
        # of a foot whose damage touches nothing that is read every row must still be there
        codes = (0, 2) if name == "its foot damaged" else (2,)
        yield Case("parquet", name, write, HISTORY, rows_of(tables()), codes)
    yield Case("parquet", "bomb of one word", file(write_parquet_bomb), HISTORY, codes=(2,))
    twice = pa.table([table.column(0), table.column(0)], names=["manager_id", "manager_id"])
    yield Case(
        "parquet", "a column twice", file(lambda path: pq.write_table(twice, path)), HISTORY, codes=(2,)
    )


def write_parquet_bomb(path: Path) -> None:
    """Three hundred million times the same word in a few thousand bytes."""
    word = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), pa.array(["x" * 50]))
    part = pa.table(dict.fromkeys(tables()["managers"][0], word))
    with pq.ParquetWriter(path, part.schema, compression="zstd") as writer:
        for _ in range(300):
            writer.write_table(part)


DOCUMENTS = {
    "scheme": PARAMS / "schemes" / "s4_scorecard.yaml",
    "change file": PARAMS / "changes" / "s4_softer_deposits.yaml",
    "run file": PARAMS / "runs" / "demo.yaml",
    "mapping": PARAMS / "mappings" / "bank.yaml",
    "region parameters": PARAMS / "regions" / "north.yaml",
}
TITLES = {
    "a tag that runs": f"!!python/object/apply:os.system ['touch {CANARY}']",
    "a tag that makes": "!!python/object/new:subprocess.Popen [['touch', 'canary']]",
    "a name of Python": "!!python/name:os.system",
    "bytes": "!!binary R0lGODlhDAAMAIQAAP",
    "a set": "!!set {a, b}",
    "a tag of nobody": "!bank 12",
    "an anchor": "&a text",
    "a reference to nothing": "*nothing",
    "itself": "&a [*a]",
    "a merged table": "{<<: {en: x}, en: y}",
    "a key twice": "{en: x, en: y}",
    "a list for a key": "{? [a, b] : c}",
    "10,000 levels": "[" * 10_000,
    "200 levels": "[" * 200 + "]" * 200,
    "a number of 400 digits": "9" * 400,
    "infinity": ".inf",
    "not a number": ".nan",
    "an octal number": "0o17",
    "an old octal number": "010",
    "a time": "12:30",
    "NO": "NO",
    "a huge exponent": "1e999999",
    "NUL": '"a\\0b"',
    "an escape": '"a\\e[2Jb"',
    "right to left": '"\\u202Egnp"',
    "half a character": '"\\ud800"',
    "a million characters": "x" * 1_000_000,
    "a list of half a million": "[" + "1," * 500_000 + "1]",
    "a template": "\"{{ ''.__class__ }}{% raw %}\"",
    "a way up": "../../../../../etc/passwd",
    "zero": "/dev/zero",
    "an open quote": '"never closed',
    "a tab": "\t\tx",
}
WHOLE: dict[str, Callable[[bytes], bytes]] = {
    "UTF-16": lambda raw: raw.decode().encode("utf-16"),
    "Big5": lambda raw: "title: 考核\n".encode("big5") + raw,
    "no byte": lambda raw: b"",
    "NUL bytes": lambda raw: bytes(1000),
    "two documents": lambda raw: raw + b"\n---\n" + raw,
    "a directive": lambda raw: b"%YAML 9.9\n---\n" + raw,
    "six million bytes": lambda raw: raw + b"#" * 6_000_000,
    "laughs": lambda raw: (
        b"a0: &a0 ha\n"
        + b"".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n".encode() for n in range(1, 12))
    ),
    "a hundred thousand keys": lambda raw: raw + b"".join(f"k{n}: 1\n".encode() for n in range(100_000)),
}


def documents() -> Iterator[Case]:
    """YAML files of every kind with each payload as one of their values, and files that are wrong as a whole."""
    first = {"scheme": "title", "change file": "title", "run file": "seed", "mapping": "currency"}
    for kind, path in DOCUMENTS.items():
        raw = path.read_bytes().replace(b"../", f"{PARAMS.as_posix()}/".encode())
        key = first.get(kind, "region")
        few = ("a tag that runs", "itself", "10,000 levels", "a key twice", "half a character", "zero")
        for name, payload in TITLES.items():
            if kind in ("change file", "region parameters") and name not in few:
                continue
            lines = [
                f"{key}: {payload}" if each.startswith(f"{key}:") else each
                for each in raw.decode().split("\n")
            ]

            def make(folder: Path, lines: list[str] = lines) -> None:
                (folder / "file.yaml").write_text("\n".join(lines), encoding="utf-8")

            # an octal number is text, and text is a title: some are right by themselves
            yield Case(f"YAML: {kind}", name, make, ("check", "file.yaml"), codes=(0, 2))
        for name, change in WHOLE.items():

            def whole(folder: Path, change: Callable[[bytes], bytes] = change, raw: bytes = raw) -> None:
                (folder / "file.yaml").write_bytes(change(raw))

            yield Case(f"YAML: {kind}", name, whole, ("check", "file.yaml"), codes=(2,))


RUNS = {
    "id": ("../../canary", "/tmp/canary", "con/..", "a\nb", "<b>", "''", "x" * 400),
    "mapping": ("/dev/zero", "/etc/passwd", "../../../../../../etc/shadow", "'a\\0b'", '"a\\0b"', "."),
    "regions": ('["../../etc"]', "[north, north]", "[]", "[[north]]", "[1]", "nobody"),
    "plan_year": ('"9999"', '"2025-13"', '"0001..9999"', "2025.5", '"2025..2024"'),
    "languages": ("[xx]", "[]", "[../../en]", "en"),
    "smallest_cell": ("0", "-5", "1", "1000000000000000000", "ten"),
    "max_quarantined": ("-1", "2", "1e5", "50%"),
}


def runs() -> Iterator[Case]:
    """Run files whose ids and paths would lead elsewhere, or whose settings are nonsense."""
    text = DOCUMENTS["run file"].read_text(encoding="utf-8").replace("../", f"{PARAMS.as_posix()}/")
    for key, payloads in RUNS.items():
        for payload in payloads:
            lines = [f"{key}: {payload}" if each.startswith(f"{key}:") else each for each in text.split("\n")]

            def make(folder: Path, lines: list[str] = lines) -> None:
                write_history(folder, tables())
                (folder / "run.yaml").write_text("\n".join(lines), encoding="utf-8")

            arguments = ("run", "run.yaml", "--history", "history", "--out", "out")
            yield Case("run files", f"{key}: {payload[:30]}", make, arguments, codes=(2,))
    for out in (
        "/proc/canary",
        "/dev/null",
        "/dev/null/x",
        "run.yaml",
        "mapping.yaml/x",
        "x" * 300,
        "history",
    ):

        def plain(folder: Path) -> None:
            write_history(folder, tables())
            mapped = text.replace(str(PARAMS / "mappings" / "bank.yaml"), "mapping.yaml")
            (folder / "run.yaml").write_text(mapped, encoding="utf-8")

        arguments = ("run", "run.yaml", "--history", "history", "--out", out)
        yield Case("run files", f"--out {out[:30]}", plain, arguments, codes=(2,))


MANIFEST: dict[str, Any] = {
    "format": "policymodel history 3",
    "title": {"en": "x"},
    "currency": "CNY",
    "notes": [],
    "measures": [],
    "tables": {},
    "regions": [],
}


def stores() -> Iterator[Case]:
    """Stores whose manifest says what no store says."""
    part = {"region": "north", "folder": "../../../etc", "files": {"managers": {"rows": 1, "sha256": "x"}}}
    ways: dict[str, str] = {
        "a list": "[]",
        "no JSON": "{",
        "100,000 levels": "[" * 100_000,
        "a later form": json.dumps(MANIFEST | {"format": "policymodel history 99"}),
        "no regions": json.dumps({"format": MANIFEST["format"]}),
        "regions that are a word": json.dumps(MANIFEST | {"regions": "north"}),
        "a region that is a number": json.dumps(MANIFEST | {"regions": [5]}),
        "a folder that travels": json.dumps(MANIFEST | {"regions": [part]}),
        "files that are a list": json.dumps(MANIFEST | {"regions": [part | {"files": ["../../x"]}]}),
        "a table that travels": json.dumps(
            MANIFEST | {"regions": [part | {"files": {"../../x": {"sha256": "x"}}}]}
        ),
        "measures of nothing": json.dumps(MANIFEST | {"measures": [{}]}),
        "a title that is a number": json.dumps(MANIFEST | {"title": 5}),
        "a currency that is a list": json.dumps(MANIFEST | {"currency": ["CNY"]}),
    }
    for name, text in ways.items():

        def make(folder: Path, text: str = text) -> None:
            write_history(folder, tables())
            (folder / "history" / "manifest.json").write_text(text, encoding="utf-8")

        yield Case("stores", name, make, HISTORY, codes=(0, 2))


SEALED: dict[str, Any] = {
    "run": "demo",
    "region": "north",
    "seed": 1,
    "hashes": {},
    "versions": {},
    "figures": {},
}


def pages() -> Iterator[Case]:
    """Pages, and what stands beside them, that were made to trip whoever verifies them."""

    def page(folder: Path, record: dict[str, Any]) -> Path:
        path = folder / "out" / "north" / "report.en.html"
        path.parent.mkdir(parents=True)
        path.write_text("<html><body>page</body></html>\n", encoding="utf-8")
        seal_page(path, SEALED | record)
        places = {
            "run_file": str(DOCUMENTS["run file"]),
            "history": "",
            "notebooks": str(PROJECT / "notebooks"),
        }
        (folder / "out" / "run.json").write_text(
            json.dumps({"run": "demo", "places": places}), encoding="utf-8"
        )
        return path

    records: dict[str, dict[str, Any]] = {
        "schemes that are a number": {"hashes": {"schemes": 5}},
        "schemes that are a list": {"hashes": {"schemes": ["x"]}},
        "a region that is a script": {"region": WORDS["script"]},
        "an escape in a version": {"versions": {"numpy": WORDS["escape"]}},
        "a version that is a table": {"versions": {"numpy": {"a": [1]}}},
        "a region that travels": {"region": WORDS["way up"]},
    }
    arguments = ("verify", "out/north/report.en.html", "--quick")
    for name, record in records.items():
        yield Case(
            "pages",
            name,
            lambda folder, record=record: page(folder, record) and None,
            arguments,
            codes=(1, 2),
        )
    deep = b"[" * 200_000
    changes: dict[str, Callable[[bytes], bytes]] = {
        "no byte": lambda raw: b"",
        "a record of 200,000 levels": lambda raw: raw.replace(b'"figures":{}', b'"figures":' + deep),
        "two records": lambda raw: raw + raw,
        "bytes that are no text": lambda raw: b"\xff" * 100 + raw,
        "its end cut off": lambda raw: raw[:-120],
    }
    for name, change in changes.items():

        def changed(folder: Path, change: Callable[[bytes], bytes] = change) -> None:
            path = page(folder, {})
            path.write_bytes(change(path.read_bytes()))

        yield Case("pages", name, changed, arguments, codes=(1, 2))
    besides = {
        "run.json": (
            '{"places": 5}',
            '{"places": {"run_file": 5}}',
            "[" * 100_000,
            "[]",
            '{"places": {"run_file": "/dev/zero"}}',
        ),
        "north/record.json": ("[]", "{}", "[" * 100_000, '{"region": 5, "hashes": 5}'),
    }
    for file, texts in besides.items():
        for text in texts:

            def beside(folder: Path, file: str = file, text: str = text) -> None:
                page(folder, {})
                (folder / "out" / file).write_text(text, encoding="utf-8")

            yield Case("pages", f"{file}: {text[:30]}", beside, arguments, codes=(1, 2))


COMMANDS = {
    "a manager who is a script": (
        "explain",
        "SCHEME",
        "FACTS",
        "--manager",
        WORDS["script"],
        "--period",
        "2025-Q1",
    ),
    "a manager who travels": (
        "explain",
        "SCHEME",
        "FACTS",
        "--manager",
        WORDS["way up"],
        "--period",
        "2025-Q1",
    ),
    "a manager with an escape": (
        "explain",
        "SCHEME",
        "FACTS",
        "--manager",
        WORDS["escape"],
        "--period",
        "2025-Q1",
    ),
    "a year that is none": ("score", "SCHEME", "FACTS", "--plan-year", "20x5"),
    "a line that is a script": ("compare", "SCHEME", "SCHEME", "FACTS", "--line", WORDS["script"]),
    "a table in another form": ("score", "SCHEME", "FACTS", "--out", "x.exe"),
    "a table in no folder": ("score", "SCHEME", "FACTS", "--out", "no/where/x.csv"),
    "a history that is a device": ("score", "SCHEME", "--history", "/dev/zero", "--plan-year", "2025"),
    "a scheme that is a device": ("check", "/dev/zero"),
    "a scheme that is a pipe": ("check", "pipe"),
    "a scheme that is a terminal's": ("check", "/dev/tty"),
}


def commands() -> Iterator[Case]:
    """Words on the command line."""
    facts = ("--history", "history", "--mapping", "mapping.yaml", "--plan-year", "2025")

    def make(folder: Path) -> None:
        write_history(folder, tables())
        os.mkfifo(folder / "pipe")

    for name, told in COMMANDS.items():
        arguments: list[str] = []
        for word in told:
            arguments += (
                facts if word == "FACTS" else [str(DOCUMENTS["scheme"]) if word == "SCHEME" else word]
            )
        yield Case("commands", name, make, tuple(arguments), codes=(2,))


def all_cases() -> list[Case]:
    """Every hostile input."""
    families = (words, cells, text_files, workbooks, parquet_files, documents, runs, stores, pages, commands)
    return [case for family in families for case in family()]
