"""The memory one kernel may have, so that a region that asks for too much fails alone."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

import psutil

if sys.platform != "win32":
    import resource

SETTING = "POLICYMODEL_MEMORY"
"""The environment variable that tells a kernel its megabytes."""
LEAST = 300
"""Megabytes that a kernel needs before it has read anything."""
GROUPS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def share_of_machine(jobs: int, of: int | None = None) -> int:
    """Megabytes for each of so many kernels: four fifths of the machine's memory among them.

    >>> share_of_machine(2, of=10_000_000_000)
    4000
    """
    whole = of if of is not None else machine()
    return max(LEAST, whole * 4 // 5 // jobs // 1_000_000)


def machine() -> int:
    """Bytes of memory that this process may hope for: the machine's, or those of its container."""
    found = [int(psutil.virtual_memory().total)]
    for path in GROUPS:
        with suppress(OSError, ValueError):
            found.append(int(Path(path).read_text(encoding="ascii")))
    return min(found)


def limit_memory() -> None:
    """Have the system refuse this process more memory than it was told it may have.

    On Linux what is counted is what the process can write to, which is close to what it really uses; on other
    POSIX systems its whole address space. Windows knows no such limit.
    """
    megabytes = int(os.environ.get(SETTING) or 0)
    if megabytes and sys.platform != "win32":
        kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
        _, most = resource.getrlimit(kind)
        wanted = megabytes * 1_000_000
        soft = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(kind, (soft, most))
