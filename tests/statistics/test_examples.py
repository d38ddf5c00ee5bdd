"""The statistics as they are read: every promised name is there, and every function shows an example."""

from __future__ import annotations

import doctest
import inspect

from policymodel import statistics


def test_every_function_has_an_example():
    functions = {name: getattr(statistics, name) for name in statistics.__all__}
    silent = [
        name
        for name, each in functions.items()
        if inspect.isfunction(each) and not doctest.DocTestFinder(recurse=False).find(each)[0].examples
    ]

    assert silent == []
    assert statistics.__all__ == sorted(statistics.__all__)
