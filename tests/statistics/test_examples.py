"""The package as it is read: every example in a docstring runs, and every promised name is there."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil

import pytest

from policymodel import statistics

MODULES = [f"{statistics.__name__}.{each.name}" for each in pkgutil.iter_modules(statistics.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_every_function_has_an_example():
    functions = {name: getattr(statistics, name) for name in statistics.__all__}
    silent = [
        name
        for name, each in functions.items()
        if inspect.isfunction(each) and not doctest.DocTestFinder(recurse=False).find(each)[0].examples
    ]

    assert silent == []
    assert statistics.__all__ == sorted(statistics.__all__)
