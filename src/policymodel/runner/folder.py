"""The folder of a run: held by one run at a time, freed of what a killed run left, refused with one sentence."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil

from policymodel.documents import parse_json
from policymodel.errors import Busy, Problem, RunFileError
from policymodel.runner.plan import EDITIONS, PRIVATE
from policymodel.runner.record import write_json
from policymodel.whole import alone

RUN = "run.json"
LOCK = ".run.lock"
KERNEL_NOTE = ".kernel"
"""In the folder of an unfinished page: where its kernel keeps its sockets."""
HISTORIES = {"bank", "store"}
"""What may stand in a run's folder before its first run: a history to report on."""
LEFT = re.compile(r"\..+\.(unfinished|old|(new|old)-\d+-[0-9a-f]+|part(\.\w+)?)")
"""Hidden names that a run has while it writes, and leaves behind only where it was killed."""
UNUSABLE = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk space allowed to this user is used up",
    errno.EFBIG: "a file would become larger than this user may write",
    errno.EROFS: "nothing may be written there",
    errno.EACCES: "nothing may be written there",
    errno.EPERM: "nothing may be written there",
}
IN_THE_WAY = {
    errno.EEXIST: "a file stands where a folder is to be made",
    errno.ENOTDIR: "a file stands where a folder is to be made",
    errno.EISDIR: "a folder stands where a file is to be written",
}
AGAIN, MOVE, ELSEWHERE = (
    "make room, then run again with --resume",
    "move it away, then run again with --resume",
    "name another folder with --out",
)


@contextmanager
def occupied(out: Path) -> Iterator[None]:
    """Hold a run's folder, made where it is not there; a folder in which another run is under way is refused.

    >>> with occupied(Path(tempfile.mkdtemp())) as nothing:
    ...     nothing
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        problem = Problem("--out", "it is a file, or lies below one", "name a new or an empty folder")
        raise RunFileError(str(out), [problem]) from None
    with ExitStack() as held:
        try:
            held.enter_context(alone(out / LOCK))
        except Busy as busy:
            number = f" (process {busy})" if str(busy) else ""
            what = f"another run is under way in this folder{number}"
            right = "wait for it to end, or name another folder with --out"
            raise RunFileError(str(out), [Problem("--out", what, right)]) from None
        yield


@contextmanager
def writable(out: Path) -> Iterator[None]:
    """Where the disk is full, something is in the way, or nothing may be written, one sentence says what to do."""
    try:
        yield
    except OSError as fault:
        if fault.errno in UNUSABLE:
            what = UNUSABLE[fault.errno]
            right = AGAIN if fault.errno in (errno.ENOSPC, errno.EDQUOT) else ELSEWHERE
        elif fault.errno in IN_THE_WAY:
            what, right = IN_THE_WAY[fault.errno], MOVE
        else:
            raise
        # a file that is renamed has two names; the second is the one that is wanted
        place = fault.filename2 or fault.filename or out
        raise RunFileError(str(place), [Problem("--out", what, right)]) from None


def unusable(kind: str, said: str) -> OSError | None:
    """What a notebook's error means for the whole run: a full disk is nobody's own failure.

    >>> unusable("OSError", "[Errno 28] Error writing bytes to file. Detail: No space left on device").errno == 28
    True
    >>> unusable("ValueError", "[Errno 28]") is None
    True
    """
    found = re.search(r"\[Errno (\d+)\]", said)
    if found is None or not (kind.endswith("Error") and kind != "ValueError"):
        return None
    number = int(found[1])
    full = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
    return OSError(number, os.strerror(number)) if number in full else None


def claim(out: Path, run_id: str, resume: bool = False) -> None:
    """Make the run's folder its own: what a killed run left goes, and an earlier run's pages unless they are resumed.

    A folder with other files in it is refused, and so is resuming another run than the one that is there.
    """
    there = {each.name for each in out.iterdir()} - HISTORIES - {LOCK}
    others = {name for name in there if not LEFT.fullmatch(name)}
    if others and not (out / RUN).is_file():
        what = "holds files that no run has written"
        raise RunFileError(str(out), [Problem("--out", what, "name a new or an empty folder")])
    if resume and others and (held := run_of(out)) not in (run_id, ""):
        what = f"the folder holds the run '{held}' and not '{run_id}'"
        raise RunFileError(
            str(out), [Problem("--resume", what, "leave --resume out, or name another folder")]
        )
    write_json({"run": run_id, "status": "unfinished"}, out / RUN)
    (out / "index.html").unlink(missing_ok=True)
    sweep(out)
    for folder in [] if resume else list(out.iterdir()):
        if folder.is_dir() and ((folder / "record.json").is_file() or folder.name in (EDITIONS, PRIVATE)):
            retire(folder)


def run_of(out: Path) -> str:
    """The id of the run that a folder holds; empty where nobody can say."""
    try:
        return str(parse_json((out / RUN).read_text(encoding="utf-8"))["run"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def retire(folder: Path) -> None:
    """Remove a finished folder; under its own name it is whole until it is gone."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    os.replace(folder, old)
    shutil.rmtree(old, ignore_errors=True)


def sweep(out: Path) -> None:
    """End the kernels and remove the hidden folders and files that a killed run left."""
    end_orphans(out)
    for path in [*out.iterdir(), *out.glob(f"{EDITIONS}/*/.*")]:
        if not LEFT.fullmatch(path.name):
            continue
        if not path.is_dir():
            path.unlink(missing_ok=True)
            continue
        note = path / KERNEL_NOTE
        if note.is_file():
            forget_sockets(Path(note.read_text(encoding="utf-8")))
        shutil.rmtree(path)


def end_orphans(out: Path) -> None:
    """End kernels that still run in folders of unfinished pages; by themselves they would go within seconds."""
    orphans = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if "policymodel.runner.kernel" in process.cmdline():
                home = Path(process.cwd().removesuffix(" (deleted)"))
                if home.is_relative_to(out) and home.name.endswith(".unfinished"):
                    process.kill()
                    orphans.append(process)
    psutil.wait_procs(orphans, timeout=10)


def forget_sockets(folder: Path) -> None:
    """Remove a kernel's private folder, if it is one: a note may say anything."""
    if folder.name.startswith("pm-") and folder.parent in (Path(tempfile.gettempdir()), Path("/tmp")):
        shutil.rmtree(folder, ignore_errors=True)
