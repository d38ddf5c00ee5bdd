"""Curves, matrices, cases by category and numbers in force, as formulas over the sheet of tables."""

from __future__ import annotations

from datetime import date

from policymodel.audit.book import Cell, Column, Sheet, Sure, where_known, worst
from policymodel.audit.layout import Layout, Reader
from policymodel.scheme.algebra import Choose, Dated, Matrix, Piecewise
from policymodel.words.sentences import say


def _reached(value: str, edge: str) -> str:
    """The value, moved over a threshold that it misses only by what floats lose; or under it."""
    return f"{value}{'+' if edge == 'upper' else '-'}1E-11*MAX(1,ABS({value}))"


def piecewise(book: Layout, node: Piecewise, sheet: Sheet, read: Reader) -> Reader:
    """Level + slope x distance from the origin of the piece reached."""
    starts, levels, slopes, origins = book.tables.pieces(book.title(node), node.pieces)
    if len(node.pieces) == 1:
        return _straight(read, levels.cell(0), slopes.cell(0), origins.cell(0))

    def piece_at(row: int) -> str:
        cell = read(row)
        return where_known([cell], f"MATCH({_reached(cell, node.edge)},{starts},1)")

    piece = book.help(sheet, say("{step}: number of the piece", step=book.title(node)), piece_at)

    def written(row: int) -> str:
        cell, at = read(row), piece.at(row, sheet)
        level = f"INDEX({levels},{at})"
        if any(each.slope for each in node.pieces):
            level += f"+INDEX({slopes},{at})*({cell}-INDEX({origins},{at}))"
        return where_known([cell], level)

    return written


def _straight(read: Reader, level: str, slope: str, origin: str) -> Reader:
    return lambda row: where_known([read(row)], f"{level}+{slope}*({read(row)}-{origin})")


def matrix(book: Layout, node: Matrix, sheet: Sheet, read: list[Reader]) -> Reader:
    """The cell reached, or the straight line between four of them."""
    rows, columns, values = book.tables.matrix(book.title(node), node)
    edge = node.edge if node.between == "step" else "upper"
    title = book.title(node)
    below = book.operand(node.below)

    def place(reader: Reader, starts: object) -> Reader:
        return lambda row: where_known(
            [reader(row)], f"IFERROR(MATCH({_reached(reader(row), edge)},{starts},1),0)"
        )

    across = book.help(sheet, say("{step}: row reached", step=title), place(read[0], rows))
    along = book.help(sheet, say("{step}: column reached", step=title), place(read[1], columns))
    if node.between == "step":

        def step(row: int) -> str:
            r, c = across.at(row, sheet), along.at(row, sheet)
            return where_known([r, c], f"IF(OR({r}=0,{c}=0),{below},INDEX({values},MAX({r},1),MAX({c},1)))")

        return step

    def part(reader: Reader, at: Column, starts: object, count: int) -> Reader:
        def written(row: int) -> str:
            cell, k = reader(row), at.at(row, sheet)
            come = f"({cell}-INDEX({starts},{k}))/(INDEX({starts},{k}+1)-INDEX({starts},{k}))"
            return where_known([k], f"IF(OR({k}=0,{k}={count}),0,{come})")

        return written

    down = book.help(
        sheet, say("{step}: share of the way down", step=title), part(read[0], across, rows, len(node.rows))
    )
    right = book.help(
        sheet,
        say("{step}: share of the way right", step=title),
        part(read[1], along, columns, len(node.columns)),
    )

    def linear(row: int) -> str:
        r, c, d, e = (each.at(row, sheet) for each in (across, along, down, right))

        def value(r_: str, c_: str) -> str:
            return f"INDEX({values},{r_},{c_})"

        r_next, c_next = f"MIN({r}+1,{len(node.rows)})", f"MIN({c}+1,{len(node.columns)})"
        between = "+".join(
            [
                f"(1-{d})*(1-{e})*{value(r, c)}",
                f"(1-{d})*{e}*{value(r, c_next)}",
                f"{d}*(1-{e})*{value(r_next, c)}",
                f"{d}*{e}*{value(r_next, c_next)}",
            ]
        )
        return where_known([r, c], f"IF(OR({r}=0,{c}=0),{below},{between})")

    return linear


def choose(book: Layout, node: Choose, sheet: Sheet, read: list[Reader]) -> Reader:
    """The case of a category; the words of the table stand in cells, so that no formula holds one."""
    keys = book.tables.words(book.title(node), node.keys)
    category = _category(book, node)
    # Of two cases with one key the later counts.
    cases = list(zip(keys, read, strict=False))[::-1]

    def written(row: int) -> str:
        word = category.at(row, sheet)
        chosen = read[-1](row) if node.otherwise is not None else '"unknown"'
        for key, case in reversed(cases):
            chosen = f"IF(EXACT({word},{key}),{case(row)},{chosen})"
        if node.every == "transaction":
            return chosen
        return f'IF({book.employed.at(row, sheet)}=1,{chosen},"n/a")'

    return written


def _category(book: Layout, node: Choose) -> Column:
    """The column of facts that holds a category."""
    headings = {
        "grade": say("Grade"),
        "region": say("Region"),
        "outlet": say("Outlet"),
        "product": say("Product"),
    }
    heading = headings[node.category]
    if node.every == "period":

        def of_person() -> list[Cell]:
            words = book.ground.category(node.category, "period")[:, book.people]
            return [str(each) for each in words.ravel()]

        return book.fact(node.category, heading, of_person)
    sheet = book.sheets["transactions"]
    for column in sheet.columns:
        if column.role == "fact" and column.code == node.category:
            return column
    words = book.ground.category(node.category, "transaction")[0]
    return sheet.add("fact", heading, node.category, [str(each) for each in words])


def dated(book: Layout, node: Dated, sheet: Sheet, read: list[Reader]) -> Reader:
    """What is in force: weighed by days, or as on one day."""
    if node.every == "transaction":
        return lambda row: _in_force(node, read, row, book.day.at(row, sheet))
    if node.inside != "by_days":
        day = book.calendar.columns[1 if node.inside == "at_start" else 2]

        def on_a_day(row: int) -> str:
            period = row if sheet.axis == "calendar" else book.period_of(row)
            if node.inside is None:
                # Nothing changes inside a period, so any of its days tells.
                return _in_force(node, read, row, book.calendar.columns[2].at(period, sheet))
            return _in_force(node, read, row, day.at(period, sheet))

        return on_a_day
    shares = [_share(book, first, last) for first, last in node.spans]

    def by_days(row: int) -> str:
        period = row if sheet.axis == "calendar" else book.period_of(row)
        weights = [each.at(period, sheet) for each in shares]
        covered = "+".join(weights)
        terms, states = [], []
        for weight, case in zip(weights, read, strict=True):
            cell = case(row)
            terms.append(f"{weight}*{cell if isinstance(cell, Sure) else f'N({cell})'}")
            if not isinstance(cell, Sure):
                states.append(f"IF({weight}>0,{cell},0)")
        total = "+".join(terms)
        if len(states) == 1:
            total = f"IF(ISNUMBER({states[0]}),{total},{states[0]})"
        elif states:
            total = f"IF(COUNT({','.join(states)})={len(states)},{total},{worst(states)})"
        return f'IF({covered}>1-1E-9,{total},"unknown")'

    return by_days


def _in_force(node: Dated, read: list[Reader], row: int, day: str) -> str:
    chosen = '"unknown"'
    for (first, last), case in zip(node.spans, read, strict=True):
        tests = [f"{day}>={_day(first)}"] if first is not None else []
        tests += [f"{day}<={_day(last)}"] if last is not None else []
        holds = f"AND({','.join(tests)})" if len(tests) == 2 else "".join(tests)
        chosen = f"IF({holds},{case(row)},{chosen})" if tests else case(row)
    return chosen


def _share(book: Layout, first: date | None, last: date | None) -> Column:
    """The share of each period's days that lie in a run of days."""
    code = f"{first or '…'} – {last or '…'}"
    for column in book.calendar.columns:
        if column.code == code:
            return column
    sheet = book.calendar
    cells: list[Cell] = []
    for row in range(sheet.rows):
        begin, end, days = (sheet.columns[place].at(row, sheet) for place in (1, 2, 3))
        begins = f"MAX({begin},{_day(first)})" if first is not None else begin
        ends = f"MIN({end},{_day(last)})" if last is not None else end
        cells.append(f"MAX({ends}-{begins}+1,0)/{days}")
    return sheet.add("help", say("Share of the days"), code, cells)


def _day(day: date) -> str:
    return f"DATE({day.year},{day.month},{day.day})"
