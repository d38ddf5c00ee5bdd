"""A drawing as a picture that needs no script: for mail viewers, for printing, and until Vega has drawn.

Words keep the reader's own fonts. Their widths are measured with the face that comes with the drawing library, so
that a page has the same bytes on a machine with other fonts or with none.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import vl_convert

from policymodel.style import FONTS, ON_FILL

WIDTH = 600
PARTS = frozenset({"svg", "g", "path", "line", "rect", "text", "tspan", "defs", "clipPath", "circle"})
UNSAID = ("aria-", "role", "class", "pointer-events", "font-family", "version")
"""What a picture below a description need not say again."""
COLUMN_GAP, WIDE_LETTER = 14, 6
"""Pixels between two words of a legend, and what each Chinese letter may be wider than measured."""
NUMBER = re.compile(r"-?\d+\.\d{2,}")


def picture(spec: dict[str, Any], language: str, name: str, width: int = WIDTH) -> str:
    """An SVG element to stand in a page, its ids beginning with `name`; the same twice.

    >>> bar = {"data": {"values": [{"people": 3}]}, "mark": "bar", "encoding": {"x": {"field": "people"}}}
    >>> picture(bar, "en", "chart-1").startswith("<svg ")
    True
    """
    own = json.loads(json.dumps(spec))
    own["width"] = width
    own.setdefault("config", {})["font"] = "sans-serif"
    own["config"].setdefault("legend", {})["columnPadding"] = COLUMN_GAP + WIDE_LETTER * _most_wide(spec)
    # a picture is made of nothing but the specification itself: no file, no address
    drawn = vl_convert.vegalite_to_svg(own, allowed_base_urls=[])
    root = _bare(ElementTree.fromstring(drawn))
    root.set("font-family", FONTS[language])
    _rename(root, name)
    return str(ElementTree.tostring(root, encoding="unicode"))


def alone(drawn: str) -> str:
    """A picture as a file of its own: dark ink on white, wherever it is shown.

    >>> alone('<svg width="9"></svg>')[:41]
    '<svg xmlns="http://www.w3.org/2000/svg" s'
    """
    own = f'xmlns="http://www.w3.org/2000/svg" style="background: #fff; color: {ON_FILL}"'
    return drawn.replace("<svg ", f"<svg {own} ", 1)


def _most_wide(spec: dict[str, Any]) -> int:
    """The most Chinese letters in a word of a legend."""
    words = [word for domain in _domains(spec) for word in domain if isinstance(word, str)]
    return max(
        (sum(unicodedata.east_asian_width(each) in "WF" for each in word) for word in words), default=0
    )


def _domains(part: Any) -> Iterator[list[Any]]:
    if isinstance(part, dict):
        domain = part.get("domain")
        if isinstance(domain, list):
            yield domain
        for each in part.values():
            yield from _domains(each)
    elif isinstance(part, list):
        for each in part:
            yield from _domains(each)


def _bare(element: ElementTree.Element) -> ElementTree.Element:
    """The same picture without namespaces, roles, words for machines, and marks that show nothing."""
    kept = {
        name: NUMBER.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), value)
        for name, value in element.attrib.items()
        if not name.startswith((*UNSAID, "{"))
    }
    bare = ElementTree.Element(_tag(element), kept)
    bare.text = element.text
    bare.extend([_bare(each) for each in element if _tag(each) in PARTS and not _blank(each)])
    return bare


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _blank(element: ElementTree.Element) -> bool:
    """A path that a mouse would feel and nobody sees."""
    return element.get("class") in ("background", "foreground") and not (
        {"fill", "stroke"} & element.attrib.keys()
    )


def _rename(root: ElementTree.Element, name: str) -> None:
    """Ids in the order they stand, so that two pictures of a page never share one."""
    found = [each for each in root.iter() if "id" in each.attrib]
    names = {each.attrib["id"]: f"{name}-{count}" for count, each in enumerate(found, start=1)}
    for each in root.iter():
        for key, value in each.attrib.items():
            if key == "id":
                each.set(key, names[value])
            else:
                each.set(key, re.sub(r"url\(#([^)]*)\)", lambda at: f"url(#{names.get(at[1], name)})", value))
