"""policymodel lab: a real JupyterLab, opened in Chromium with nothing but this machine to ask.

JupyterLab has an environment of its own, which `python3 start.py lab --help` makes; where it is not there, the tests
that need it are skipped, or fail where POLICYMODEL_LAB=require is set. They are among the long runs (`-m slow`).
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from policymodel.cli import main

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / ".venv-lab" / ("Scripts" if os.name == "nt" else "bin")
REPORT = "explore/region_report.ipynb"
CHARTS = 6
OPEN = ".jp-NotebookPanel:not(.lm-mod-hidden)"
PROMPTS = f"[...document.querySelectorAll('{OPEN} .jp-CodeCell .jp-InputPrompt')].map(each => each.innerText)"
SHOWN = f"[...document.querySelectorAll('{OPEN} .jp-OutputArea img')].filter(each => each.naturalWidth > 0).length"
"""How many pictures of the open notebook the browser has drawn."""


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that runs, and its workspace."""

    address: str
    token: str
    folder: Path
    environment: dict[str, str]

    def url(self, name: str = "") -> str:
        """The workspace as it opens, or one notebook with nothing beside it: JupyterLab opens again what was open."""
        place = f"/workspaces/{Path(name).stem}/tree/{name}" if name else ""
        return f"{self.address}/lab{place}?token={self.token}"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """`policymodel lab` on the invented bank, for a reader of Traditional Chinese."""
    program = PROGRAMS / "policymodel"
    if shutil.which(str(program)) is None or not list(PROGRAMS.glob("jupyter-lab*")):
        message = "no JupyterLab in .venv-lab: python3 start.py lab --help"
        if os.environ.get("POLICYMODEL_LAB") == "require":
            pytest.fail(message)
        pytest.skip(message)
    home = tmp_path_factory.mktemp("lab")
    token = secrets.token_hex(16)
    settings = home / "config" / "jupyter_server_config.json"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"IdentityProvider": {"token": token}, "ServerApp": {"allow_root": True}}))
    places = {"JUPYTER_CONFIG_DIR": settings.parent, "JUPYTER_DATA_DIR": home / "data", "IPYTHONDIR": home}
    environment = {**os.environ, **{name: str(place) for name, place in places.items()}}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = home / "work"
    asked = ["lab", "--out", str(folder), "--lang", "zh-Hant", "--port", str(port), "--no-browser"]
    with (home / "log.txt").open("w") as log:
        server = subprocess.Popen([program, *asked], stdout=log, stderr=log, env=environment, cwd=home)
        try:
            found = Lab(f"http://127.0.0.1:{port}", token, folder, environment)
            answered(found, server, home / "log.txt")
            yield found
        finally:
            server.terminate()
            server.wait(timeout=30)


def answered(lab: Lab, server: subprocess.Popen, log: Path) -> None:
    """Wait until it answers."""
    for _ in range(600):
        try:
            urlopen(f"{lab.address}/api/status?token={lab.token}", timeout=5).close()
            return
        except URLError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.2)
    pytest.fail(log.read_text())


@pytest.fixture
def outside():
    """Every address asked for that is not this machine's."""
    return []


@pytest.fixture
def screen(chromium, outside):
    """A page that reaches this machine alone, tall enough for a whole notebook."""
    context = chromium.new_context(viewport={"width": 1280, "height": 7000}, locale="en-GB")
    context.set_default_timeout(180_000)

    def answer(route):
        if route.request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", answer)
    return context.new_page()


def run_all(screen) -> None:
    """What a person does: Run, Run All Cells."""
    screen.get_by_role("menuitem", name="Run", exact=True).click()
    screen.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def kernel_answers(screen) -> None:
    """Wait until ours does; a notebook's own sign says "idle" before there is any."""
    screen.locator("#jp-main-statusbar").get_by_text("policymodel | Idle", exact=True).wait_for()


def cells_have_run(screen) -> None:
    """Wait until the first has, and no other is waiting to."""
    screen.wait_for_function(f"{PROMPTS}[0] === '[1]:' && !{PROMPTS}.includes('[*]:')")


@pytest.mark.browser
@pytest.mark.slow
def test_a_workspace_opens_ready_and_every_chart_shows(lab, screen, outside):
    """Both pages are open, all cells run on our kernel; a notebook that was sent has it too, and shows its charts."""
    screen.goto(lab.url())
    kernel_answers(screen)
    run_all(screen)
    cells_have_run(screen)

    tabs = screen.locator(".lm-DockPanel-tabBar .lm-TabBar-tabLabel").all_inner_texts()
    assert [each for each in tabs if each] == ["START.md", "region_report.ipynb"]
    assert screen.locator(".jp-DirListing-itemText", has_text="START.md").count() == 1
    assert screen.locator(".jp-KernelName:visible").inner_text() == "policymodel"
    screen.wait_for_function(f"{SHOWN} === {CHARTS}")
    assert screen.locator(".jp-OutputArea h2", has_text="東區").count() == 1
    assert screen.locator(".jp-OutputArea caption", has_text="全年成本，按薪酬項目").count() == 1
    screen.keyboard.press("Control+s")
    screen.wait_for_function("!document.querySelector('.lm-DockPanel-tabBar .jp-mod-dirty')")

    notebook = json.loads((lab.folder / REPORT).read_text(encoding="utf-8"))
    # of another machine: this one has not signed it, and has no kernel of that name
    notebook["metadata"]["kernelspec"] = {"name": "theirs", "display_name": "Theirs", "language": "python"}
    (lab.folder / "sent.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    for trusted in (False, True):
        if trusted:
            jupyter = [PROGRAMS / "jupyter-trust", lab.folder / "sent.ipynb"]
            subprocess.run(jupyter, env=lab.environment, check=True, capture_output=True)
        screen.goto(lab.url("sent.ipynb"))
        told = "Notebook trusted" if trusted else "Notebook not trusted"
        screen.wait_for_selector(f"#jp-main-statusbar [title^='{told}']", state="attached")
        screen.wait_for_function(f"{SHOWN} === {CHARTS}")
        kernel_answers(screen)
    assert outside == []


@pytest.mark.browser
@pytest.mark.slow
def test_who_runs_before_the_kernel_answers_is_told_to_wait(lab, screen):
    """And not asked for a kernel; nor is the wish lost without a word."""
    held = []

    def hold(route):
        if route.request.method == "POST":
            held.append(route)
        else:
            route.fallback()

    screen.route("**/api/sessions?*", hold)
    screen.goto(lab.url("explore/regional_hr_report.ipynb"))
    screen.locator(f"{OPEN} .jp-KernelName").get_by_text("policymodel").wait_for()
    run_all(screen)

    screen.get_by_text("You can run code cells when the kernel has initialized.").wait_for()
    assert screen.locator(".jp-Dialog").count() == 0
    for route in held:
        route.fallback()
    kernel_answers(screen)
    run_all(screen)
    cells_have_run(screen)
    assert screen.locator(f"{OPEN} .jp-OutputArea h2", has_text="東區").count() == 1


@pytest.mark.browser
@pytest.mark.slow
def test_a_slip_is_a_sentence_below_the_cell(lab, screen):
    """Not a traceback; and the cells after it are not run."""
    text = (lab.folder / "explore" / "works_council_report.ipynb").read_text(encoding="utf-8")
    assert text.count('region = \\"east\\"') == 1
    (lab.folder / "explore" / "slip.ipynb").write_text(
        text.replace('region = \\"east\\"', 'region = \\"nroth\\"'), encoding="utf-8"
    )
    screen.goto(lab.url("explore/slip.ipynb"))
    kernel_answers(screen)
    run_all(screen)
    cells_have_run(screen)

    said = screen.locator(f"{OPEN} [data-mime-type='application/vnd.jupyter.stderr']")
    assert said.all_inner_texts() == [
        "parameters: 1 problem\n  region: 'nroth' is no region of the history; did you mean 'north'?"
    ]
    assert set(screen.evaluate(PROMPTS)[3:]) == {"[ ]:"}


def test_without_jupyterlab_one_sentence_says_how_to_get_it(capsys, monkeypatch, tmp_path):
    """And nothing is written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("policymodel.cli.lab.find_spec", lambda name: None)

    assert main(["lab"]) == 2

    assert "python3 start.py lab installs it" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
