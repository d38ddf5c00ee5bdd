"""The sheets of a scheme, and how a formula on one names what stands on another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policymodel.audit.book import Axis, Cell, Column, Sheet, Sure, cells_of
from policymodel.audit.numbers import Named, told_apart
from policymodel.audit.tables import Tables
from policymodel.computation import Computed
from policymodel.scheme import algebra
from policymodel.scheme.algebra import (
    Accumulate,
    Awards,
    Carry,
    Choose,
    Collect,
    Constant,
    Dated,
    Line,
    Node,
    OverPeers,
    OverTeam,
    Place,
    Previous,
    Rank,
    RoundTogether,
    Unknown,
    nodes_of,
    parts_of,
)
from policymodel.scheme.evaluation import Values, evaluate
from policymodel.scheme.scheme import Scheme
from policymodel.words.audit import SHEETS, step_words
from policymodel.words.sentences import Text, Value, render, say

SECTIONS = ("figures", "card", "pay")
Reader = Callable[[int], str]
"""How a formula in some row names a cell, or the formula of that row."""


class Layout:
    """The sheets of one scheme over some periods, and where each node stands."""

    def __init__(self, computed: Computed, language: str) -> None:
        self.computed = computed
        self.language = language
        self.ground = computed.ground
        self.periods = computed.periods
        panel = computed.panel
        self.here = panel.employed(self.periods)
        self.credits = self.ground.transactions
        there: NDArray[np.bool_] = np.any(self.here, axis=0)
        there[self.ground.places()[1]] = True
        self.people: NDArray[np.int64] = np.flatnonzero(there)
        count = len(self.periods) * self.people.size
        self.sheets: dict[str, Sheet] = {
            name: Sheet(render(SHEETS[name], language), axis, rows) for name, axis, rows in self._plan(count)
        }
        self.facts, self.calendar = self.sheets["facts"], self.sheets["periods"]
        self.tables = Tables(render(SHEETS["tables"], language), self.operand)
        self.places: dict[Node, Column] = {}
        self.used: set[str] = set()
        self.taken: list[Column] = []
        self._axes: dict[Node, Axis | None] = {}
        self._asked: dict[str, Column] = {}
        self.lines = self._lines()
        self.outputs = {node: name for name, node in reversed(self.lines.items())}
        self.owners: dict[Node, Node] = {}
        self.sections = self._sections()
        self.claimed = self._claimed()
        self.names = panel.history.titles
        self._begin()

    def _plan(self, count: int) -> Iterator[tuple[str, Axis, int]]:
        yield "periods", "calendar", len(self.periods)
        yield "facts", "person", count
        yield "transactions", "transaction", len(self.credits)
        for section in SECTIONS:
            yield section, "person", count
        yield "peers", "unit", 0
        yield "teams", "team", 0

    def _begin(self) -> None:
        """What says of each row whose it is and when."""
        labels: list[Cell] = [period.label for period in self.periods]
        self.calendar.add("key", say("Period"), "", labels)
        for heading, days in (
            (say("First day"), [period.start for period in self.periods]),
            (say("Last day"), [period.end for period in self.periods]),
        ):
            self.calendar.add("key", heading, "", list(days))
        lengths: list[Cell] = [period.days for period in self.periods]
        self.days = self.calendar.add("key", say("Days"), "", lengths)
        names: list[Cell] = [str(self.computed.panel.managers[each]) for each in self.people]
        for name in ("facts", *SECTIONS):
            self.sheets[name].add("key", say("Person"), "", names * len(labels))
            each_period = [label for label in labels for _ in names]
            self.sheets[name].add("key", say("Period"), "", each_period)
        numbers: list[Cell] = list(range(1, len(self.periods) * self.people.size + 1))
        self.number = self.facts.add("key", say("Row"), "", numbers)
        employed = self.here[:, self.people].astype(float).ravel()
        self.employed = self.facts.add("fact", say("Employed in the period (1 or 0)"), "", employed.tolist())
        self._begin_transactions()
        nodes = nodes_of(*self.lines.values())
        self._begin_peers(nodes)
        self._begin_teams(nodes)

    def _begin_transactions(self) -> None:
        sheet, rows = self.sheets["transactions"], self.credits
        sheet.add("key", say("Person"), "", [str(each) for each in rows["manager_id"]])
        sheet.add("key", say("Period"), "", [str(each) for each in rows["period"]])
        sheet.add("key", say("Transaction"), "", [str(each) for each in rows["transaction_id"]])
        days: list[Cell] = [each.date() for each in rows["date"]]
        self.day = sheet.add("key", say("Day"), "", days)
        period, manager = self.ground.places()
        self.row_of_credit = (period * self.people.size + np.searchsorted(self.people, manager)).tolist()
        keys: list[Cell] = [each + 1 for each in self.row_of_credit]
        self.credit_key = sheet.add("key", say("Row"), "", keys)

    def _begin_peers(self, nodes: list[Node]) -> None:
        """A row for each unit of peers in each period, of the scopes that some statistic has."""
        scopes = dict.fromkeys(node.scope for node in nodes if isinstance(node, OverPeers))
        spells = self.computed.panel.spells
        named = {"outlet": spells.outlets, "region": spells.regions}
        names: list[Cell] = []
        labels: list[Cell] = []
        self._units: dict[tuple[str, int, int], int] = {}
        for scope in scopes:
            for period, codes in enumerate(self.units(scope)):
                for code in np.unique(codes[codes >= 0]):
                    self._units[scope, period, int(code)] = len(names)
                    names.append(
                        str(named[scope][code]) if scope in named else render(say("everybody"), self.language)
                    )
                    labels.append(self.periods[period].label)
        sheet = self.sheets["peers"]
        sheet.rows = len(names)
        sheet.add("key", say("Outlet or region"), "", names)
        sheet.add("key", say("Period"), "", labels)

    def row_of_unit(self, scope: str, period: int, code: int) -> int:
        """The row of a unit of peers."""
        return self._units[scope, period, code]

    def _begin_teams(self, nodes: list[Node]) -> None:
        """A row for each person led, directly or further down, by each leader in each period."""
        pairs: list[tuple[int, int, int]] = []
        if any(isinstance(node, OverTeam) for node in nodes):
            row_of = {int(person): row for row, person in enumerate(self.people)}
            for period, leaders in enumerate(self.ground.leaders()):
                start = period * self.people.size
                for person, row in row_of.items():
                    steps, leader = 1, int(leaders[person])
                    while leader >= 0:
                        if leader in row_of:
                            pairs.append((start + row_of[leader], start + row, steps))
                        steps, leader = steps + 1, int(leaders[leader])
        self.members = [member for _, member, _ in pairs]
        sheet = self.sheets["teams"]
        sheet.rows = len(pairs)
        people = self.facts.columns[0].cells
        sheet.add("key", say("Leader"), "", [people[leader] for leader, _, _ in pairs])
        sheet.add("key", say("Person"), "", [people[member] for _, member, _ in pairs])
        self.leader_key = sheet.add(
            "key", say("Row of the leader"), "", [leader + 1 for leader, _, _ in pairs]
        )
        self.steps_down = sheet.add("key", say("Steps down"), "", [steps for _, _, steps in pairs])

    def _lines(self) -> dict[str, Node]:
        """Everything on the statement, and a line that stands on transactions over the period too."""
        scheme, known = self.computed.scheme, dict[int, Any]()
        found: dict[str, Node] = {}
        for name, node in scheme.nodes().items():
            found[name] = node
            if scheme.given.axis(name) == "transaction":
                found[f"{name} Σ"] = scheme.given.over_period(name)
        if scheme.pay is not None:
            for name, part in scheme.pay.parts(scheme.given).items():
                found.setdefault(name, part)
        return {name: told_apart(node, known) for name, node in found.items()}

    def _sections(self) -> dict[Node, str]:
        """The sheet of each node: that of the line it belongs to; what several share stands with the first."""
        scheme = self.computed.scheme
        of_line = _section_of(scheme)
        roots = {
            node: of_line.get(name.split(" ")[0].partition(".")[0], "pay")
            for name, node in self.lines.items()
        }
        found = dict(roots)
        for section in SECTIONS:
            for root in [node for node, where in roots.items() if where == section]:
                stack = list(parts_of(root))
                while stack:
                    node = stack.pop()
                    if node not in found:
                        found[node] = section
                        self.owners[node] = root
                        stack.extend(parts_of(node))
        return found

    def _claimed(self) -> dict[Node, Line]:
        """Nodes that need no column beside the line they are all of."""
        found: dict[Node, Line] = {}
        for node in nodes_of(*self.lines.values()):
            plain = Line | Constant | algebra.Column
            if isinstance(node, Line) and not isinstance(node.of, plain) and node.of not in found:
                found[node.of] = node
        return found

    # What formulas are made of

    def axis(self, node: Node) -> Axis | None:
        """What the rows of a node are; None for a constant."""
        if node not in self._axes:
            self._axes[node] = self._axis(node)
        return self._axes[node]

    def _axis(self, node: Node) -> Axis | None:
        match node:
            case Constant() | Unknown():
                return None
            case algebra.Column(name=name):
                return "transaction" if name.startswith("transaction:") else "person"
            case Place():
                return "transaction"
            case Collect() | OverPeers() | Rank() | Awards() | RoundTogether() | OverTeam() | Accumulate():
                return "person"
            case Choose(every=every) | Carry(every=every) | Previous(every=every):
                return "transaction" if every == "transaction" else "person"
            case Dated(every="transaction"):
                return "transaction"
        axes = [self.axis(part) for part in parts_of(node)]
        for axis in ("transaction", "person", "calendar"):
            if axis in axes or (axis == "calendar" and isinstance(node, Dated)):
                return axis
        return "calendar"

    def operand(self, number: Decimal) -> str:
        """A number as a formula writes it: by its name where it has one."""
        if isinstance(number, Named):
            self.used.add(number.name)
            return number.name
        text = f"{number:f}"
        return f"({text})" if number < 0 else text

    def reader(self, part: Node, sheet: Sheet) -> Reader:
        """Says for each row of a sheet how its formulas name a part."""
        if isinstance(part, Unknown):
            word = '"unknown"' if part.applies else '"n/a"'
            return lambda row: word
        if isinstance(part, Constant):
            name = Sure(self.operand(part.value))
            return lambda row: name
        column = self.places[part]
        if column.sheet.axis == "calendar" and sheet.axis in ("person", "team"):
            return lambda row: column.at(row // self.people.size, sheet)
        if column.sheet.axis == "calendar" and sheet.axis == "transaction":
            period, _ = self.ground.places()
            return lambda row: column.at(int(period[row]), sheet)
        return lambda row: column.at(row, sheet)

    def period_of(self, row: int) -> int:
        """Which period a row of a person lies in."""
        return row // self.people.size

    def block(self, column: Column, row: int, sheet: Sheet) -> str:
        """The cells of everybody in the period of a row."""
        first = self.period_of(row) * self.people.size
        return column.between(first, first + self.people.size - 1, sheet)

    def title(self, node: Node) -> Value:
        """The title of the line a node is all of; or the words for a step, and on the way to which line it is."""
        line = node if isinstance(node, Line) else self.claimed.get(node)
        if line is not None:
            title = Text(dict(line.title.languages))
            return title if line in self.outputs else say("{line}, before it is rounded", line=title)
        name, _, side = self.outputs.get(node, "").partition(".")
        if side:
            record = self.computed.scheme.lines[name]
            return say("{line}: {side}", line=Text(dict(record.title.languages)), side=side.replace("_", " "))
        step = step_words(node, self.names)
        return (
            say("{line}: {side}", line=self.title(self.owners[node]), side=step)
            if node in self.owners
            else step
        )

    def help(self, sheet: Sheet, heading: Value, formula: Reader, array: bool = False) -> Column:
        """A column beside a node that keeps what its formula needs."""
        return sheet.add("help", heading, "", [formula(row) for row in range(sheet.rows)], array=array)

    def fact(self, name: str, heading: Value, values: Callable[[], Sequence[Cell]]) -> Column:
        """A column of facts that some formula asks for, written once."""
        if name not in self._asked:
            self._asked[name] = self.facts.add("fact", heading, name, values())
        return self._asked[name]

    def unit(self, scope: str) -> Column:
        """The number of everybody's outlet, region or group; 0 for who is not employed."""
        if scope == "group":
            return self.employed
        heading = say("Number of the outlet") if scope == "outlet" else say("Number of the region")
        return self.fact(f"{scope} no.", heading, lambda: (self.units(scope) + 1.0).ravel().tolist())

    def units(self, scope: str) -> NDArray[np.int64]:
        """The same as an array, -1 for who is not employed."""
        codes: NDArray[np.int64] = self.ground.peers(scope)[:, self.people]  # type: ignore[arg-type]
        return codes

    def engine(self, node: Node, sheet: Sheet) -> list[Cell]:
        """The engine's values on the rows of a sheet."""
        values = evaluate(node, self.ground, self.computed.known)
        if sheet.axis == "transaction":
            return cells_of(values, (1, sheet.rows), slice(None))
        if sheet.axis == "calendar":
            # Alike for everybody, however wide the array is.
            one = Values(values.number[:, :1], values.status[:, :1])
            return cells_of(one, (len(self.periods), 1), slice(None))
        return cells_of(values, (len(self.periods), self.computed.panel.managers.size), self.people)

    def _fact(self, node: algebra.Column) -> Column:
        axis = self.axis(node)
        sheet = self.sheets["transactions"] if axis == "transaction" else self.facts
        return sheet.add("fact", step_words(node, self.names), node.name, self.engine(node, sheet), node=node)


def _section_of(scheme: Scheme) -> dict[str, str]:
    """The section in which each line of the file stands."""
    found = dict.fromkeys(scheme.lines, "figures")
    if scheme.card is not None:
        found |= {line.id: "card" for line, _ in scheme.card.walk()} | {"score": "card"}
    if scheme.pay is not None:
        found |= {item.id: "pay" for item in scheme.pay.items} | {"pay": "pay"}
    return found
