"""What the invented bank counts from single records for its scores, as rows of `activity`: S2 and S4.2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from worked.books import ABSENT, read_months, span
from worked.counted import employed_in
from worked.duties import NAMES, Duties

Rows = list[dict[str, str]]
TABLES = (
    "assignments",
    "client_files",
    "contacts",
    "work_reports",
    "needs",
    "alerts",
    "attendance",
    "reviews",
)
MEASURES = (*NAMES, "wealth_clients_maintained", "research_reports", "research_reports_adopted")


def counted(tables: Mapping[str, Rows], mapping: Mapping[str, Any], first: str, last: str) -> Rows:
    """A row for each person, month of employment and measure, blank where the figure is not known.

    `tables` holds TABLES and `managers`, every cell as text; `mapping` the rules and declarations of a mapping file.
    """
    found: Rows = []
    for who in sorted({row["manager_id"] for row in tables["managers"]}):
        own = {
            name: [row for row in tables[name] if row["manager_id"] == who] for name in (*TABLES, "managers")
        }
        clients = {row["client_id"] for row in own["assignments"]}
        # What class a client was in before is asked of whoever had it.
        own["assignments"] = [row for row in tables["assignments"] if row["client_id"] in clients]
        duties = Duties(own, mapping["records"], mapping["measures"], {})
        for month in span((read_months(first)[0], read_months(last)[1])):
            for measure in dict.fromkeys(MEASURES) if employed_in(own, who, month) else ():
                figure = duties.cell(who, measure, month)
                found.append(
                    {
                        "manager_id": who,
                        "month": f"{month // 12}-{month % 12 + 1:02}",
                        "measure": measure,
                        "actual": "" if figure == ABSENT else f"{float(figure):.15g}",
                    }
                )
    return found
