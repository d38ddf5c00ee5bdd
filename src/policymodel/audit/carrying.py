"""What one period hands to the next, and what stands on transactions, as references to the rows before."""

from __future__ import annotations

import numpy as np

from policymodel.audit.book import Column, Sheet, Sure, where_known
from policymodel.audit.layout import Layout, Reader
from policymodel.scheme.algebra import Accumulate, Carry, Collect, Place, Previous, parts_of
from policymodel.scheme.evaluation.carrying import Strands
from policymodel.scheme.evaluation.interpreter import runs_of
from policymodel.words.sentences import say


def rows_before(book: Layout, node: Carry | Previous, sheet: Sheet) -> list[int]:
    """The row that each row goes on from: of the period or credit before; -1 where it begins."""
    if node.every == "period":
        people = book.people.size
        opens = np.ones(len(book.periods), dtype=bool)
        if node.within != "period":
            opens = book.ground.opens(node.within)
        return [-1 if opens[row // people] else row - people for row in range(sheet.rows)]
    period, manager = book.ground.places()
    if not sheet.rows:
        return []
    strands = Strands(manager, runs_of(node, period, book.ground))
    at = {(int(c), int(r)): row for row, (c, r) in enumerate(zip(strands.column, strands.row, strict=True))}
    return [at.get((int(c), int(r) - 1), -1) for c, r in zip(strands.column, strands.row, strict=True)]


def while_employed(book: Layout, sheet: Sheet, read: Reader) -> Reader:
    """Nothing that is handed on comes from a period in which somebody is not employed."""
    if sheet.axis != "person":
        return read
    return lambda row: f'IF({book.employed.at(row, sheet)}=1,{read(row)},"n/a")'


def accumulate(book: Layout, node: Accumulate, sheet: Sheet, read: list[Reader]) -> Reader:
    """What is due to date, less what it was when the whole was last at its highest."""
    title, people = book.title(node), book.people.size
    masked = while_employed(book, sheet, read[0])
    due = book.help(sheet, say("{step}: due to date", step=title), masked)
    balance = read[-1]

    def before(column: Column, row: int) -> str:
        return column.at(row - people, sheet) if row >= people else Sure("0")

    def state_at(row: int) -> str:
        return where_known([due.at(row, sheet), balance(row)], "0")

    state = book.help(sheet, say("{step}: known", step=title), state_at)
    lost = sheet.add("help", say("{step}: no longer known", step=title), "", [])
    rises = sheet.add("help", say("{step}: at its highest", step=title), "", [])
    best = sheet.add("help", say("{step}: highest so far", step=title), "", [])
    drawn = sheet.add("help", say("{step}: drawn so far", step=title), "", [])
    cells: dict[str, list[str]] = {"lost": [], "rises": [], "best": [], "drawn": []}
    for row in range(sheet.rows):
        known, of, total = state.at(row, sheet), due.at(row, sheet), balance(row)
        gone = f'IF(OR({known}="unknown",{known}="withheld"),{known},0)'
        earlier = before(lost, row)
        cells["lost"].append(gone if isinstance(earlier, Sure) else f"IF({earlier}>{gone},{earlier},{gone})")
        top = before(best, row)
        highest = f"{total}-{top}>=-1E-11*MAX(1,ABS({top}))"
        cells["rises"].append(
            f"IF(AND(ISNUMBER({known}),ISNUMBER({lost.at(row, sheet)})),IF({highest},1,0),0)"
        )
        up = rises.at(row, sheet)
        cells["best"].append(f"IF({up}=1,{total},{top})")
        cells["drawn"].append(f"IF({up}=1,{of},{before(drawn, row)})")
    for column, name in ((lost, "lost"), (rises, "rises"), (best, "best"), (drawn, "drawn")):
        column.cells = list(cells[name])

    def written(row: int) -> str:
        known, gone = state.at(row, sheet), lost.at(row, sheet)
        paid = f"IF({rises.at(row, sheet)}=1,{due.at(row, sheet)}-{before(drawn, row)},0)"
        return f"IF(ISNUMBER({known}),IF(ISNUMBER({gone}),{paid},{gone}),{known})"

    return written


def carry(book: Layout, node: Carry, sheet: Sheet, read: list[Reader]) -> Reader:
    """A running balance; where it can no longer be known a word stands until it begins again."""
    title, earlier = book.title(node), rows_before(book, node, sheet)
    of = while_employed(book, sheet, read[0])
    if sheet.axis == "person":
        of = _reader(book.help(sheet, say("{step}: what comes in", step=title), of), sheet)
    keep, ceiling = read[1], read[2] if node.ceiling is not None else None
    lost = sheet.add("help", say("{step}: no longer known", step=title), "", [])
    balance = sheet.add("help", say("{step}: balance", step=title), "", [])
    losses, balances = [], []
    for row in range(sheet.rows):
        start = earlier[row] < 0
        cell, kept = of(row), keep(row)
        gone = _lost([cell, kept])
        held = lost.at(earlier[row], sheet)
        losses.append(gone if start else f"IF({held}>{gone},{held},{gone})")
        last = "0" if start else balance.at(earlier[row], sheet)
        moved = _moved(node, last, cell, _number(kept), None if ceiling is None else _number(ceiling(row)))
        balances.append(moved if isinstance(cell, Sure) else f"IF(ISNUMBER({cell}),{moved},{last})")
    lost.cells, balance.cells = list(losses), list(balances)

    def written(row: int) -> str:
        gone = lost.at(row, sheet)
        return f"IF(ISNUMBER({gone}),{balance.at(row, sheet)},{gone})"

    return written


def _moved(node: Carry, last: str, of: str, keep: str, ceiling: str | None) -> str:
    total = of if last == "0" else f"({last}+{of})"
    moved = f"{keep}*{total}" if keep != "1" else total
    if node.debts_stand:
        moved = f"MIN({moved},{total})"
    if ceiling is not None:
        moved = f"MIN({moved},{ceiling})" if node.cut else f"MIN({moved},MAX({ceiling},{last}))"
    if node.floor is not None:
        moved = f"MAX({moved},{node.floor:f})"
    return moved


def _lost(cells: list[str]) -> str:
    """The word of the first part that is missing, else 0."""
    found = "0"
    for cell in reversed(cells):
        if not isinstance(cell, Sure):
            found = f'IF(OR({cell}="unknown",{cell}="withheld"),{cell},{found})'
    return found


def _number(cell: str) -> str:
    return cell if isinstance(cell, Sure) else f"N({cell})"


def _reader(column: Column, sheet: Sheet) -> Reader:
    return lambda row: column.at(row, sheet)


def previous(book: Layout, node: Previous, sheet: Sheet, read: list[Reader]) -> Reader:
    """The value some rows earlier, 0 where there is none since it began."""
    earlier = rows_before(book, node, sheet)
    masked = while_employed(book, sheet, read[0])
    source = masked
    if node.held:
        held = sheet.add("help", say("{step}: last that applied", step=book.title(node)), "", [])
        cells = []
        for row in range(sheet.rows):
            last = "0" if earlier[row] < 0 else held.at(earlier[row], sheet)
            now = masked(row)
            cells.append(f'IF({now}="n/a",{last},{now})')
        held.cells = list(cells)
        source = _reader(held, sheet)

    def written(row: int) -> str:
        at = row
        for _ in range(node.by):
            at = earlier[at] if at >= 0 else -1
        return source(at) if at >= 0 else "0"

    return written


def collect(book: Layout, node: Collect, sheet: Sheet) -> Reader:
    """The credits of a person in a period added up; nothing is a true zero, a missing one leaves a word."""
    (part,) = parts_of(node)
    sheet_of_credits = book.sheets["transactions"]
    if not sheet_of_credits.rows:
        return lambda row: "0"
    column = book.places.get(part)
    if column is None or column.sheet is not sheet_of_credits:
        column = book.help(sheet_of_credits, book.title(part), book.reader(part, sheet_of_credits))
    amounts, keys = column.whole(sheet), book.credit_key.whole(sheet)

    def written(row: int) -> str:
        key = book.number.at(row, sheet)
        total = f"SUMIFS({amounts},{keys},{key})"
        for code in ("unknown", "withheld"):
            total = f'IF(COUNTIFS({keys},{key},{amounts},"{code}")>0,"{code}",{total})'
        return total

    return written


def place(book: Layout, node: Place, sheet: Sheet) -> Reader:
    """What stands on the person and period of a credit."""
    (part,) = parts_of(node)
    column = book.places.get(part)
    if column is None or column.sheet.axis == "calendar":
        return book.reader(part, sheet)
    return lambda row: column.at(book.row_of_credit[row], sheet)
