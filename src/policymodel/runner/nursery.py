"""Kernels that begin with everything imported: on Linux a process that has done so is forked for each page.

Importing what a report needs takes a kernel longer than many a page. So a runner starts one process that imports it
once and then waits (`Nursery`, `serve`); each kernel is a fork of it, in a session of its own, with the environment and
the folder that it would have been started with. When it forks it has no threads but that of pyarrow's allocator
(jemalloc), which locks itself around a fork. It ends when its runner does, and its kernels with it; a kernel ends by
itself when it has no nursery any more. Where there is none (another system, an old Linux) a kernel is started as any
other process.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module

from policymodel.runner.imports import skip_slow_grammar

MODULE = "policymodel.runner.kernel"
SPARE = "--spare"
"""The argument that makes the kernel's module wait and be forked, instead of being a kernel."""

IMPORTED = (
    *("policymodel.appendix", "policymodel.charts", "policymodel.tables"),
    *("policymodel.report.balanced", "policymodel.report.display", "policymodel.report.distribution"),
    *("policymodel.report.feedback", "policymodel.report.futures", "policymodel.report.futures_tables"),
    *("policymodel.report.group", "policymodel.report.linting", "policymodel.report.markers"),
    *("policymodel.report.persons", "policymodel.report.portfolio_tables", "policymodel.report.portfolios"),
    *("policymodel.report.profit_centre", "policymodel.report.session", "policymodel.report.touched"),
    *("policymodel.words.claims", "policymodel.words.claims.futures", "policymodel.words.claims.portfolios"),
    *("policymodel.words.cover", "policymodel.words.flags", "policymodel.words.futures"),
    *("policymodel.words.portfolios", "policymodel.words.scheme", "policymodel.words.sentences"),
    "policymodel.words.trust",
)
"""What the notebooks import; a test holds the two together."""

ENDED = 1
"""Told as the exit code of a forked kernel that is gone; its own is known to the nursery alone."""

POSSIBLE = sys.platform == "linux" and hasattr(os, "pidfd_open")
HEAD = 8
"""Bytes before each message: its length."""


class Forked:
    """A kernel's process that is a child of the nursery; what jupyter_client asks of a process."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, descriptor: int) -> None:
        self.pid, self._descriptor = pid, descriptor
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(MODULE, timeout or 0.0)
        return code

    def _ended(self, seconds: float | None) -> int | None:
        if self.returncode is None:
            watch = select.poll()
            watch.register(self._descriptor, select.POLLIN)
            if watch.poll(None if seconds is None else seconds * 1000):
                self.returncode = ENDED
                os.close(self._descriptor)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._descriptor, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The runner's end: asks for kernels, one at a time."""

    def __init__(self, executable: str, environment: Mapping[str, str]) -> None:
        self.imports_as = _imports_as(environment)
        self.runner = os.getpid()
        self._ours, theirs = socket.socketpair()
        with theirs:
            # it must not be interrupted with the runner, nor stand in a folder that somebody wants to remove
            self._process = subprocess.Popen(
                [executable, "-P", "-m", MODULE, SPARE],
                stdin=theirs.fileno(),
                env=dict(environment),
                cwd="/",
                start_new_session=True,
            )

    def kernel(self, arguments: Sequence[str], environment: Mapping[str, str], folder: str) -> Forked:
        """A new kernel; an OSError where the nursery is gone."""
        _send(self._ours, {"arguments": list(arguments), "environment": dict(environment), "folder": folder})
        told, descriptors, _, _ = socket.recv_fds(self._ours, 64, 1)
        if not told or not descriptors:
            raise ConnectionError("no kernel came")
        return Forked(int(told), descriptors[0])

    def close(self) -> None:
        """End it and whatever it has begun."""
        self._ours.close()
        if self.runner == os.getpid():
            self._process.wait()


def _imports_as(environment: Mapping[str, str]) -> dict[str, str]:
    """What of an environment decides how modules are found and read."""
    return {name: value for name, value in environment.items() if name.startswith("PYTHON")}


class _Ward:
    """The one nursery of this process, made when the first kernel is asked for."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.nursery: Nursery | None = None

    def kernel(
        self, command: Sequence[str], environment: Mapping[str, str], folder: str | None
    ) -> Forked | None:
        """A forked kernel; None where it has to be started as any other process."""
        if not POSSIBLE or MODULE not in command:
            return None
        arguments = command[list(command).index(MODULE) + 1 :]
        with self.lock:
            if self.nursery is not None and (
                self.nursery.imports_as != _imports_as(environment) or self.nursery.runner != os.getpid()
            ):
                self.close()
            try:
                if self.nursery is None:
                    self.nursery = Nursery(command[0], environment)
                return self.nursery.kernel(arguments, environment, folder or os.getcwd())
            except OSError:
                self.close()
                return None

    def close(self) -> None:
        """End the nursery, if there is one."""
        if self.nursery is not None:
            self.nursery.close()
            self.nursery = None


WARD = _Ward()
atexit.register(WARD.close)


def serve() -> list[str] | None:
    """Import what pages need, then fork whenever the runner asks: in a kernel its arguments, None when all is over."""
    skip_slow_grammar()
    for name in IMPORTED:
        import_module(name)
    gc.collect()
    gc.freeze()  # what is shared must not be written to only to count it
    asked = socket.socket(fileno=os.dup(0))
    kernels: dict[int, int] = {}
    watch = select.poll()
    watch.register(asked, select.POLLIN)
    while True:
        for descriptor, _ in watch.poll():
            if descriptor != asked.fileno():
                watch.unregister(descriptor)
                os.waitpid(kernels.pop(descriptor), 0)
                os.close(descriptor)
                continue
            order = _receive(asked)
            if order is None:
                for pid in kernels.values():
                    with suppress(OSError):
                        os.killpg(pid, signal.SIGKILL)
                return None
            begun, begins = os.pipe()
            pid = os.fork()
            if pid == 0:
                asked.close()
                for each in (*kernels, begun):
                    os.close(each)
                arguments = _begin(order)
                os.close(begins)
                return arguments
            os.close(begins)
            os.read(begun, 1)  # nothing comes: it has its own session and folder, or is gone
            os.close(begun)
            descriptor = os.pidfd_open(pid)
            kernels[descriptor] = pid
            watch.register(descriptor, select.POLLIN)
            with suppress(OSError):  # a runner that is gone is noticed next
                socket.send_fds(asked, [str(pid).encode("ascii")], [descriptor])


def _begin(order: Mapping[str, object]) -> list[str]:
    """Become what the runner would have started: its session, folder, environment and arguments."""
    environment, arguments, folder = (order[name] for name in ("environment", "arguments", "folder"))
    assert isinstance(environment, dict)
    assert isinstance(arguments, list)
    assert isinstance(folder, str)
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.argv[1:] = arguments
    # ipykernel read its parent's number when it was imported
    return [*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"]


def _send(to: socket.socket, message: Mapping[str, object]) -> None:
    content = json.dumps(message).encode("ascii")
    to.sendall(len(content).to_bytes(HEAD, "big") + content)


def _receive(sender: socket.socket) -> dict[str, object] | None:
    """One message; None where the sender is gone."""
    head = _exactly(sender, HEAD)
    content = _exactly(sender, int.from_bytes(head, "big")) if head else b""
    order: dict[str, object] | None = json.loads(content) if content else None
    return order


def _exactly(sender: socket.socket, size: int) -> bytes:
    """So many bytes; none where the sender ends before."""
    found = b""
    while len(found) < size:
        try:
            part = sender.recv(size - len(found))
        except ConnectionError:
            part = b""
        if not part:
            return b""
        found += part
    return found
