"""A small invented bank made ready for futures, for tests: read once, priced often."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from policymodel.draws import Draws
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.synthetic import write_bank
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme
from policymodel.simulate.assumptions import Assumptions, read_assumptions
from policymodel.simulate.growth import Growths
from policymodel.simulate.region import Designs

ROOT = Path(__file__).resolve().parents[1]
YEARS = (Period.parse("2025"), Period.parse("2024"))
NOBODY: Growths = Growths({}, (), MappingProxyType({}), MappingProxyType({}), MappingProxyType({}))


@cache
def bank() -> History:
    """60 invented people in two regions over two years."""
    with tempfile.TemporaryDirectory() as folder:
        write_bank(Path(folder), Draws(0), managers=60, regions=2)
        return read_history(folder, read_mapping(ROOT / "params/mappings/bank.yaml"))


@cache
def region_of_bank(name: str) -> History:
    """One of them."""
    return bank().region(name)


@dataclass(frozen=True)
class Held:
    """Where a run reads a region: from memory, also in another process."""

    histories: Mapping[str, History]

    def __call__(self, name: str) -> History:
        return self.histories[name]


@cache
def facts() -> Held:
    """The regions of the bank."""
    return Held({name: region_of_bank(name) for name in bank().regions})


@cache
def scheme(name: str) -> Scheme:
    """A shipped scheme or change by its path below `params`."""
    return read_scheme(ROOT / f"params/{name}.yaml")


@cache
def designs() -> Designs:
    """What the demo run compares, the people under the other plan by their own scheme."""
    own = {
        "published": (scheme("schemes/s4_scorecard"), scheme("schemes/s6_profit_centre")),
        "proposal": (scheme("changes/s4_softer_deposits"), scheme("changes/s6_more_for_growth")),
    }
    apart = scheme("schemes/s6_separate_book")
    return Designs(own, {"separate_book": dict.fromkeys(own, (apart, apart))}, "published")


@cache
def assumed() -> Assumptions:
    """The shipped assumptions."""
    return read_assumptions(ROOT / "params/assumptions/next_year.yaml")


def with_settings(**settings: Mapping[str, object]) -> Assumptions:
    """The shipped assumptions with some settings of their parts written anew."""
    found = assumed()
    changed = {
        part: getattr(found, part).model_copy(update=dict(values)) for part, values in settings.items()
    }
    return found.model_copy(update=changed)
