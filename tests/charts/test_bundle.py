"""The drawing script is made once, kept whole, and a cache that cannot be written only costs time."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from policymodel.charts import bundle


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "user_cache_path", lambda name: tmp_path / name)
    return tmp_path / "policymodel"


def test_the_script_is_kept(cache, monkeypatch):
    made = []
    monkeypatch.setattr(bundle.vl_convert, "javascript_bundle", lambda snippet: made.append(1) or "script()")

    assert (bundle.vega_bundle(), bundle.vega_bundle()) == ("script()", "script()")
    assert made == [1]
    assert [path.name for path in cache.iterdir()] == [f"vega-embed-{version('vl-convert-python')}.js"]


def test_a_cache_that_cannot_be_written_is_no_failure(cache, monkeypatch):
    monkeypatch.setattr(bundle.vl_convert, "javascript_bundle", lambda snippet: "script()")
    cache.write_text("a file where the folder should be", encoding="utf-8")

    assert bundle.vega_bundle() == "script()"
