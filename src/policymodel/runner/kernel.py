"""The process in which a report's notebook runs: `python -m policymodel.runner.kernel -f CONNECTION_FILE`."""

from __future__ import annotations

import gc

from ipykernel.kernelapp import IPKernelApp

from policymodel.runner.imports import skip_slow_grammar
from policymodel.runner.memory import limit_memory


def main() -> None:
    """Start an ordinary IPython kernel, lighter by one import and kept to its share of the memory."""
    limit_memory()
    skip_slow_grammar()
    # a page makes many objects and few that refer to one another in circles: looking for those cost a tenth of it
    gc.set_threshold(50_000)
    IPKernelApp.launch_instance()


if __name__ == "__main__":
    main()
