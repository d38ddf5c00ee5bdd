"""The tables of a futures run: what each holds, and how they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from policymodel.errors import HistoryError, Problem
from policymodel.whole import folder_for, whole

TEXT, WHOLE, NUMBER, TRUTH = pa.string(), pa.int64(), pa.float64(), pa.bool_()
TYPES = {WHOLE: "int64", NUMBER: "float64", TRUTH: "bool", TEXT: "str"}
BLANK = {"budget_minor"}
"""Whole numbers that may be missing: a run need not have a budget."""

# Money is in minor units and scores in hundredths of a point, whole numbers both: no order of adding changes a sum.
SCHEMAS: Mapping[str, pa.Schema] = {
    name: pa.schema(columns)
    for name, columns in {
        "futures_totals": [
            *(("region", TEXT), ("design", TEXT), ("draw", WHOLE), ("amount_minor", WHOLE)),
            *(
                ("score_sum", WHOLE),
                ("person_periods", WHOLE),
                ("not_computed", WHOLE),
                ("budget_minor", WHOLE),
            ),
        ],
        # Of the draws in which the person's year is known under both the design and the baseline.
        "futures_people": [
            *(
                ("region", TEXT),
                ("design", TEXT),
                ("manager_id", TEXT),
                ("draws", WHOLE),
                ("sum_minor", WHOLE),
            ),
            *(("sum_of_squares", NUMBER), ("loses", WHOLE), ("gains", WHOLE), ("sum_change_minor", WHOLE)),
            *(("bad_draws", WHOLE), ("bad_sum_change_minor", WHOLE)),
        ],
        "futures_common": [("draw", WHOLE), ("factor", TEXT), ("value", NUMBER), ("bad_year", TRUTH)],
        "futures_replay": [("region", TEXT), ("design", TEXT), ("amount_minor", WHOLE), ("people", WHOLE)],
    }.items()
}


@dataclass(frozen=True)
class Futures:
    """The tables of a futures run by name, and what the pages must say of how it was made."""

    tables: Mapping[str, pd.DataFrame]
    notes: Mapping[str, int]
    """Counts to be told: `lent_blocks` (a person and season without months of their own), `targets_moved`,
    `targets_kept`, `people` (of today)."""

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]


def typed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with exactly the declared columns of a table, in their types and order."""
    types = {each.name: "Int64" if each.name in BLANK else TYPES[each.type] for each in SCHEMAS[name]}
    return frame.reindex(columns=list(types)).astype(types).reset_index(drop=True)


def write_futures(tables: Mapping[str, pd.DataFrame], folder: Path | str) -> None:
    """One Parquet file for each table, each replaced whole."""
    with folder_for(Path(folder)) as place:
        for name, schema in SCHEMAS.items():
            table = pa.Table.from_pandas(tables[name], schema=schema, preserve_index=False)
            with whole(place / f"{name}.parquet") as part:
                pq.write_table(table, part)


def read_futures(folder: Path | str) -> dict[str, pd.DataFrame]:
    """The tables of a run; all that is missing is named at once."""
    found, problems = {}, []
    for name in SCHEMAS:
        file = Path(folder) / f"{name}.parquet"
        if not file.is_file():
            problems.append(Problem(file.name, "the table is not there", "make the futures again"))
            continue
        found[name] = typed(name, pq.read_table(file).to_pandas())
    if problems:
        raise HistoryError(str(folder), problems)
    return found
