"""Whether a register still is what was written and its figures what was approved: every difference a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from policymodel.approvals.figures import differences, figures_digest
from policymodel.approvals.procedure import Part, Procedure
from policymodel.approvals.register import Entry, Quarter, Register, faults_of
from policymodel.errors import RegisterError, inert

Recompute = Callable[[Entry], Mapping[Part, pd.DataFrame]]
"""The figures of an entry's region, period and scheme as they come out today."""


@dataclass(frozen=True)
class Finding:
    """One thing that differs: where, and what; of a figure also whose, which line, and both values."""

    place: str
    what: str
    manager_id: str = ""
    line: str = ""
    approved: str | None = None
    now: str | None = None

    def __str__(self) -> str:
        return inert(f"{self.place}: {self.what}")


def check_register(register: Register, procedure: Procedure, head: str = "") -> Iterator[Finding]:
    """The lines, the chain, the order of the steps, the files of figures; with `head` also that its entry is there.

    `head` is the hash of an entry (its first 12 characters at least) from a page or a receipt: without it nobody can
    say whether the end of the register was cut off.
    """
    yield from (Finding(each.place, each.what) for each in register.faults)
    if head and register.since(head) is None:
        what = "no entry has this hash: the register was cut off before it, or written anew"
        yield Finding(f"--head {head}", what)
    before: list[Entry] = []
    seen: set[str] = set()
    for entry in register.entries:
        now = Register(register.path, tuple(before)).quarter(*entry.about)
        if entry.procedure != procedure.digest:
            yield Finding(f"line {entry.number}", f"the step ({entry}) was taken under another procedure")
        else:
            for fault in faults_of(entry, now, procedure):
                yield Finding(f"line {entry.number}", str(fault))
        expected = entry.figures if entry.state == "computed" else now.figures
        if entry.figures != expected:
            yield Finding(f"line {entry.number}", "it is about other figures than the round has")
        for digest in [each for each in entry.figures.values() if each not in seen]:
            seen.add(digest)
            try:
                register.figures(digest)
            except RegisterError as error:
                yield from (Finding(each.place, f"{each.what} ({entry})") for each in error.problems)
        before.append(entry)


def check_figures(
    register: Register, quarter: Quarter, now: Mapping[Part, pd.DataFrame]
) -> Iterator[Finding]:
    """Person by person and line by line, what of the registered figures comes out otherwise today."""
    last = quarter.entries[-1]
    state = "approved" if quarter.final else "computed"
    for part, digest in quarter.figures.items():
        frame = now.get(part)
        if frame is not None and figures_digest(frame) == digest:
            continue
        place = f"{last.region} {last.period} {last.scheme}, {part}"
        if frame is None:
            yield Finding(place, "the scheme no longer has these figures")
            continue
        try:
            approved = register.figures(digest)
        except RegisterError:
            yield Finding(
                place, f"the figures differ from those {state}, which are not there to compare with"
            )
            continue
        for row in differences(approved, frame).itertuples(index=False):
            one, two = (_said(each) for each in (row.approved, row.now))
            yield Finding(
                f"{place}, {row.manager_id}, {row.line}",
                f"{state} {one}, now {two}",
                *(row.manager_id, row.line, row.approved, row.now),
            )


def changed_sources(entry: Entry, made_of: Mapping[str, str]) -> list[str]:
    """What an entry was made from that is another today: data, mapping, scheme, code."""
    return [name for name in entry.made_of if entry.made_of[name] != made_of.get(name)]


def _said(value: str | None) -> str:
    """A figure in a sentence.

    >>> _said("80.73"), _said(""), _said(None)
    ('80.73', 'not known', 'no such line')
    """
    if value is None:
        return "no such line"
    return value or "not known"
