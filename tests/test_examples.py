"""Every example in a docstring of the package runs and gives what it says."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import policymodel


def test_examples_run():
    modules = pkgutil.walk_packages(policymodel.__path__, f"{policymodel.__name__}.")
    tried = {each.name: doctest.testmod(importlib.import_module(each.name)) for each in modules}

    assert [name for name, (failed, _) in tried.items() if failed] == []
    assert sum(attempted for _, attempted in tried.values()) > 100
