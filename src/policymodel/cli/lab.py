"""policymodel lab: a workspace of a run, opened in JupyterLab."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import DONE, answering
from policymodel.cli.bank import MARK, SEED
from policymodel.cli.demo import read_run
from policymodel.cli.language import check_language
from policymodel.draws import Draws
from policymodel.errors import InputError, Problem
from policymodel.history.synthetic import write_bank
from policymodel.report.display import READER
from policymodel.report.runfile import read_run_file
from policymodel.runner.folder import writable
from policymodel.runner.private import KERNEL, KERNELS, private_folder
from policymodel.runner.workspace import BANK, LAB, Workspace, prepare_workspace, refuse_others
from policymodel.words.catalogues import LANGUAGES

JUPYTERLAB = "jupyterlab.labapp"
SETTINGS = KERNELS.parent


def lab(
    run_file: Annotated[
        Path | None, typer.Argument(metavar="[RUN.yaml]", help="A run file; else the invented bank's.")
    ] = None,
    history: Annotated[
        Path | None, typer.Option("--history", metavar="DIR", help="Another history than the run file names.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="The workspace; else lab/ and the run's id.")
    ] = None,
    region: Annotated[
        str, typer.Option("--region", metavar="REGION", help="The region to begin with; else the first.")
    ] = "",
    lang: Annotated[
        str, typer.Option("--lang", help=f"Your language: {' or '.join(LANGUAGES)}; else the run's first.")
    ] = "",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Where JupyterLab listens.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> int:
    """A workspace in JupyterLab: the run's notebooks for one region, its files to change, a start page.

    All are copies; the project stays as it is. Opened again, the workspace keeps what you changed in it. JupyterLab
    answers this machine alone (127.0.0.1), and whoever knows the token in the address it prints.

    \b
    Example:
      policymodel lab
      policymodel lab params/runs/next_year.yaml --history history/ --region north --lang zh-Hant
    """
    if find_spec(JUPYTERLAB.partition(".")[0]) is None:
        what = "JupyterLab is not installed in this environment"
        right = (
            "python3 start.py lab installs it beside the project in .venv-lab and opens it there; "
            "or install the extra 'lab'"
        )
        raise InputError("policymodel lab", [Problem("", what, right)])
    if lang:
        check_language(lang)
    run = read_run("demo") if run_file is None else read_run_file(run_file)
    folder = (out or Path("lab", run.id)).resolve()
    if history is not None:
        run = run.with_history(history)
    elif run_file is None:
        run = run.with_history(folder / BANK)
        if not (folder / BANK / MARK).is_file():
            refuse_others(folder, run.id)
            with writable(folder):
                write_bank(folder / BANK, Draws(SEED))
    language = lang or run.languages[0]
    workspace = prepare_workspace(run, folder, region, language)
    sys.stdout.write(said(workspace))
    sys.stdout.flush()
    return open_lab(workspace, language, port, browser)


def said(workspace: Workspace) -> str:
    """Where the workspace is, and what of it was left alone."""
    lines = [f"{workspace.folder}: region {workspace.region}"]
    lines += [f"  kept as you changed it: {name}" for name in workspace.kept]
    return "\n".join([*lines, "Ctrl-C ends JupyterLab."]) + "\n"


def open_lab(workspace: Workspace, language: str, port: int, browser: bool) -> int:
    """Be JupyterLab until it is ended: with our kernel alone, our commands on its terminal's path, and no network.

    Kernels are spoken to over sockets in a folder that only this user can enter, where the system has such.
    """
    first = {"JUPYTER_PATH": SETTINGS, "JUPYTER_CONFIG_PATH": SETTINGS, "PATH": Path(sys.executable).parent}
    for name, place in first.items():
        os.environ[name] = os.pathsep.join(filter(None, (str(place), os.environ.get(name))))
    os.environ[READER] = language
    settings = [
        f"--ServerApp.root_dir={workspace.folder}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={browser}",
        f"--LabApp.workspaces_dir={workspace.folder / LAB / 'workspaces'}",
        "--LabApp.extension_manager=readonly",
        f"--KernelSpecManager.allowed_kernelspecs={KERNEL}",
    ]
    if os.name == "posix":
        settings.append("--KernelManager.transport=ipc")
    private = private_folder()
    os.environ["JUPYTER_RUNTIME_DIR"] = str(private)
    try:
        importlib.import_module(JUPYTERLAB).main(settings)
    finally:
        shutil.rmtree(private, ignore_errors=True)
    return DONE


answer = answering("lab", lab)
