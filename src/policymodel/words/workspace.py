"""The start page of a workspace: what stands in its folder, and how to look, to change, to check and to print."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policymodel.words.sentences import Listing, Value, render, say


@dataclass(frozen=True)
class Start:
    """What a start page speaks of; files are named as seen from the workspace, notebooks with whom each is for."""

    title: Value
    question: Value
    region: str
    regions: Sequence[str]
    notebooks: Mapping[str, Value]
    schemes: Sequence[str]
    schemas: str
    run_file: str
    history: str


def start_page(start: Start, language: str) -> str:
    """The start page, as Markdown."""
    others = tuple(each for each in start.regions if each != start.region)
    look: list[Value] = [
        say(
            "Open {notebook}, choose *Run → Run All Cells* and scroll back up. It shows the region {region}.",
            notebook=_link(next(iter(start.notebooks))),
            region=start.region,
        )
    ]
    if others:
        look.append(
            say(
                "For another region ({regions}), write its name in the second cell and run all cells again.",
                regions=Listing(others),
            )
        )
    parts: list[Sequence[Value]] = [
        [f"# {render(start.title, language)}"],
        [start.question],
        [
            say(
                "Everything in this folder is a copy and yours to change; the project stays as it is. "
                "When the workspace is opened again, what you changed is kept."
            )
        ],
        [_heading(say("Look at a region"), language)],
        *([each] for each in look),
        [
            say("- {notebook}: {reader}", notebook=_link(name), reader=reader)
            for name, reader in start.notebooks.items()
        ],
        [_heading(say("Change a design"), language)],
        [say("Change a number in one of these files, save it, and run all cells again:")],
        [f"- {_link(each)}" for each in start.schemes],
        [
            say(
                "A slip is told below the last cell that ran (scroll up to it): the file, the place, and what "
                "would be right. To see all that is wrong at once, type in a terminal (*File → New → Terminal*):"
            )
        ],
        _typed("policymodel", "check", *start.schemes),
        [
            say(
                "An editor with the YAML language server completes these files while you type, from the schemas "
                "in {folder}; JupyterLab itself only colours them.",
                folder=f"`{start.schemas}`",
            )
        ],
        [_heading(say("Make the pages"), language)],
        [say("Every region and the group, as files to send:")],
        _typed("policymodel", "run", start.run_file, "--history", start.history, "--out", "reports"),
    ]
    return "\n\n".join("\n".join(render(each, language) for each in part) for part in parts) + "\n"


def _heading(words: Value, language: str) -> str:
    return f"## {render(words, language)}"


def _link(name: str) -> str:
    return f"[{name}](<{name}>)"


def _typed(*command: str) -> list[Value]:
    return ["```", shlex.join(command), "```"]
