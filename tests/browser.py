"""A real Chromium for the tests that open a page.

    @pytest.mark.browser
    def test_opens_offline(page, requests_made, page_errors, tmp_path):
        page.goto((tmp_path / "report.html").as_uri())

        assert requests_made == []
        assert page_errors == []

Without Chromium these tests are skipped; where POLICYMODEL_BROWSER=require is set they fail instead.
"""

import asyncio
import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

__all__ = ["chromium", "page", "page_errors", "requests_made"]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

LOCAL = ("file:", "data:", "blob:", "about:")


def executable() -> str | None:
    """The Chromium to use: the one that CHROMIUM names, or the first on the path."""
    return os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


@pytest.fixture(scope="session")
def _playwright() -> Iterator[tuple[Playwright, asyncio.AbstractEventLoop]]:
    """Playwright, and the event loop it works on.

    Its synchronous interface leaves that loop marked as running for as long as it is open,
    and then every other test of this process that calls `asyncio.run` fails. So the mark is
    taken away here and set again only while a test holds a page.
    """
    with sync_playwright() as playwright:
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield playwright, loop
        asyncio._set_running_loop(loop)
    asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def printer() -> str:
    """The Chromium to open and print pages with; without one the test is left out, or fails where it must be there."""
    path = executable()
    if path is None:
        message = "no Chromium on the path, and CHROMIUM names none"
        if os.environ.get("POLICYMODEL_BROWSER") == "require":
            pytest.fail(message)
        pytest.skip(message)
    return path


@pytest.fixture(scope="session")
def _chromium(
    request: pytest.FixtureRequest, printer: str
) -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """One Chromium for each process of the test run, each with a profile of its own."""
    playwright, loop = request.getfixturevalue("_playwright")
    asyncio._set_running_loop(loop)
    browser = playwright.chromium.launch(executable_path=printer, args=FLAGS)
    asyncio._set_running_loop(None)
    yield browser, loop
    asyncio._set_running_loop(loop)
    browser.close()
    asyncio._set_running_loop(None)


@pytest.fixture
def chromium(_chromium: tuple[Browser, asyncio.AbstractEventLoop]) -> Iterator[Browser]:
    """The browser, for tests that make contexts of their own, such as one with another screen size."""
    browser, loop = _chromium
    asyncio._set_running_loop(loop)
    yield browser
    for context in browser.contexts:
        context.close()
    asyncio._set_running_loop(None)


@pytest.fixture
def page(chromium: Browser) -> Page:
    """An empty page in a fresh context without a network."""
    return chromium.new_context(offline=True, locale="en-GB", reduced_motion="reduce").new_page()


@pytest.fixture
def requests_made(page: Page) -> list[str]:
    """Every address the page asks for, other than files of its own; filled while the test runs."""
    found: list[str] = []
    page.on("request", lambda asked: found.append(asked.url) if not asked.url.startswith(LOCAL) else None)
    return found


@pytest.fixture
def page_errors(page: Page) -> list[str]:
    """Every error the page throws or writes to its console; filled while the test runs."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    return found
