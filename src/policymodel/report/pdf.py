"""A page as a PDF, printed by a Chromium that is already on the machine: tagged, with an outline and page numbers.

What is printed is the page without its scripts, so every chart is the picture that stands in it, as vectors, and the
same page gives the same sheets. A summary has the cover, the answer, what is still open, and each section's
claims and charts.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from policymodel.errors import InputError, PolicymodelError, Problem
from policymodel.whole import whole

VARIABLE = "CHROMIUM"
NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"),
    *("microsoft-edge", "microsoft-edge-stable"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
"""Where a Chromium may be: on the path, or where macOS and Windows put it."""
FLAGS = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-quic"),
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer"),
    *("--export-tagged-pdf", "--generate-pdf-document-outline"),
)
SECONDS = 120
SUMMARY_PAGES = 5
OPEN_SECTION = re.compile(r'<section class="part wide open".*?</section>', re.DOTALL)
FONT_TESTS = {"zh-Hant": ":lang=zh-tw", "zh-Hans": ":lang=zh-cn"}


def find_chromium() -> Path:
    """The Chromium to print with: the one the variable CHROMIUM names, or the first of the known names.

    Chrome and Edge are Chromiums too. Where there is none, a sentence says what to do.
    """
    if named := os.environ.get(VARIABLE, ""):
        found = shutil.which(named)
        if found is None:
            what = f"the variable {VARIABLE} names {named}, which is no program"
            raise InputError("PDF", [Problem("", what, "give it the path of Chromium, Chrome or Edge")])
        return Path(found)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    what = "a PDF is printed by Chromium, Chrome or Edge, and there is none"
    raise InputError("PDF", [Problem("", what, f"install one, or give its path in the variable {VARIABLE}")])


def check_fonts(languages: Sequence[str]) -> None:
    """Refuse to print empty boxes: a Chinese page needs a font with its characters.

    Asked of fontconfig; macOS and Windows bring such fonts along.
    """
    asks = shutil.which("fc-list")
    if asks is None or sys.platform in ("darwin", "win32"):
        return
    for language in languages:
        if pattern := FONT_TESTS.get(language):
            fonts = subprocess.run([asks, pattern, "family"], capture_output=True, check=False)
            if fonts.returncode == 0 and not fonts.stdout.strip():
                what = f"no font on this machine has the characters of {language}"
                right = "install one, for example the package fonts-noto-cjk"
                raise InputError("PDF", [Problem("", what, right)])


def write_pdf(page: Path | str, out: Path | str | None = None, summary: bool = False) -> Path:
    """Print a page that a run has written, beside it unless `out` says where; whole or not at all."""
    source = Path(page)
    target = Path(out) if out is not None else source.with_suffix(".summary.pdf" if summary else ".pdf")
    text = _page_of(source)
    browser = find_chromium()
    check_fonts([text.partition('<html lang="')[2].partition('"')[0]])
    target.parent.mkdir(parents=True, exist_ok=True)
    with whole(target) as part:
        part.write_bytes(_summary(browser, text) if summary else _printed(browser, text))
    return target


def sheets(pdf: bytes) -> int:
    """How many pages a PDF printed by Chromium has.

    >>> sheets(b"<</Type /Pages /Count 1>> <</Type /Page /Parent 1 0 R>>")
    1
    """
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def _page_of(source: Path) -> str:
    """The page without what runs."""
    try:
        text = source.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        text = ""
    if '<html lang="' not in text or 'class="cover"' not in text:
        what = "is no page that policymodel run has written"
        raise InputError(str(source), [Problem("", what, "give a report.LANGUAGE.html of a run's folder")])
    return re.sub(r'<script type="module">.*?</script>', "", text, flags=re.DOTALL)


def _summary(browser: Path, text: str) -> bytes:
    """The page without tables and remarks, and without its last sections until it has no more than five sheets.

    What is still open comes first, so that it is never among them.
    """
    still_open = OPEN_SECTION.findall(text)
    first, *rest = OPEN_SECTION.sub("", text).partition('<section class="part')
    short = "".join([first, *still_open, *rest]).replace("<html ", '<html class="summary" ', 1)
    sections = short.count('<section class="part')
    for kept in range(sections, 0, -1):
        rule = f"<style>.part ~ .part:nth-of-type(n + {kept + 2}) {{ display: none; }}</style></head>"
        pdf = _printed(browser, short.replace("</head>", rule, 1))
        if sheets(pdf) <= SUMMARY_PAGES:
            break
    return pdf


def _printed(browser: Path, text: str) -> bytes:
    """One start of the browser, with a profile and a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="policymodel-pdf-", ignore_cleanup_errors=True) as folder:
        page, pdf = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(text, encoding="utf-8", newline="\n")
        command = [
            str(browser),
            *FLAGS,
            f"--user-data-dir={Path(folder, 'profile')}",
            f"--print-to-pdf={pdf}",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append(
                "--no-sandbox"
            )  # Chromium's sandbox does not start for root; the page has no script
        try:
            ended = subprocess.run(
                [*command, page.as_uri()], capture_output=True, check=False, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            raise PolicymodelError(
                f"{browser.name} did not print the page within {SECONDS} seconds"
            ) from None
        if ended.returncode != 0 or not pdf.is_file():
            raise PolicymodelError(
                f"{browser.name} printed nothing (exit code {ended.returncode}); try it by hand: open the page and "
                "print it to a PDF"
            )
        return pdf.read_bytes()
