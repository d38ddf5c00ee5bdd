"""An executed notebook as one HTML file: no request, no code shown, nothing from the data believed.

The template is ours; nbconvert runs it. Each figure holds a picture, which the Vega bundle inside the page replaces
with a drawing as wide as its place, where scripts run: a content security policy allows these two, by their hashes,
and nothing else. The bundle takes the place of a marker after the template has run, so that nothing parses a megabyte
of script again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import FileSystemLoader
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from policymodel.charts.bundle import vega_bundle
from policymodel.charts.picture import picture
from policymodel.charts.readout import readout
from policymodel.errors import InputError, Problem
from policymodel.report.display import MIME
from policymodel.report.index import SCROLLS
from policymodel.report.tree import tree
from policymodel.style import LIGHT, custom_properties
from policymodel.whole import write_text
from policymodel.words.catalogues import ENDONYMS, translate
from policymodel.words.flags import OPEN
from policymodel.words.page import REPLAY
from policymodel.words.procedure import APPROVED, PROVISIONAL
from policymodel.words.sentences import Sentence, render, say

TEMPLATE = Path(__file__).with_name("template")
BUNDLE_MARKER = "/*vega*/"
LABELS: dict[str, Sentence] = {
    "contents": say("Contents"),
    "answer": say("The answer"),
    "trust": say("How far to trust it"),
    "language": say("Language"),
    "replay": REPLAY,
    "provisional": PROVISIONAL,
    "approved": APPROVED,
    "illustrative": say("Illustrative"),
    "figures": say("The figures of this chart"),
    "scroll": SCROLLS,
    "skip": say("Skip to the answer"),
    "made": say("How it is made"),
    "formula": say("Formula"),
    "counted": say("Who and what counts"),
    "example": say("An invented example"),
    "more": say("Read more in this section"),
}


class PageExporter(TemplateExporter):
    """nbconvert's machinery with our template, and with escaping on for everything."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def __init__(self, **settings: Any) -> None:
        super().__init__(extra_loaders=[FileSystemLoader(TEMPLATE)], template_file="page.html.j2", **settings)

    def _create_environment(self) -> Any:
        environment = super()._create_environment()
        environment.autoescape = True
        environment.filters["tree"] = tree
        environment.trim_blocks = environment.lstrip_blocks = True
        return environment


def render_html(notebook_path: Path | str, language: str, out_path: Path | str) -> Path:
    """Write the page of an executed notebook in one language; a notebook that failed is refused.

    The other languages of the page are linked beside it: `report.en.html` knows `report.zh-Hant.html`.
    """
    out = Path(out_path)
    notebook = nbformat.read(notebook_path, as_version=4)
    if problems := list(_unfit(notebook, language)):
        raise InputError(str(notebook_path), problems)
    content = list(_content(notebook, language))
    resources = _resources(content, _languages(notebook), language, out.name)
    # by itself: the exporter would first copy and check the whole notebook, of which the template reads nothing
    page = _template().render(resources=resources)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_text(_with_bundle(page), out)
    return out


def render_content(
    content: list[dict[str, Any]], language: str, languages: list[str], out_path: Path | str, look: str = ""
) -> Path:
    """Write a page from its finished content, without a notebook of its own.

    `look` is what the style sheet knows it by, where it looks otherwise than a report.
    """
    out = Path(out_path)
    page = _template().render(resources=_resources(content, languages, language, out.name, look))
    out.parent.mkdir(parents=True, exist_ok=True)
    write_text(_with_bundle(page), out)
    return out


def _with_bundle(page: str) -> str:
    """The page with the drawing script in its element, where it has one; the marker in somebody's text stays text."""
    opens, closes = '<script type="module">', "</script>"
    marker = f"{opens}{BUNDLE_MARKER}{closes}"
    return page.replace(marker, f"{opens}{_bundle()}{closes}") if marker in page else page


@cache
def _template() -> Any:
    """Compiled once for all pages of a run."""
    return PageExporter().template


def _unfit(notebook: Any, language: str) -> Iterator[Problem]:
    """Why this notebook is no report."""
    covers = 0
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        for output in cell.outputs:
            if output.output_type == "error":
                yield Problem(f"cell {index + 1}", f"it failed: {output.ename}: {output.evalue}")
            content = output.get("data", {}).get(MIME, {})
            covers += any(item["kind"] == "cover" for item in content.get(language, []))
        if cell.execution_count is None:
            yield Problem(f"cell {index + 1}", "it was not run", "run the notebook to its end first")
    if notebook.metadata.get("papermill", {}).get("exception"):
        yield Problem("", "the run of this notebook ended in an error")
    if not covers:
        yield Problem("", f"no cell shows a cover in {language}", "the languages are those of the run file")


def _resources(
    content: list[dict[str, Any]], languages: list[str], language: str, name: str, look: str = ""
) -> dict[str, Any]:
    """Everything the template says, already in its language."""
    cover = next(item for item in content if item["kind"] == "cover")
    sections = _sections(content, language)
    places = {section["source"]: section["id"] for section in sections}
    script = _asset("charts.js")
    hashes = " ".join(f"'{each}'" for each in (_bundle_hash(), _hash(script)))
    return {
        "page": {
            "language": language,
            "look": look,
            "siblings": [
                {
                    "code": code,
                    "name": ENDONYMS[code],
                    "here": code == language,
                    "href": name.replace(f".{language}.", f".{code}."),
                }
                for code in languages
            ],
            "labels": {key: render(label, language) for key, label in LABELS.items()},
            "cover": cover
            | {"tiles": [tile | {"place": places.get(tile["section"], "")} for tile in cover["tiles"]]},
            "sections": sections,
            "charts": any(item["kind"] == "chart" for section in sections for item in section["items"]),
            "policy": "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
            f"style-src 'unsafe-inline'; script-src {hashes}",
            "style": Markup(custom_properties() + _asset("page.css") + _footer(cover, language)),
            "script": Markup(script),
            "bundle": Markup(BUNDLE_MARKER),
        }
    }


def _languages(notebook: Any) -> list[str]:
    """The languages of the page in the order of its run; the notebook's file sorts what it holds."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for items in output.get("data", {}).get(MIME, {}).values():
                for item in items:
                    if item["kind"] == "cover":
                        return list(item["languages"])
    return []


def _content(notebook: Any, language: str) -> Iterator[dict[str, Any]]:
    """Markdown and shown items in the order of the cells; code, prints and results are not part of a page."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            source = cell.source.strip()
            yield {"kind": "markdown", "text": translate(source, language), "source": source}
        for output in cell.get("outputs", []):
            yield from output.get("data", {}).get(MIME, {}).get(language, [])


def _sections(content: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    """One section for each heading of the second level with anything below; a sentence is said once in a section."""
    sections: list[dict[str, Any]] = []
    charts = 0
    for item in content:
        if item["kind"] == "markdown" and item["text"].startswith("## "):
            heading, _, rest = item["text"].partition("\n")
            sections.append(
                {
                    "id": f"section-{len(sections) + 1}",
                    "heading": heading.removeprefix("## "),
                    "source": (source := item["source"].partition("\n")[0].removeprefix("## ")),
                    "open": source == OPEN,
                    "items": [],
                }
            )
            item = {"kind": "markdown", "text": rest.strip()}
        if not sections or item["kind"] == "cover" or item in sections[-1]["items"]:
            continue
        if item["kind"] == "markdown":
            if item["text"]:
                sections[-1]["items"].append({"kind": "prose", "html": _markdown(item["text"])})
        elif item["kind"] == "chart":
            charts += 1
            sections[-1]["items"].append(_figure(item, f"chart-{charts}", language))
        else:
            sections[-1]["items"].append(item)
    return [section for section in sections if section["items"]]


def _figure(item: dict[str, Any], name: str, language: str) -> dict[str, Any]:
    """A chart as the page has it: its picture, and the specification it is drawn from."""
    spec = item["spec"]
    return item | {
        "id": name,
        "spec": _json(spec),
        "picture": Markup(picture(spec, language, name)),
        "readout": item.get("figures") or readout(spec, language),
    }


def _footer(cover: dict[str, Any], language: str) -> str:
    """What stands below each printed sheet: whose page, which title, that it is provisional, and the page number."""
    mark = f" · {render(PROVISIONAL, language)}" if cover["provisional"] else ""
    words = "".join(f"\\{ord(each):06x}" for each in f"{cover['place']} · {cover['title']}{mark}")
    look = f"font-size: 8pt; color: {LIGHT['muted']};"
    return (
        f'\n@page {{ @bottom-left {{ content: "{words}"; {look} }}'
        f' @bottom-right {{ content: counter(page) " / " counter(pages); {look} }} }}\n'
    )


def _markdown(text: str) -> Markup:
    writer = IPythonRenderer(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
    return Markup(MarkdownWithMath(renderer=writer).render(text))


def _json(spec: dict[str, Any]) -> Markup:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(spec, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return Markup(re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text))


@cache
def _asset(name: str) -> str:
    return (TEMPLATE / name).read_text(encoding="utf-8")


@cache
def _bundle() -> str:
    """The drawing script; it must not end its own element."""
    script = vega_bundle()
    assert "</script" not in script.lower()
    return script


@cache
def _bundle_hash() -> str:
    return _hash(_bundle())


def _hash(script: str) -> str:
    """The name by which a content security policy allows one script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
