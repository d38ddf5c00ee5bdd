"""Among peers, as formulas over the cells of everybody in the period; and sums over the people led."""

from __future__ import annotations

from collections.abc import Callable

from policymodel.audit.book import Cell, Column, Sheet, where_known
from policymodel.audit.layout import Layout, Reader
from policymodel.audit.rounding import power_of_ten, rounded
from policymodel.audit.statistic import statistic
from policymodel.scheme.algebra import Awards, Node, OverPeers, OverTeam, Rank, RoundTogether, parts_of
from policymodel.units import Rounding
from policymodel.words.sentences import Value, say

EQUAL = "1E-11"
"""Of a number: what is nearer than that is equal, and shares a place."""


def _column_of(book: Layout, sheet: Sheet, read: Reader, heading: Value, node: Node) -> Column:
    """The column of a part; a constant, or a number of the calendar, gets one for everybody."""
    column = book.places.get(node)
    if column is not None and column.sheet.axis == "person":
        return column
    return book.help(sheet, heading, read)


def over_peers(book: Layout, node: OverPeers, sheet: Sheet, read: list[Reader]) -> Reader:
    """One statistic for each unit of peers, on a sheet of its own, and everybody's reference to it."""
    title = book.title(node)
    parts, who = read[: len(node.parts)], read[-1] if node.who is not None else None
    columns = []
    for part, reader in zip(node.parts, parts, strict=True):
        if who is None and len(parts) == 1:
            columns.append(_column_of(book, sheet, reader, say("{step}: what counts", step=title), part))
            continue
        counted = _counted(reader, parts, who)
        columns.append(book.help(sheet, say("{step}: what counts", step=title), counted))
    unit = book.unit(node.scope)
    codes = book.units(node.scope)
    peers = book.sheets["peers"]
    cells: list[Cell] = [""] * peers.rows
    for period, code in dict.fromkeys(
        (row // book.people.size, int(each)) for row, each in enumerate(codes.ravel())
    ):
        if code < 0:
            continue
        first = period * book.people.size
        last = first + book.people.size - 1
        values = [column.between(first, last, peers) for column in columns]
        units = unit.between(first, last, peers)
        cells[book.row_of_unit(node.scope, period, code)] = _of_group(node, values, units, str(code + 1))
    column = peers.add("help", title, "", cells, array=True)

    def written(row: int) -> str:
        period, person = divmod(row, book.people.size)
        code = int(codes[period, person])
        return column.at(book.row_of_unit(node.scope, period, code), sheet) if code >= 0 else '"n/a"'

    return written


def _counted(part: Reader, parts: list[Reader], who: Reader | None) -> Reader:
    """A part where it counts: with a number for all parts, and for whom `who` says so."""

    def written(row: int) -> str:
        asked = [*parts, *([who] if who is not None else [])]
        cells = where_known([each(row) for each in asked], part(row))
        if who is None:
            return cells
        return f'IF(AND(ISNUMBER({who(row)}),N({who(row)})=0),"n/a",{cells})'

    return written


def _of_group(node: OverPeers, values: list[str], units: str, unit: str) -> str:
    found = statistic(node.statistic, values, units, unit, node.at)
    if node.missing == "leave_out":
        return found
    return _unless_missing(found, values[0], units, unit)


def _unless_missing(formula: str, values: str, units: str, unit: str) -> str:
    """A formula, but a word where one of the peers has no number and should."""
    for code in ("unknown", "withheld"):
        formula = f'IF(COUNTIFS({units},{unit},{values},"{code}")>0,"{code}",{formula})'
    return formula


class _Contest:
    """Who is ranked among whom: the cells of the peers, and how many stand above a number."""

    def __init__(self, book: Layout, node: Rank | Awards, sheet: Sheet) -> None:
        self.book, self.node, self.sheet = book, node, sheet
        (part,) = parts_of(node)
        self.title = book.title(node)
        heading = say("{step}: what is ranked", step=self.title)
        self.of = _column_of(book, sheet, book.reader(part, sheet), heading, part)
        self.unit = book.unit(node.scope)
        self.counts: Column | None = None
        self.first: Column | None = None
        if node.each is not None:
            self._by_unit(book.unit(node.each))
        elif isinstance(node, Rank) and node.ties == "next_place":
            self.first = book.help(sheet, say("{step}: first with this value", step=self.title), self._first)

    def _by_unit(self, each: Column) -> None:
        """Of the people of an outlet or region one stands for all."""
        book, sheet, of = self.book, self.sheet, self.of
        values = of

        def stands(row: int) -> str:
            start = book.period_of(row) * book.people.size
            mine, cell = each.at(row, sheet), values.at(row, sheet)
            above = "0"
            if row > start:
                others, numbers = each.between(start, row - 1, sheet), values.between(start, row - 1, sheet)
                above = f"SUMPRODUCT(({others}={mine})*ISNUMBER({numbers}))"
            return f"IF(AND({mine}>0,ISNUMBER({cell}),{above}=0),1,0)"

        self.counts = book.help(sheet, say("{step}: stands for its unit", step=self.title), stands)
        counts = self.counts

        def value(row: int) -> str:
            all_units, mine = book.block(each, row, sheet), each.at(row, sheet)
            total = (
                f"SUMIFS({book.block(of, row, sheet)},{all_units},{mine},{book.block(counts, row, sheet)},1)"
            )
            cell = of.at(row, sheet)
            return f"IF(AND({mine}>0,ISNUMBER({cell})),{total},{cell})"

        self.of = book.help(sheet, say("{step}: of the unit", step=self.title), value)
        if isinstance(self.node, Rank) and self.node.ties == "next_place":
            self.first = book.help(sheet, say("{step}: first with this value", step=self.title), self._first)

    def _first(self, row: int) -> str:
        """1 for the first of those who are equal."""
        book, sheet = self.book, self.sheet
        start = book.period_of(row) * book.people.size
        cell, mine = self.of.at(row, sheet), self.unit.at(row, sheet)
        counts = f"{self.counts.at(row, sheet)}=1" if self.counts is not None else f"ISNUMBER({cell})"
        if row == start:
            return f"IF({counts},1,0)"
        near = self._near(cell)
        units = self.unit.between(start, row - 1, sheet)
        values = self.of.between(start, row - 1, sheet)
        use = self._use(start, row - 1, values)
        return f"IF({counts},IF(SUMPRODUCT(({units}={mine})*{use}*{near.format(values=values)})=0,1,0),0)"

    def _use(self, first: int, last: int, values: str) -> str:
        if self.counts is not None:
            return f"({self.counts.between(first, last, self.sheet)}=1)"
        return f"ISNUMBER({values})"

    @staticmethod
    def _near(cell: str) -> str:
        return f"({{values}}>={cell}-{EQUAL}*ABS({cell}))*({{values}}<={cell}+{EQUAL}*ABS({cell}))"

    def _all(self, row: int) -> tuple[str, str, str]:
        """Who counts, the values, and the unit of the peers of a row."""
        book, sheet = self.book, self.sheet
        first = book.period_of(row) * book.people.size
        last = first + book.people.size - 1
        values, units = self.of.between(first, last, sheet), self.unit.between(first, last, sheet)
        mine = self.unit.at(row, sheet)
        return f"({units}={mine})*{self._use(first, last, values)}", values, units

    def above(self, row: int) -> str:
        """How many are better."""
        who, values, _ = self._all(row)
        cell = self.of.at(row, self.sheet)
        sign, shift = (">", "+") if self.node.best == "highest" else ("<", "-")
        distinct = ""
        if self.first is not None:
            distinct = f"*({self.book.block(self.first, row, self.sheet)}=1)"
        return f"SUMPRODUCT({who}*({values}{sign}{cell}{shift}{EQUAL}*ABS({cell})){distinct})"

    def equal(self, row: int) -> str:
        """How many are as good, oneself among them."""
        who, values, _ = self._all(row)
        return f"SUMPRODUCT({who}*{self._near(self.of.at(row, self.sheet)).format(values=values)})"

    def people(self, row: int) -> str:
        """How many are ranked."""
        who, _, _ = self._all(row)
        return f"SUMPRODUCT({who}*1)"

    def where_ranked(self, row: int, formula: str) -> str:
        """A formula for who has a place; else the word that says why not."""
        cell, unit = self.of.at(row, self.sheet), self.unit.at(row, self.sheet)
        found = f'IF(ISNUMBER({cell}),{formula},"n/a")'
        if self.node.missing == "refuse":
            _, values, units = self._all(row)
            found = _unless_missing(found, values, units, unit)
        return f'IF({unit}>0,{found},"n/a")'


def rank(book: Layout, node: Rank, sheet: Sheet) -> Reader:
    """Each person's place: one more than how many are better."""
    contest = _Contest(book, node, sheet)

    def written(row: int) -> str:
        place = f"1+{contest.above(row)}"
        if node.ties == "mean_place":
            place += f"+({contest.equal(row)}-1)/2"
        elif node.ties == "worst_place":
            place += f"+{contest.equal(row)}-1"
        if node.shown_as == "share":
            place = f"({place})/{contest.people(row)}"
        return contest.where_ranked(row, place)

    return written


def awards(book: Layout, node: Awards, sheet: Sheet) -> Reader:
    """The award of each place; who is tied shares places as the scheme says."""
    contest = _Contest(book, node, sheet)
    title = contest.title
    given = book.tables.awards(title, node.awards)
    best = book.help(
        sheet,
        say("{step}: place", step=title),
        lambda row: contest.where_ranked(row, f"1+{contest.above(row)}"),
    )
    equal = book.help(
        sheet, say("{step}: equal", step=title), lambda row: contest.where_ranked(row, contest.equal(row))
    )
    ranked = book.help(
        sheet, say("{step}: ranked", step=title), lambda row: contest.where_ranked(row, contest.people(row))
    )

    def paid(place: str, people: str, both: Callable[[str, str], str]) -> str:
        found = "0"
        for award, first, last, amount in reversed(given):
            counted = f"({people}+1-{place})" if award.from_the_end else place
            found = f"IF({both(f'{counted}>={first}', f'{counted}<={last}')},{amount},{found})"
        return found

    def written(row: int) -> str:
        cells = [each.at(row, sheet) for each in (best, equal, ranked)]
        place, ties, people = cells
        if node.ties == "share_the_awards":
            every = f"ROW($1:${max(book.people.size, 1)})"
            mine = f"({every}>={place})*({every}<={place}+{ties}-1)"
            each = paid(every, people, lambda one, other: f"({one})*({other})")
            amount = f"SUM(IF({mine},{each},0))/{ties}"
        else:
            at = place if node.ties == "all_get_the_better" else f"({place}+{ties}-1)"
            amount = paid(at, people, lambda one, other: f"AND({one},{other})")
        return f"IF(ISNUMBER({place}),{amount},{place})"

    return written


def round_together(book: Layout, node: RoundTogether, sheet: Sheet, read: list[Reader]) -> Reader:
    """Whole units of the last digit that add up to the rounded whole; the largest fractions get what is left."""
    title, unit = book.title(node), book.unit(node.scope)
    of, whole = read
    minor = power_of_ten(node.rounding.digits)
    to_minor = Rounding(node.rounding.digits, node.rounding.mode)

    def weight_at(row: int) -> str:
        known = where_known([of(row), whole(row)], f"ABS({of(row)})")
        return f'IF({unit.at(row, sheet)}>0,{known},"n/a")'

    weight = book.help(sheet, say("{step}: weight", step=title), weight_at)

    def total_at(row: int) -> str:
        return where_known([weight.at(row, sheet)], f"ROUND({rounded(whole(row), to_minor)}*{minor},0)")

    total = book.help(sheet, say("{step}: units to share out", step=title), total_at)

    def all_weights(row: int) -> str:
        return (
            f"SUMIFS({book.block(weight, row, sheet)},{book.block(unit, row, sheet)},{unit.at(row, sheet)})"
        )

    def exact_at(row: int) -> str:
        cell, sum_ = weight.at(row, sheet), all_weights(row)
        return where_known([cell], f'IF({sum_}>0,ABS({total.at(row, sheet)})*{cell}/{sum_},"n/a")')

    exact = book.help(sheet, say("{step}: exact share", step=title), exact_at)

    def floor_at(row: int) -> str:
        return where_known([exact.at(row, sheet)], f"INT({exact.at(row, sheet)}+1E-9)")

    floor = book.help(sheet, say("{step}: whole units", step=title), floor_at)

    def fraction_at(row: int) -> str:
        return where_known([exact.at(row, sheet)], f"{exact.at(row, sheet)}-{floor.at(row, sheet)}")

    fraction = book.help(sheet, say("{step}: fraction", step=title), fraction_at)

    def turn_at(row: int) -> str:
        mine, units = unit.at(row, sheet), book.block(unit, row, sheet)
        cell, every = fraction.at(row, sheet), book.block(fraction, row, sheet)
        turn = f"1+SUMPRODUCT(({units}={mine})*ISNUMBER({every})*({every}>{cell}+1E-9))"
        start = book.period_of(row) * book.people.size
        if row > start:
            before, above = unit.between(start, row - 1, sheet), fraction.between(start, row - 1, sheet)
            equal = f"({above}>={cell}-1E-9)*({above}<={cell}+1E-9)"
            turn += f"+SUMPRODUCT(({before}={mine})*ISNUMBER({above})*{equal})"
        return where_known([cell], turn)

    turn = book.help(sheet, say("{step}: turn for a unit left over", step=title), turn_at)

    def written(row: int) -> str:
        at = {each: each.at(row, sheet) for each in (floor, total, turn)}
        units, mine = book.block(unit, row, sheet), unit.at(row, sheet)
        left = f"ABS({at[total]})-SUMIFS({book.block(floor, row, sheet)},{units},{mine})"
        share = f"SIGN({at[total]})*({at[floor]}+IF({at[turn]}<={left},1,0))/{minor}"
        return f"IF(ISNUMBER({at[floor]}),{share},{of(row)})"

    return written


def over_team(book: Layout, node: OverTeam, sheet: Sheet) -> Reader:
    """The sum over the people led, who are listed with their leaders on a sheet of their own."""
    if not book.members:
        return lambda row: "0"
    (part,) = parts_of(node)
    teams = book.sheets["teams"]
    read = book.reader(part, teams)
    values = teams.add("help", book.title(part), "", [read(member) for member in book.members])
    led = values.whole(sheet)

    def written(row: int) -> str:
        whose = f"{book.leader_key.whole(sheet)},{book.number.at(row, sheet)}"
        if node.team == "direct":
            whose += f",{book.steps_down.whole(sheet)},1"
        total = f"SUMIFS({led},{whose})"
        for code in ("unknown", "withheld"):
            total = f'IF(COUNTIFS({whose},{led},"{code}")>0,"{code}",{total})'
        return total

    return written
