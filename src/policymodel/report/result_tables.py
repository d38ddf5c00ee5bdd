"""The result tables: what each holds, how they are kept, and what of them may be published.

The files keep the true figures, and beside each whether it may be shown: they are internal. A page is told on
the `published` ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from policymodel.disclosure import apart
from policymodel.errors import HistoryError, Problem
from policymodel.whole import folder_for, whole

Results = Mapping[str, pd.DataFrame]

TEXT, WHOLE, NUMBER, TRUTH = pa.string(), pa.int64(), pa.float64(), pa.bool_()
TYPES = {WHOLE: "int64", NUMBER: "float64", TRUTH: "bool", TEXT: "str"}

REGION, DESIGN = ("region", TEXT), ("design", TEXT)
PEOPLE, SHOWN, WITHHELD = ("people", WHOLE), ("shown", TRUTH), ("withheld", TEXT)
GROUP = (("by", TEXT), ("group", TEXT))
INTERVAL = (("low", NUMBER), ("high", NUMBER))

# Money is in minor units; a mean is a float64, and so is a sum of changes, which may be of points.
# `shown` is about the row; `withheld` names counts of the row that are blank on a page although it is shown.
SCHEMAS: Mapping[str, pa.Schema] = {
    name: pa.schema(columns)
    for name, columns in {
        "cost": [REGION, DESIGN, ("item", TEXT), ("amount_minor", WHOLE), PEOPLE, SHOWN, WITHHELD],
        "budget": [REGION, ("amount_minor", WHOLE), ("rule", TEXT), SHOWN],
        "bands": [REGION, DESIGN, *GROUP, ("band", TEXT), PEOPLE, SHOWN],
        "change": [
            *(REGION, DESIGN, *GROUP, PEOPLE, ("unit", TEXT)),
            *(("mean_change", NUMBER), ("total_change", NUMBER), SHOWN),
        ],
        "directions": [REGION, DESIGN, ("side", TEXT), PEOPLE, ("total_change", NUMBER), SHOWN],
        # The lowest and the highest paid of so many equal parts.
        "spread": [
            *(REGION, DESIGN, PEOPLE, ("gini", NUMBER), ("parts", WHOLE)),
            *(("lowest_share", NUMBER), ("highest_share", NUMBER), SHOWN),
        ],
        "scores": [REGION, DESIGN, ("lower", NUMBER), ("upper", NUMBER), PEOPLE, SHOWN],
        "contribution": [
            *(REGION, DESIGN, ("rank_group", WHOLE), PEOPLE, ("mean_contribution", NUMBER)),
            *(("mean_pay_minor", NUMBER), *INTERVAL, SHOWN),
        ],
        # The change is against the baseline for the same people, with an interval of its own.
        "alignment": [
            *(REGION, DESIGN, PEOPLE, ("spearman", NUMBER), *INTERVAL),
            *(("change", NUMBER), ("change_low", NUMBER), ("change_high", NUMBER), SHOWN),
        ],
        "indicators": [
            *(REGION, DESIGN, ("line", TEXT), ("period", TEXT), ("measure", TEXT), ("actual", NUMBER)),
            *(
                ("actual_to_date", NUMBER),
                ("target", NUMBER),
                ("attainment", NUMBER),
                ("previous_actual", NUMBER),
            ),
            *(("divisor", NUMBER), ("previous_divisor", NUMBER), PEOPLE, SHOWN, WITHHELD),
        ],
        # Whom each rule touches, at any step (0) or at one; of step 0 what luck alone would do.
        "consequences": [
            *(REGION, DESIGN, ("rule", TEXT), ("kind", TEXT), ("step", WHOLE), PEOPLE, ("times", WHOLE)),
            *(("taken_minor", WHOLE), ("null", TEXT), ("expected", NUMBER), *INTERVAL, ("chance", NUMBER)),
            *(("hidden", TEXT), SHOWN),
        ],
        # What the linter found: `level` is accepted where somebody accepted it, `said` a JSON object of languages.
        "lint": [
            *(REGION, DESIGN, ("rule", TEXT), ("address", TEXT), ("level", TEXT), ("said", TEXT), SHOWN),
        ],
        "people": [
            *(
                REGION,
                DESIGN,
                PEOPLE,
                ("not_computed", WHOLE),
                ("base_nonpositive", WHOLE),
                ("clipped_score", WHOLE),
            ),
            *(
                ("carried_negative", WHOLE),
                ("envelope_breaches", WHOLE),
                ("compared", WHOLE),
                SHOWN,
                WITHHELD,
            ),
        ],
    }.items()
}

# What a row is about; the rest of a row that is not shown is blank.
KEYS = (
    *("region", "design", "item", "by", "group", "band", "side", "unit"),
    *("line", "period", "measure", "rule", "address", "kind", "step", "hidden", "shown"),
)
# Tables whose rows say nothing without their figures.
DROPPED = ("cost", "budget", "scores", "contribution", "alignment", "people")
# Counts of people beside other figures, in the order in which they are decided on.
COUNTED = ("people", "cost", "indicators")
PARTS = ("not_computed", "base_nonpositive", "clipped_score", "carried_negative")
INTERNAL = ("withheld", "divisor", "previous_divisor")


def typed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with exactly the declared columns of a table, in their types and order."""
    schema = SCHEMAS[name]
    table = frame.reindex(columns=schema.names) if frame.empty else frame[schema.names]
    return table.astype({each.name: TYPES[each.type] for each in schema}).reset_index(drop=True)


def write_results(results: Results, folder: Path | str) -> None:
    """One Parquet file for each table, each replaced whole: nothing half-written stands under its name."""
    with folder_for(Path(folder)) as place:
        for name, frame in results.items():
            table = pa.Table.from_pandas(frame, schema=SCHEMAS[name], preserve_index=False)
            with whole(place / f"{name}.parquet") as part:
                pq.write_table(table, part)


def read_results(folder: Path | str) -> dict[str, pd.DataFrame]:
    """The tables a region wrote; all that is missing or not as declared is named at once."""
    found: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name, schema in SCHEMAS.items():
        file = Path(folder) / f"{name}.parquet"
        try:
            table = pq.read_table(file)
        except FileNotFoundError:
            problems.append(Problem(file.name, "the table is not there", "run the region again"))
            continue
        except (pa.ArrowInvalid, OSError):
            problems.append(
                Problem(file.name, "is no Parquet file, or it is damaged", "run the region again")
            )
            continue
        if table.schema.equals(schema):
            found[name] = typed(name, table.to_pandas())
        else:
            problems.append(Problem(file.name, "has other columns than declared", "run the region again"))
    if problems:
        raise HistoryError(str(folder), problems)
    return found


def mark_counts(results: Results, threshold: int, hidden: Results | None = None) -> dict[str, pd.DataFrame]:
    """The tables with `withheld`: which counts of people would tell too much beside the other figures.

    A part of 1 to 9 people is withheld, also where all the others are 1 to 9, and a total that differs from
    another one by 1 to 9, because the page would say how few are without a figure. What was withheld before stays so.
    `hidden` has a column of truths
    for each count that must be withheld for another reason, row by row.
    """
    marked = dict(results)
    known = {0, *results["people"]["compared"]}
    for name in COUNTED:
        frame = results[name]
        shown = apart(frame["people"], known, threshold)
        known |= set(frame["people"][shown])
        away = pd.DataFrame({"people": [not each for each in shown]}, index=frame.index, dtype=bool)
        for part in PARTS if name == "people" else ():
            rest = frame["people"] - frame[part]
            away[part] = frame[part].between(1, threshold - 1) | rest.between(1, threshold - 1)
        if hidden is not None:
            away |= hidden[name][away.columns].to_numpy()
        names = [
            " ".join([*before.split(), *away.columns[row]])
            for before, row in zip(frame["withheld"], away.to_numpy(), strict=True)
        ]
        marked[name] = frame.assign(withheld=pd.Series(names, index=frame.index, dtype="str"))
    return marked


def published(results: Results) -> dict[str, pd.DataFrame]:
    """The tables as a page may show them: what is not shown is blank, or its row is gone.

    Of a grouping (by outlet …) that has nothing to show nothing is left.
    """
    pages = {name: _public(name, frame) for name, frame in results.items()}
    both = pd.concat([pages[name][["by", "shown"]] for name in ("bands", "change")])
    kept = {"all", *both.loc[both["shown"].astype(bool), "by"]}
    for name in ("bands", "change"):
        pages[name] = pages[name][pages[name]["by"].isin(kept)].reset_index(drop=True)
    return pages


def _public(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    page = frame[frame["shown"]].reset_index(drop=True) if name in DROPPED else frame.copy()
    for column in page.columns.difference([*KEYS, *INTERNAL]):
        if page[column].dtype == "int64":
            page[column] = page[column].astype("Int64")
        hidden = ~page["shown"]
        if "withheld" in page:
            hidden |= page["withheld"].str.split().map({column}.issubset).astype(bool)
        page[column] = page[column].mask(hidden)
    return page.drop(columns=page.columns.intersection(list(INTERNAL)))
