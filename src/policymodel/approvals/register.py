"""The register of a quarter's figures (S6.9): one line a step, each chained to the one before, none ever taken out.

Beside `register.jsonl` the folder `register.figures` keeps every table of figures under its own hash. A chain finds a
line that was changed, removed or moved. It cannot find that the end was cut off, or that everything from some line on
was written anew with new hashes: for that a hash from outside is needed, which every page and every receipt bears.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pandas as pd
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from policymodel.approvals.figures import figures_digest, read_figures, written
from policymodel.approvals.procedure import FINAL, ORDER, PARTS, S6_9, Part, Procedure, State
from policymodel.errors import Busy, Problem, RegisterError, inert, suggest
from policymodel.whole import alone, keep_bytes

FORM = "policymodel quarter 1"
LOCK = ".lock"
PATIENCE = 20.0
"""Seconds a writer waits for another one; a step takes a fraction of one."""
SHORT = 16
"""Characters of a hash on a page and a receipt."""
Clock = Callable[[], datetime]


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid", strict=True))
class Entry:
    """One step: of which figures, by whom, when, from what; `before` is the hash of the entry before it."""

    form: str
    number: int
    region: str
    period: str
    scheme: str
    round: int
    state: State
    parts: list[Part]
    """The parts that the quarter's figures have."""
    figures: dict[Part, str]
    """The hash of each part that this step is about: of `computed` one, of every other step all."""
    made_of: dict[str, str]
    procedure: str
    reason: str
    name: str
    role: str
    when: str
    before: str
    hash: str

    @property
    def step(self) -> str:
        """What the procedure calls it: the part that was computed, or the state."""
        return next(iter(self.figures)) if self.state == "computed" else self.state

    @property
    def about(self) -> tuple[str, str, str]:
        """Region, period and scheme."""
        return self.region, self.period, self.scheme

    def __str__(self) -> str:
        what = f"{self.state} ({self.step})" if self.state == "computed" else self.state
        return f"{self.region} {self.period} {self.scheme}: {what} by {self.role}"


ENTRIES = TypeAdapter(Entry)


@dataclass(frozen=True)
class Quarter:
    """Where the figures of a region, a period and a scheme stand: the entries of their last round."""

    entries: tuple[Entry, ...] = ()

    @property
    def state(self) -> State | None:
        """The last step; None where there is none."""
        return self.entries[-1].state if self.entries else None

    @property
    def round(self) -> int:
        """Which round it is; 0 before the first."""
        return self.entries[-1].round if self.entries else 0

    @property
    def final(self) -> bool:
        """Whether the figures are approved, and not taken back."""
        return self.state in FINAL

    @property
    def computed(self) -> dict[Part, Entry]:
        """The entry that computed each part of this round."""
        return {each.step: each for each in self.entries if each.state == "computed"}  # type: ignore[misc]

    @property
    def figures(self) -> dict[Part, str]:
        """The hash of each part computed."""
        return {part: entry.figures[part] for part, entry in self.computed.items()}

    @property
    def whole(self) -> bool:
        """Whether every part is computed."""
        return bool(self.entries) and set(self.computed) == set(self.entries[-1].parts)


@dataclass(frozen=True)
class Step:
    """A step somebody takes; `figures` are the tables computed, by part, of the first step alone."""

    region: str
    period: str
    scheme: str
    state: State
    name: str
    role: str
    reason: str = ""
    figures: Mapping[Part, pd.DataFrame] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    made_of: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Register:
    """The entries of a register, in their order, and what is wrong with the file."""

    path: Path
    entries: tuple[Entry, ...]
    faults: tuple[Problem, ...] = ()

    @property
    def head(self) -> str:
        """The hash of the last entry; empty before the first."""
        return self.entries[-1].hash if self.entries else ""

    def quarter(self, region: str, period: str, scheme: str) -> Quarter:
        """The last round of a region, a period and a scheme."""
        mine = [each for each in self.entries if each.about == (region, period, scheme)]
        return Quarter(tuple(each for each in mine if each.round == mine[-1].round))

    def quarters(self) -> dict[tuple[str, str, str], Quarter]:
        """The last round of everything in the register, in the order in which it was begun."""
        return {about: self.quarter(*about) for about in dict.fromkeys(each.about for each in self.entries)}

    def since(self, head: str) -> tuple[Entry, ...] | None:
        """The entries after the one with this hash (or its first 12 characters); None where there is none."""
        if not head:
            return self.entries
        for index, entry in enumerate(self.entries):
            if len(head) >= 12 and entry.hash.startswith(head):
                return self.entries[index + 1 :]
        return None

    def kept(self, digest: str) -> Path:
        """Where the figures with this hash are kept."""
        return figures_folder(self.path) / f"{digest}.csv"

    def figures(self, digest: str) -> pd.DataFrame:
        """The figures with this hash; RegisterError where they are gone, or are others."""
        path = self.kept(digest)
        try:
            frame = read_figures(path)
            if hashlib.sha256(path.read_bytes()).hexdigest() == digest:
                return frame
            what = "the figures are not those that were computed: the file's hash is another"
        except FileNotFoundError:
            what = "the figures are not there"
        except (OSError, ValueError):
            what = "the figures cannot be read"
        raise RegisterError(str(self.path), [Problem(f"{path.parent.name}/{path.name}", what)])


def figures_folder(path: Path) -> Path:
    """Where a register keeps its figures."""
    return path.with_suffix(".figures")


def read_register(path: Path | str, must_exist: bool = True) -> Register:
    """Read a register; what is wrong with its lines is in `faults`, and its entries end before the first of them."""
    path = Path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        if must_exist:
            there = [each.name for each in path.parent.glob("*")] if path.parent.is_dir() else []
            problem = Problem("", "there is no such register", suggest(path.name, there))
            raise RegisterError(str(path), [problem]) from None
        content = b""
    entries: list[Entry] = []
    for number, line in enumerate(content.splitlines(keepends=True), start=1):
        fault = _fault(line, number, entries)
        if isinstance(fault, str):
            return Register(path, tuple(entries), (Problem(f"line {number}", fault),))
        entries.append(fault)
    return Register(path, tuple(entries))


def sound_register(path: Path | str) -> Register:
    """Read a register, or refuse it: no figure is taken for approved by a register that was changed."""
    register = read_register(path)
    if register.faults:
        raise RegisterError(str(path), register.faults)
    return register


def _fault(line: bytes, number: int, before: list[Entry]) -> Entry | str:
    """The entry of a line, or what is wrong with it."""
    try:
        entry = ENTRIES.validate_json(line)
    except ValidationError:
        return "it is no entry: the line was changed, or was never written whole"
    said = inert(str(entry))
    if line != entry_line(entry) or entry != sealed(entry) or entry.form != FORM:
        return f"the entry ({said}) was changed after it was written: its hash is another"
    head = before[-1].hash if before else ""
    if entry.number != number or entry.before != head:
        what = f"entry {entry.number} ({said}) stands where entry {number} should"
        return f"{what}: an entry was removed, put in or moved"
    return entry


def entry_line(entry: Entry) -> bytes:
    """An entry as the register has it."""
    text = json.dumps(asdict(entry), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # a line ends at its end alone
    for each in "\x85\u2028\u2029":
        text = text.replace(each, f"\\u{ord(each):04x}")
    return text.encode("utf-8") + b"\n"


def sealed(entry: Entry) -> Entry:
    """An entry with its own hash, that of its line with the place of the hash left empty."""
    return replace(entry, hash=hashlib.sha256(entry_line(replace(entry, hash=""))).hexdigest())


def append(path: Path | str, step: Step, procedure: Procedure = S6_9, clock: Clock | None = None) -> Entry:
    """Take a step: one line more, written whole under a lock and on the disk when this comes back.

    Refused in one sentence where the step does not fit what stands there, where the role may not take it, or where one
    person would take two steps that must be apart. `clock` gives the time, with its zone.
    """
    path = Path(path)
    try:
        with alone(path.with_name(f".{path.name}{LOCK}"), PATIENCE):
            register = read_register(path, must_exist=False)
            if register.faults:
                raise RegisterError(str(path), register.faults)
            entry = _entry(register, step, procedure, clock or (lambda: datetime.now().astimezone()))
            if step.figures:
                figures_folder(path).mkdir(exist_ok=True)
                for part, frame in step.figures.items():
                    keep_bytes(written(frame), register.kept(entry.figures[part]))
            else:
                for digest in entry.figures.values():
                    register.figures(digest)
            keep_bytes(b"".join(map(entry_line, (*register.entries, entry))), path)
            return entry
    except FileNotFoundError:
        raise RegisterError(str(path), [Problem("", f"there is no folder {path.parent}")]) from None
    except Busy as busy:
        number = f" (process {busy})" if str(busy) else ""
        what = f"somebody else has been writing to it for {PATIENCE:g} seconds{number}"
        raise RegisterError(str(path), [Problem("", what, "try again")]) from None


def _entry(register: Register, step: Step, procedure: Procedure, clock: Clock) -> Entry:
    now = register.quarter(step.region, step.period, step.scheme)
    begins = step.state == "computed" and now.state in (None, "returned")
    figures = {part: figures_digest(frame) for part, frame in step.figures.items()} or now.figures
    entry = Entry(
        form=FORM,
        number=len(register.entries) + 1,
        region=step.region,
        period=step.period,
        scheme=step.scheme,
        round=now.round + begins,
        state=step.state,
        parts=[
            each for each in PARTS if each in (step.parts or (now.entries[-1].parts if now.entries else ()))
        ],
        figures=figures,
        made_of=dict(step.made_of),
        procedure=procedure.digest,
        reason=step.reason.strip(),
        name=step.name.strip(),
        role=step.role.strip(),
        when=_written(clock()),
        before=register.head,
        hash="",
    )
    if problems := list(faults_of(entry, now, procedure)):
        raise RegisterError(str(register.path), problems)
    return sealed(entry)


def _written(moment: datetime) -> str:
    assert moment.tzinfo is not None, "a time without its zone says nothing"
    return moment.isoformat(timespec="seconds")


def faults_of(entry: Entry, now: Quarter, procedure: Procedure) -> Iterator[Problem]:
    """Why a step does not fit: into what stands there, the roles, or what must be apart."""
    where = f"{entry.region} {entry.period} {entry.scheme}"
    if not entry.name:
        yield Problem("--by", "nobody is named", "name who takes the step")
    if entry.role not in procedure.roles[entry.step]:
        right = f"it is {' or '.join(procedure.roles[entry.step])}"
        yield Problem("--role", f"'{entry.role}' does not take the step {entry.step}", right)
    if unfit := _unfit(entry, now):
        yield Problem(where, *unfit)
        return
    old = [] if entry.round != now.round else [(each.step, each.name) for each in now.entries]
    if clash := procedure.clash(entry.step, entry.name, old):
        what = f"the same person has taken the step {clash} of this round"
        yield Problem(where, what, "another person must take this one (four eyes)")


def _unfit(entry: Entry, now: Quarter) -> tuple[str, str] | None:
    """What stands against a step, and what would be right."""
    state = entry.state
    if now.state == "released":
        return "is released: what was paid stands", "a correction goes into a later quarter"
    if state == "returned":
        if now.state in (None, "returned"):
            return "has no figures that could be returned", "compute them"
        return None if entry.reason else ("is returned without a reason", "give one with --reason")
    if state == "computed":
        if now.state in (None, "returned"):
            return None
        if now.state != "computed" or entry.step in now.computed:
            what = f"has {entry.step} figures already (round {now.round}, {now.state})"
            return what, "return them with a reason first; that begins a new round"
        other = now.entries[-1]
        for name in sorted({*entry.made_of, *other.made_of}):
            if entry.made_of.get(name) != other.made_of.get(name):
                what = f"the other part ({other.step}) was computed from another {name.replace('_', ' ')}"
                return what, "return it, and compute both from the same"
        return None
    wanted = ORDER[ORDER.index(state) - 1]
    if now.state is None:
        return "is not computed", "compute it first"
    if now.state != wanted:
        return f"is {now.state}", f"only what is {wanted} can be {state}"
    if state == "reviewed" and not now.whole:
        missing = [each for each in now.entries[-1].parts if each not in now.computed]
        return f"lacks its {' and '.join(missing)} figures", "both computations come before the review"
    return None
