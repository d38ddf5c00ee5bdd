"""How papermill runs a notebook here: one whose end its kernel does not live to see is kept as far as it came."""

from __future__ import annotations

from typing import Any

from papermill.engines import NBClientEngine, papermill_engines
from papermill.iorw import write_ipynb

ENGINE = "policymodel"


class Engine(NBClientEngine):
    """Runs a notebook without writing it down after each cell, which costs as much as a page's pictures.

    papermill writes a notebook that came to its end, or to an error. Of one whose kernel was killed, or that passed its
    time, it has nothing to write; then it is written to `so_far`, with the cell it had come to marked as failed
    and those after it as pending.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *, so_far: str, **settings: Any) -> None:
        """Run the cells; whatever stops it goes on."""
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **settings)
        except BaseException:
            begun = [each for each in nb_man.nb.cells if each.metadata.papermill["status"] != nb_man.PENDING]
            if begun:
                nb_man.cell_exception(begun[-1])
                write_ipynb(nb_man.nb, so_far)
            raise


def choose_engine() -> str:
    """The name by which papermill knows the engine."""
    papermill_engines.register(ENGINE, Engine)
    return ENGINE
