"""How every command answers: a person's mistake becomes a sentence and an exit code, never a traceback."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from policymodel.errors import InputError, PolicymodelError

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a program to read.")]

DONE, FINDINGS, REFUSED, INTERRUPTED = 0, 1, 2, 130


def answering(name: str, function: Callable[..., int]) -> Callable[[list[str]], int]:
    """A command of the command line from a function whose parameters are its options."""
    app = _app()
    app.command(context_settings=HELP)(_command(function))
    return _answer(name, app)


def answering_several(
    name: str, functions: Mapping[str, Callable[..., int]], what: str
) -> Callable[[list[str]], int]:
    """A command with a verb for each function; `what` is the first sentence of its help."""
    app = _app()
    app.callback(help=what, context_settings=HELP)(lambda: None)
    for verb, function in functions.items():
        app.command(verb, context_settings=HELP)(_command(function))
    return _answer(name, app)


HELP = {"help_option_names": ["-h", "--help"]}


def _app() -> typer.Typer:
    return typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def _command(function: Callable[..., int]) -> Callable[..., None]:
    @functools.wraps(function)
    def command(**options: Any) -> None:
        raise typer.Exit(exit_code(lambda: function(**options)))

    return command


def _answer(name: str, app: typer.Typer) -> Callable[[list[str]], int]:
    def answer(arguments: list[str]) -> int:
        try:
            app(arguments, prog_name=f"policymodel {name}")
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else REFUSED
        return DONE

    return answer


def exit_code(action: Callable[[], int]) -> int:
    """Do it, and say what went wrong to the person who can put it right.

    >>> exit_code(lambda: 0)
    0
    """
    try:
        code = action()
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped; nothing half-written was left.\n")
        return INTERRUPTED
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    except PolicymodelError as error:
        sys.stderr.write(f"{error}\n")
        return FINDINGS
    except BrokenPipeError:
        # whoever read our output has seen enough; nothing is left to flush at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"{place}{error.strerror or error}\n")
        return REFUSED
