"""A sealed page: its record inside it, and not one byte that could change without being found."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policymodel.runner.differences import between_pages
from policymodel.runner.seal import record_in, seal_page, unbroken, without_record

PAGE = "<html><body><p>成本 12 萬</p></body></html>\n"
RECORD = {
    "run": "demo",
    "region": "</script><b>north",
    "seed": 7,
    "hashes": {"data": "abc"},
    "versions": {},
    "figures": {"people": {"old": 12}},
}


@pytest.fixture(scope="module")
def sealed(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("seal") / "report.en.html"
    path.write_text(PAGE, encoding="utf-8")
    seal_page(path, RECORD)
    return path.read_bytes()


def test_a_sealed_page_tells_what_it_was_made_from(sealed):
    """Whatever a region is called, the record stays inside its element."""
    record = record_in(sealed)

    assert {name: record[name] for name in RECORD} == RECORD
    assert record["page"] == "report.en.html"
    assert sealed.count(b"</script>") == 1
    assert unbroken(sealed)


def test_the_page_around_the_record_is_as_it_was(sealed):
    """Nothing else is touched."""
    assert without_record(sealed).decode("utf-8") == PAGE


def test_every_changed_byte_is_found(sealed):
    """All places, all of them with another byte."""
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        assert not unbroken(changed), f"byte {place} of {len(sealed)}"


@given(st.binary(min_size=1, max_size=5), st.integers(min_value=0, max_value=10_000))
def test_every_addition_is_found(sealed, more, place):
    """Also a second record, before or after."""
    at = place % (len(sealed) + 1)

    assert not unbroken(sealed[:at] + more + sealed[at:])


def test_a_second_record_is_no_record(sealed):
    """A page says one thing of itself."""
    found = sealed[sealed.index(b"<script") : sealed.index(b"</script>") + 10]

    assert record_in(sealed.replace(found, found * 2)) is None


def test_a_record_with_other_names_is_no_record(sealed):
    """It can be read as JSON and says nothing we know."""
    assert record_in(sealed.replace(b'"hashes":', b'"hbshes":')) is None
    assert record_in(b"<p>no record</p>") is None
    assert json.loads(json.dumps(record_in(sealed))) == record_in(sealed)


def test_a_record_too_deep_to_follow_is_no_record(sealed):
    """Somebody put two hundred thousand brackets into it."""
    assert record_in(sealed.replace(b'"seed":7', b'"seed":' + b"[" * 200_000)) is None


def test_a_line_that_differs_is_told_as_people_see_it():
    """What no reader sees is told as it is written."""
    assert between_pages(b"<td>1</td>\n<td>2</td>", b"<td>1</td>\n<td>3</td>") == [
        "line 2 is '3', and was '2'"
    ]
    assert between_pages(b"<p a>x</p>", b"<p b>x</p>") == ["line 1 is '<p b>x</p>', and was '<p a>x</p>'"]
    assert between_pages(b"<p>x</p>", b"<p>x</p>") == []
