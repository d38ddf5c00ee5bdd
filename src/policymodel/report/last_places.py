"""The last places among the whole group, found by whoever starts a run and told to the regions: figures, no person.

A region's run reads its own rows only. Who is among the best of the group it can say once it is told the figure that
the last place takes; nothing else of other regions is in the file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path

from policymodel.consequences import LastPlace, LastPlaces, last_places
from policymodel.consequences.places import ranks_the_group
from policymodel.consequences.standing import Standing
from policymodel.errors import InputError
from policymodel.history.facts import History
from policymodel.panel import ORDINARY, build_panel, under_plans
from policymodel.payroll import pay
from policymodel.report.runfile import RunFile
from policymodel.report.wording import schemes_of
from policymodel.scheme.scheme import Scheme
from policymodel.scoring import score
from policymodel.whole import write_text

FILE = "private/last_places.json"
"""Below a run's folder; a last place is some person's figure, so it stays with whoever made the run."""
LEVELS = 3
"""How many folders a page may lie below its run's folder."""


def rules_from(card: Scheme | None, plan: Scheme | None) -> Scheme | None:
    """The scheme of a design whose rules hold: its pay scheme, else its card."""
    return next((each for each in (plan, card) if each is not None and each.consequences is not None), None)


def found_in(run: RunFile, history: Callable[[], History]) -> dict[str, LastPlaces]:
    """The last places of each design that ranks the group, over all regions of a history; it is read where one does."""
    schemes = {
        design: scheme
        for design, both in schemes_of(run).items()
        if (scheme := rules_from(*both)) is not None and _ranks_the_group(scheme)
    }
    if not schemes or run.as_of is not None:
        return {}
    whole = build_panel(history(), run.plan_year, run.base_year)
    found: dict[str, LastPlaces] = {}
    for design, scheme in schemes.items():
        # The best of the group are the best of those whom these rules are for.
        panel = under_plans(whole, {ORDINARY}, run.plan_year.split(scheme.months))
        made = pay(panel, scheme) if scheme.pay is not None else score(panel, scheme)
        found[design] = last_places(Standing(made))
    return found


def _ranks_the_group(scheme: Scheme) -> bool:
    return scheme.consequences is not None and any(map(ranks_the_group, scheme.consequences.rules))


def write_last_places(run: RunFile, history: Callable[[], History], out: Path) -> None:
    """Find the last places over all regions and write them below a run's folder; no file where nothing ranks the group.

    What a scheme cannot be worked out over is told by the regions' own pages.
    """
    try:
        found = found_in(run, history)
    except InputError:
        found = {}
    if not found:
        (out / FILE).unlink(missing_ok=True)
        return
    (out / FILE).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_text(as_text(found), out / FILE)


def as_text(found: Mapping[str, LastPlaces]) -> str:
    """The content of the file: for each design a list of rule, period, figure (null: everybody) and above."""
    told = {
        design: [
            {
                "rule": rule,
                "period": period,
                "figure": last.figure if math.isfinite(last.figure) else None,
                "above": last.above,
            }
            for (rule, period), last in places.items()
        ]
        for design, places in found.items()
    }
    return json.dumps(told, indent=1) + "\n"


def read_last_places(file: Path) -> dict[str, LastPlaces]:
    """The last places by design, as a run wrote them.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "last_places.json")
    >>> written = {"published": {("top_ten", "2025-Q4"): LastPlace(1234567.0, above=True)}}
    >>> _ = file.write_text(as_text(written), encoding="utf-8")
    >>> read_last_places(file) == written
    True
    """
    told = json.loads(file.read_text(encoding="utf-8"))
    return {
        design: {
            (each["rule"], each["period"]): LastPlace(
                -math.inf if each["figure"] is None else float(each["figure"]), bool(each["above"])
            )
            for each in places
        }
        for design, places in told.items()
    }


def of_the_run(folder: Path) -> dict[str, LastPlaces]:
    """The last places of the run in whose folder a page is made; none where it is made by itself."""
    for above in folder.resolve().parents[:LEVELS]:
        if (above / FILE).is_file():
            return read_last_places(above / FILE)
    return {}
