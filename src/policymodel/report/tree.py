"""The tree of an account as a page has it: thousands of branches, so written here and not by the template."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup, escape


def tree(branches: Iterable[dict[str, Any]]) -> Markup:
    """The branches as items of a list, each closed over what is below it.

    >>> leaf = {"kind": "leaf", "words": "a < b", "value": "2", "source": "", "note": "", "below": [], "rows": []}
    >>> print(tree([leaf]))
    <li class="of-leaf">
    <div class="line"><span class="words">a &lt; b</span><span class="amount number">2</span></div>
    </li>
    <BLANKLINE>
    <BLANKLINE>
    """
    written: list[str] = []
    for each in branches:
        _branch(each, written)
    return Markup("".join(written))


def _branch(branch: dict[str, Any], written: list[str]) -> None:
    kind, value = branch["kind"], escape(branch["value"])
    step = kind == "step"
    worked_out = f' = <span class="number">{value}</span>' if step else ""
    beside = "".join(f" <small>{escape(each)}</small>" for each in (branch["source"], branch["note"]) if each)
    amount = "" if step else f'<span class="amount number">{value}</span>'
    line = f'<span class="words">{escape(branch["words"])}{worked_out}{beside}</span>{amount}'
    written.append(f'<li class="of-{escape(kind)}">\n')
    if branch["below"] or branch["rows"]:
        written.append(f"<details{' open' if branch['open'] else ''}><summary>{line}</summary>\n<ul>\n")
        for inner in branch["below"]:
            _branch(inner, written)
        for row in branch["rows"]:
            size = f'<span class="number">{escape(row["value"])}</span>'
            written.append(f'<li class="rows">{escape(row["words"])} = {size}</li>\n')
        written.append("</ul>\n</details>\n")
    else:
        written.append(f'<div class="line">{line}</div>\n')
    written.append("</li>\n\n")
