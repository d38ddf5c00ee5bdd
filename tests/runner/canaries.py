"""Words and numbers planted in one region's rows, and a search for them in everything another region was given."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq


@dataclass(frozen=True)
class Canaries:
    """What is planted in one region: by where it stands, the forms in which it would be seen again."""

    region: str
    planted: dict[str, tuple[str, ...]]


def plant(bank: Path) -> list[Canaries]:
    """Put words and numbers that nobody else has into the rows of each region of an invented bank (Chinese headers)."""
    managers, outlets = _read(bank / "managers.csv"), _read(bank / "outlets.csv")
    activity, income = _read(bank / "activity.csv.gz"), _read(bank / "client_income.csv.gz")
    events = _read(bank / "events.csv")
    managers["name"] = ""
    places = managers.groupby("工號")["地區"].nunique()
    settled = managers[managers["工號"].isin(places.index[places == 1])]
    found = []
    for number, region in enumerate(dict.fromkeys(managers["地區"])):
        mark = f"{region}{7301 + 97 * number}"
        first, *theirs = settled.loc[settled["地區"] == region, "工號"].unique()
        person, name = f"ID{mark}", f"Zaphod {mark}"
        client, outlet, finding, aside = f"KD{mark}", f"Branch {mark}", f"EV{mark}", f"XX{mark}"
        amount, actual = f"{8_765_432 + 1001 * number}.37", f"{64_203 + 1013 * number}"
        managers.loc[managers["工號"] == first, "name"] = name
        for table in (managers, activity, income, events):
            table["工號"] = table["工號"].mask(table["工號"] == first, person)
        outlets.loc[outlets["地區"] == region, "網點名稱"] = outlet
        rows = income.index[income["工號"].isin(theirs)]
        income.loc[rows[0], ["客戶號", "金額"]] = [client, amount]
        events.loc[events.index[events["工號"].isin(theirs)][:1], "事件編號"] = finding
        counts = activity.index[(activity["工號"].isin(theirs)) & (activity["指標"] == "debit_cards")]
        activity.loc[counts[0], "實績"] = actual
        activity.loc[counts[1], "實績"] = aside
        words = {"the id of a manager": person, "the name of a manager": name, "the id of a client": client}
        words |= {"the name of an outlet": outlet, "the id of an event": finding, "a row put aside": aside}
        numbers = {"an amount": float(amount), "a figure": float(actual)}
        planted = {where: (word,) for where, word in words.items()}
        planted |= {where: forms(number) for where, number in numbers.items()}
        found.append(Canaries(region, planted))
    for name, table in {"managers.csv": managers, "outlets.csv": outlets, "events.csv": events}.items():
        table.to_csv(bank / name, index=False)
    for name, table in {"activity.csv.gz": activity, "client_income.csv.gz": income}.items():
        with gzip.open(bank / name, "wt", encoding="utf-8") as file:
            table.to_csv(file, index=False)
    return found


def forms(number: float) -> tuple[str, ...]:
    """A number as files, pages and cents have it."""
    whole = f"{number:.2f}".removesuffix(".00")
    return (whole, f"{number:,.2f}".removesuffix(".00"), str(round(number * 100)))


def seen(canaries: Canaries, place: Path) -> dict[str, list[str]]:
    """Which canaries stand in the files of a folder: by where they were planted, the files they are in."""
    found: dict[str, list[str]] = {}
    for name, text in texts(place):
        for where, shapes in canaries.planted.items():
            if any(stands_in(text, shape) for shape in shapes):
                found.setdefault(where, []).append(name)
    return found


def stands_in(text: str, shape: str) -> bool:
    """Whether a word or number stands in a text; one inside a longer one, or inside a hash, is another."""
    alone = rf"(?<![\w.]){re.escape(shape)}(?!\w|\.\d*[1-9])"
    return shape in text and re.search(alone, text) is not None


def texts(place: Path) -> Iterator[tuple[str, str]]:
    """All that the files of a folder say, each as a program would read it."""
    for path in sorted(each for each in place.rglob("*") if each.is_file()):
        name = path.relative_to(place).as_posix()
        if path.suffix == ".parquet":
            columns = pq.read_table(path).to_pydict().values()
            yield name, "\n".join(str(cell) for column in columns for cell in column)
        elif path.suffix == ".pdf":
            yield (
                name,
                subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode(),
            )
        elif path.suffix == ".xlsx":
            sheets = pd.read_excel(path, sheet_name=None, header=None, dtype="str").values()
            yield name, "\n".join(sheet.to_csv() for sheet in sheets)
        else:
            written = path.read_text(encoding="utf-8", errors="replace")
            yield name, unescape(written) + "\n" + spoken(written)


def spoken(text: str) -> str:
    """The text with the escapes of JSON undone, where there are any."""
    return re.sub(r'"(?:[^"\\\n]|\\.)*\\u[0-9a-f]{4}(?:[^"\\\n]|\\.)*"', _undone, text)


def _undone(quoted: re.Match[str]) -> str:
    try:
        return str(json.loads(quoted[0]))
    except ValueError:
        return quoted[0]


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False)
