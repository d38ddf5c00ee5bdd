"""A picture for readers without scripts: the same figures and words, ids of its own, nothing that asks or runs."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from policymodel import charts
from policymodel.charts.picture import picture
from policymodel.charts.readout import readout
from policymodel.style import FONTS
from policymodel.words import claims
from report.invented import HOSTILE, region_page

pytestmark = pytest.mark.thorough

LABELLED = ["cost", "bands", "groups", "indicators"]
NAMES = ["cost", "bands", "groups", "scores", "contribution", "indicators"]


def drawn(name: str, language: str, chart: str = "chart-1") -> str:
    page = region_page()
    spec = getattr(charts, name)(page, getattr(claims, name)(page)).spec(language)
    return picture(spec, language, chart)


@pytest.mark.parametrize("name", NAMES)
def test_words_and_figures_are_in_the_picture(name):
    """Every name and every label of the chart's rows is a text of the picture."""
    page = region_page()
    spec = getattr(charts, name)(page, getattr(claims, name)(page)).spec("en")
    root = ElementTree.fromstring(picture(spec, "en", "chart-1"))
    texts = {each.text for each in root.iter("text")}
    rows = [row for rows in spec["datasets"].values() for row in rows]

    assert {row[key] for row in rows for key in ("row", "label") if key in row} <= texts
    assert spec["width"] == "container"


def test_pictures_share_no_id():
    first, second = drawn("cost", "en", "chart-1"), drawn("cost", "en", "chart-2")
    ids = re.findall(r' id="([^"]*)"', first + second)

    assert len(ids) == len(set(ids)) > 2
    assert set(re.findall(r"url\(#([^)]*)\)", first + second)) <= set(ids)


@pytest.mark.parametrize("language", list(FONTS))
def test_a_picture_is_the_same_twice(language):
    assert drawn("scores", language) == drawn("scores", language)


def test_fonts_are_the_readers():
    """One list of faces for the whole picture, and no text that names another."""
    found = re.findall(r'font-family="([^"]*)"', drawn("indicators", "zh-Hant"))

    assert found == [FONTS["zh-Hant"]]


def test_names_from_the_data_stay_text():
    said = drawn("groups", "en")

    assert HOSTILE not in said
    assert "&lt;script&gt;alert(1)" in said


def test_a_picture_fetches_and_links_nothing():
    """An image in a chart is left out: only plain shapes and words are kept."""
    spec = {
        "data": {"values": [{"x": 1, "url": "data:image/png;base64,AA=="}]},
        "layer": [
            {"mark": "bar", "encoding": {"x": {"field": "x"}}},
            {"mark": "image", "encoding": {"x": {"field": "x"}, "url": {"field": "url"}}},
        ],
    }

    assert not re.search(r"href|<image|<a[ >]|data:", picture(spec, "en", "chart-1"))


def test_words_of_a_legend_have_room_without_a_chinese_font():
    """Where Chinese letters are measured too narrow, eight of them still end before the next mark."""
    names = ["原有考核辦法甲案", "修訂考核辦法乙案"]
    spec = {
        "data": {"values": [{"x": index, "design": each} for index, each in enumerate(names, start=1)]},
        "mark": "point",
        "encoding": {
            "x": {"field": "x", "type": "quantitative"},
            "color": {"field": "design", "type": "nominal", "scale": {"domain": names}},
        },
        "config": {
            "legend": {"orient": "top", "direction": "horizontal", "title": None, "labelFontSize": 13}
        },
    }
    root = ElementTree.fromstring(picture(spec, "zh-Hant", "chart-1"))
    starts = [
        float(re.search(r"translate\((\d+)", group.get("transform"))[1])
        for group in root.iter("g")
        if [each.text for each in group.iter("text")] in ([names[0]], [names[1]]) and group.get("transform")
    ]

    assert max(starts) >= 18 + 8 * 13


@pytest.mark.parametrize("name", LABELLED)
@pytest.mark.parametrize("language", list(FONTS))
def test_every_label_of_a_chart_can_be_read_as_a_table(name, language):
    page = region_page()
    spec = getattr(charts, name)(page, getattr(claims, name)(page)).spec(language)
    labels = {row["label"] for rows in spec["datasets"].values() for row in rows if "label" in row}
    found = readout(spec, language)

    assert labels <= {cell for row in found.rows for cell in row}
    assert {len(row) for row in found.rows} == {len(found.heads)}


def test_what_a_chart_withholds_its_table_withholds():
    page = region_page()
    found = readout(charts.groups(page, claims.groups(page)).spec("en"), "en")

    assert [row[-1] for row in found.rows if row[0] == "N03"] == ["withheld"]
