"""The places of a tape while it is written: what is used again, and what is written at once to where it is wanted."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial
from typing import Any

import numpy as np

from policymodel.lowering import operations
from policymodel.lowering.tape import Entry, Rule, Tape, View


class Places:
    """A tape that grows, and which of its places somebody still needs."""

    def __init__(self, strict: bool) -> None:
        self.tape = Tape(strict=strict)
        self.uses = Counter({self.tape.place(): 1})
        self._rows: dict[int, int] = {}
        self._free: defaultdict[int, list[int]] = defaultdict(list)

    def back(self, place: int) -> None:
        """A place that nobody needs any more is used again."""
        if self.uses[place] <= 0 and place in self.tape.buffers:
            self._free[self._rows[place]].append(place)

    def fixed(self, array: Any) -> int:
        """A place for an array that is the same for every tile."""
        place = self.tape.place()
        self.tape.fixed[place] = array
        self.uses[place] = 1
        return place

    def buffer(self, rows: int) -> int:
        """A place for rows of a tile, one that is free where there is one."""
        return self._free[rows].pop() if self._free[rows] else self.new(rows)

    def new(self, rows: int) -> int:
        """A place for rows of a tile that nothing has stood at."""
        place = self.tape.place()
        self.tape.buffers[place] = rows
        self._rows[place] = rows
        return place

    def view(self, of: int, rows: slice, flat: bool = False) -> int:
        """The place of some rows of another place."""
        view = View(of, rows, flat)
        for place, each in self.tape.views.items():
            if each == view:
                return place
        place = self.tape.place()
        self.tape.views[place] = view
        return place

    def entry(self, rule: Rule, first: int, second: int, out: int) -> None:
        """One more entry."""
        self.tape.entries.append((rule, first, second, out))

    def rows_of(self, place: int) -> int:
        """How many rows stand at a place."""
        if place in self.tape.fixed:
            return int(self.tape.fixed[place].shape[0])
        return self._rows[place]

    def reduced(self, rule: np.ufunc, parts: list[int], dying: set[int]) -> int:
        """The place of several put together by a rule of two, small ones first."""
        parts = sorted(parts, key=lambda each: (each not in self.tape.fixed, self.rows_of(each)))
        place, own = parts[0], dying
        for following in parts[1:]:
            place = self.two(rule, place, following, own)
            own = own | {place}
        return place

    def two(self, rule: np.ufunc, first: int, second: int, own: set[int]) -> int:
        """The place of two put together: that of one of them where nobody else needs it."""
        if first in self.tape.fixed and second in self.tape.fixed:
            return self.fixed(rule(self.tape.fixed[first], self.tape.fixed[second]))
        rows = max(self.rows_of(first), self.rows_of(second))
        for each in (first, second):
            if each in own and each in self.tape.buffers and self._rows[each] == rows:
                self.entry(rule, first, second, each)
                return each
        out = self.buffer(rows)
        self.entry(rule, first, second, out)
        return out

    def reads(self, entry: Entry) -> set[int]:
        """The places that an entry reads, the whole of which a view is part."""
        general = (
            entry[0].args[2] if isinstance(entry[0], partial) and entry[0].func is operations.by_rule else ()
        )
        return {self.base(place) for place in (*entry[1:3], *general)}

    def base(self, place: int) -> int:
        """The place that one is part of."""
        return self.tape.views[place].of if place in self.tape.views else place

    def moved(self, place: int, out: int, dying: set[int]) -> bool:
        """Whether what stands at a place could be written to another one at once, as nobody else reads it."""
        if place not in dying or place not in self.tape.buffers:
            return False
        at = max(index for index, entry in enumerate(self.tape.entries) if self.base(entry[3]) == place)
        later = self.tape.entries[at + 1 :]
        rule, first, second, wrote = self.tape.entries[at]
        if wrote != place or any(place in self.reads(entry) for entry in later):
            return False
        self.tape.entries[at] = (rule, first, second, out)
        return True

    def unfloored(self, place: int, out: int) -> bool:
        """Whether what moved from a place to another one was last held above zero: that is left to do for all rows."""
        at = max(index for index, entry in enumerate(self.tape.entries) if entry[3] == out)
        rule, first, second, _ = self.tape.entries[at]
        if rule is not np.maximum or first != place or np.any(self.tape.fixed.get(second, 1.0)):
            return False
        before = max(
            index for index, entry in enumerate(self.tape.entries[:at]) if self.base(entry[3]) == place
        )
        made, one, other, wrote = self.tape.entries[before]
        if wrote != place or any(place in self.reads(entry) for entry in self.tape.entries[before + 1 : at]):
            return False
        self.tape.entries[before] = (made, one, other, out)
        del self.tape.entries[at]
        return True
