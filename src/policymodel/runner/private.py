"""A kernel to oneself: found without installing anything, spoken to over a channel nobody else can open."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from subprocess import Popen
from typing import Any, ClassVar

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import Int

from policymodel.runner.folder import KERNEL_NOTE
from policymodel.runner.memory import SETTING
from policymodel.runner.nursery import WARD, Forked

KERNEL = "policymodel"
KERNELS = Path(__file__).parent / "jupyter" / "kernels"
LONGEST_SOCKET = 90
"""A socket's path may have about a hundred characters (104 on macOS, 108 on Linux), its number included."""


class PrivateKernel(AsyncKernelManager):
    """Starts the kernel of one page in a folder that only this user can enter, and removes the folder after it.

    On POSIX the messages go through sockets in that folder (ipc), so concurrent kernels cannot meet and nobody
    else can connect. Windows has no such sockets: there it is TCP on the loopback interface, which no other
    machine reaches, and every message is signed with a key that stands only in the connection file in that
    folder; what is sent is not encrypted, so an administrator of the same machine could read it.
    """

    started: ClassVar[list[PrivateKernel]] = []
    memory = Int(0, help="Megabytes the kernel may have; 0 for no limit.").tag(config=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.folder = private_folder()
        self.kernel_spec_manager = KernelSpecManager(kernel_dirs=[str(KERNELS)], ensure_native_kernel=False)
        self.connection_file = str(self.folder / "kernel.json")
        if os.name == "posix":
            self.transport = "ipc"
            self.ip = str(self.folder / "k")
        self.home = ""
        self.started.append(self)

    async def _async_start_kernel(self, **options: Any) -> None:
        # what a user has IPython do at every start must not change a report, nor two kernels share its files
        environment = dict(options.pop("env", None) or os.environ, IPYTHONDIR=str(self.folder / "ipython"))
        environment[SETTING] = str(self.memory)
        if home := options.get("cwd"):
            self.home = str(home)
            # a runner that is killed cannot remove the sockets; the next run in this folder can
            Path(home, KERNEL_NOTE).write_text(str(self.folder), encoding="utf-8")
        await super()._async_start_kernel(**options, env=environment)

    start_kernel = _async_start_kernel

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        process = WARD.kernel(kernel_cmd, options["env"], options.get("cwd"))
        if process is None:
            await super()._async_launch_kernel(kernel_cmd, **options)
            return
        provisioner: Any = self.provisioner  # the one for processes of this machine
        provisioner.process, provisioner.pid, provisioner.pgid = process, process.pid, process.pid
        self._reconcile_connection_info(provisioner.connection_info)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            shutil.rmtree(self.folder, ignore_errors=True)
            if self in self.started:
                self.started.remove(self)

    cleanup_resources = _async_cleanup_resources

    @property
    def process(self) -> Popen[bytes] | Forked | None:
        """The kernel's process while it runs."""
        process: Popen[bytes] | Forked | None = getattr(self.provisioner, "process", None)
        return process if process is not None and process.poll() is None else None


def kill_all() -> None:
    """End every kernel this process has started and that still runs; whoever waits for one learns that it died."""
    kill_in(Path(os.sep))


def kill_in(out: Path) -> None:
    """The same of those whose pages are built below a folder."""
    for kernel in list(PrivateKernel.started):
        if kernel.process is not None and (Path(kernel.home).is_relative_to(out) or out == Path(os.sep)):
            kernel.process.kill()


def private_folder() -> Path:
    """A new folder that only this user can enter, with a name short enough for sockets inside it."""
    folder = Path(tempfile.mkdtemp(prefix="pm-"))
    if os.name == "posix" and len(str(folder)) > LONGEST_SOCKET:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="pm-", dir="/tmp"))
    return folder
