"""The command line: one word for each question. Only the command asked for is loaded."""

from __future__ import annotations

import difflib
import importlib
import sys
from importlib.metadata import version

from policymodel.runner.imports import skip_slow_grammar

COMMANDS = {
    "demo": "the invented bank, reported region by region; where to start",
    "bank": "write the invented bank's history to a folder",
    "store": "raw tables, checked once, as a store that runs start from",
    "check": "what is wrong with a history, a scheme, a change file, a workbook, a run file",
    "template": "the numbers of a scheme as a workbook to fill in, and back as a change file",
    "schema": "what an editor needs to complete and check scheme files while one types",
    "run": "reports of every region and of the group, as a run file says",
    "futures": "what each design may cost next year, how sure that is, whom it moves",
    "lab": "a run's notebooks and files to work with in JupyterLab",
    "pdf": "a page of a run as a PDF, or its five-page summary",
    "verify": "whether a page still is what its data, parameters, schemes and code make",
    "figures": "every line of a scheme, a person, period and line a row",
    "score": "scores of a card, a person and period a row",
    "pay": "pay of a scheme, a person and period a row",
    "consequences": "whom rewards and penalties would touch, why, and what they would take",
    "words": "a scheme as a rule book: clauses, tables, worked examples",
    "diff": "what differs between two schemes, clause by clause, in sentences",
    "lint": "what is wrong with a scheme as a scheme, and what history shows of it",
    "slopes": "what one more unit of each measure is worth, and the next step",
    "curve": "what a line gives as a measure runs from low to high, drawn",
    "reconcile": "what was really paid against what a scheme pays: who is off the rule",
    "quarter": "a quarter's figures: computed, reviewed, submitted, approved, released, checked",
    "compare": "designs lined up on the same people: cost, winners and losers",
    "solve": "the number of a scheme at which the year's cost meets a budget",
    "allocate": "clients to managers: portfolios about equal, and what they do to pay",
    "explain": "one person's figure, walked back to the rows it comes from",
    "audit": "every figure again, as live formulas of a workbook that finance can check by hand",
}


def main(arguments: list[str] | None = None) -> int:
    """Answer one command: exit code 0 done, 1 done but with findings or failures, 2 refused, 130 interrupted."""
    words = sys.argv[1:] if arguments is None else arguments
    safe_output()
    if not words or words[0] in ("-h", "--help", "help"):
        sys.stdout.write(overview())
        return 0 if words else 2
    if words[0] == "--version":
        sys.stdout.write(f"policymodel {version('policymodel')}\n")
        return 0
    if words[0] not in COMMANDS:
        close = difflib.get_close_matches(words[0], COMMANDS, n=1)
        guess = f"; did you mean '{close[0]}'?" if close else ""
        sys.stderr.write(f"policymodel: '{words[0]}' is no command{guess}\nSee policymodel --help.\n")
        return 2
    skip_slow_grammar()
    answer = importlib.import_module(f"policymodel.cli.{words[0]}").answer
    return int(answer(words[1:]))


def overview() -> str:
    """What `policymodel --help` says."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {what}" for name, what in COMMANDS.items()]
    return "\n".join(
        [
            "Usage: policymodel COMMAND [OPTIONS] [ARGUMENTS]",
            "",
            "What an appraisal and pay scheme costs, whom it moves and what it rewards, before it is decided.",
            "",
            *lines,
            "",
            "Example: policymodel demo",
            "Every command explains itself: policymodel COMMAND --help",
            "",
        ]
    )


def safe_output() -> None:
    """No character stops the program: a file or pipe gets UTF-8, an old terminal a ? for what it cannot show."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            if stream.isatty():
                reconfigure(errors="replace")
            else:
                reconfigure(encoding="utf-8", errors="replace")
