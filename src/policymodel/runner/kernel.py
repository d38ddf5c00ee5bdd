"""The process in which a report's notebook runs: `python -m policymodel.runner.kernel -f CONNECTION_FILE`."""

from __future__ import annotations

import gc
import sys

from ipykernel.kernelapp import IPKernelApp

from policymodel.runner.imports import skip_slow_grammar
from policymodel.runner.memory import limit_memory
from policymodel.runner.nursery import SPARE, serve


def main() -> None:
    """Be an ordinary IPython kernel, lighter by one import and kept to its share of the memory.

    With `--spare` the process imports what pages need and waits; it is forked for each kernel.
    """
    arguments: list[str] | None = sys.argv[1:]
    # a page makes many objects and few that refer to one another in circles: looking for those cost a tenth of it
    gc.set_threshold(50_000)
    if arguments == [SPARE]:
        arguments = serve()
    if arguments is None:
        return
    limit_memory()
    skip_slow_grammar()
    IPKernelApp.launch_instance(arguments)


if __name__ == "__main__":
    main()
