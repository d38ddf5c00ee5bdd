"""One list of dependencies, written in three places for three installers: they must say the same."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from rattler import MatchSpec, VersionSpec
from rattler import Version as CondaVersion

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
LOCKS = {name: ROOT / "requirements" / f"{name}.lock" for name in ("run", "test", "lab")}

CONDA_NAMES = {"jupyter-client": "jupyter_client"}
"""Where conda-forge spells a name otherwise than PyPI does."""

NOT_ON_PYPI = {"python", "pip"}


def declared(*extras):
    """Canonical name → the requirement in pyproject.toml, for the core and the extras named."""
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return {canonicalize_name(found.name): found for found in map(Requirement, lines)}


def conda_lines():
    return [line for line in ENVIRONMENT["dependencies"] if isinstance(line, str)]


def conda_ranges():
    """Conda's name → its range, or None where the line gives no range."""
    specs = [MatchSpec(line, strict=True) for line in conda_lines()]
    return {spec.name.normalized: spec.version for spec in specs}


def pins(name):
    """Canonical name → every version the lock holds for it; a universal lock may hold one per Python."""
    found = {}
    for line in LOCKS[name].read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)", line):
            found.setdefault(canonicalize_name(match[1]), set()).add(match[2])
    return found


def test_environment_is_named_after_the_project():
    assert ENVIRONMENT["name"] == PROJECT["name"]
    assert ENVIRONMENT["channels"] == ["conda-forge"]


def test_the_project_itself_comes_last():
    assert ENVIRONMENT["dependencies"][-1] == {"pip": ["-e ."]}
    assert [line for line in ENVIRONMENT["dependencies"] if not isinstance(line, str)] == [{"pip": ["-e ."]}]


@pytest.mark.parametrize("line", conda_lines())
def test_conda_can_read(line):
    """rattler is the parser of conda's own successor; strict, it refuses what it does not understand."""
    MatchSpec(line, strict=True)


def test_conda_and_pyproject_name_the_same_packages():
    expected = {CONDA_NAMES.get(name, name) for name in declared("lab")} | NOT_ON_PYPI

    assert set(conda_ranges()) == expected
    assert len(conda_lines()) == len(expected)


@pytest.mark.parametrize(("name", "requirement"), declared("lab").items())
def test_conda_and_pyproject_give_the_same_range(name, requirement):
    found = conda_ranges()[CONDA_NAMES.get(name, name)]

    assert SpecifierSet(found) == requirement.specifier


def test_conda_and_pyproject_ask_for_the_same_python():
    assert SpecifierSet(conda_ranges()["python"]) == SpecifierSet(PROJECT["requires-python"])


def test_what_a_cluster_needs_is_there_for_its_tests():
    """The extra `dask` stands among what the tests need, with the same ranges; a report run needs none of it."""
    extra = {name: found for name, found in declared("dask").items() if name not in declared()}

    assert set(extra) == {"dask", "distributed"}
    assert {name: declared("test")[name] for name in extra} == extra
    assert not set(extra) & set(pins("run"))


@pytest.mark.parametrize(("name", "requirement"), declared("lab", "dask", "test").items())
def test_each_range_has_both_ends(name, requirement):
    assert {found.operator for found in requirement.specifier} == {">=", "<"}


@pytest.mark.parametrize(("lock", "extras"), [("run", ()), ("test", ("test",)), ("lab", ("lab",))])
def test_what_is_locked_is_within_the_ranges(lock, extras):
    locked = pins(lock)

    for name, requirement in declared(*extras).items():
        assert name in locked, f"{name} is in pyproject.toml and not in {lock}.lock: python3 start.py lock"
        for version in locked[name]:
            assert requirement.specifier.contains(Version(version)), f"{lock}.lock has {name} {version}"
            conda = conda_ranges().get(CONDA_NAMES.get(name, name))
            if conda is not None:
                assert VersionSpec(conda).matches(CondaVersion(version)), f"environment.yml: {name} {version}"


@pytest.mark.parametrize("lock", ["test", "lab"])
def test_the_larger_locks_hold_the_run_lock(lock):
    """So that an environment made for the tests, or for JupyterLab, computes what a report run computes."""
    larger = pins(lock)

    assert {name: larger.get(name) for name in pins("run")} == pins("run")


def test_the_run_lock_has_no_jupyterlab():
    """It brings a grammar that costs every process a second at import."""
    assert not {"jupyterlab", "rfc3987-syntax"} & set(pins("run"))


@pytest.mark.parametrize("path", LOCKS.values(), ids=lambda path: path.name)
def test_a_lock_holds_hashes_and_no_address(path):
    text = path.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    header, entries = entries[0], entries[1:]

    assert "://" not in text
    assert not re.search(r"--(index|extra-index|find-links|trusted-host)", text)
    assert header.splitlines() == [
        "# This file was autogenerated by uv via the following command:",
        "#    python3 start.py lock",
    ]
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
