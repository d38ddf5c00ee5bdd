"""Pages of single amounts: two clicks from a headline, whole without scripts, and nobody named on them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policymodel.cli import main
from policymodel.disclosure import Promise, Secrets, scan_html
from policymodel.disclosure.pseudonyms import new_key, pseudonyms, read_key
from policymodel.draws import Draws
from policymodel.history.store import write_store
from policymodel.history.synthetic import write_bank
from policymodel.periods import Period
from policymodel.report.accounts import account_page, accounts_of
from policymodel.report.display import contents
from policymodel.report.html import render_content
from policymodel.report.persons import about_persons, people, write_people
from policymodel.report.session import open_session
from policymodel.words.cover import PEOPLE, cover
from policymodel.words.sentences import say
from report.looking import VIEWS, faults, look, violations
from report.test_session import RUN
from test_payroll import paid

pytestmark = pytest.mark.thorough
SEEN = ("1280", "dark-390", "no-scripts", "paper")
PAY = RUN.rpartition("/runs/")[0] + "/schemes/s6_profit_centre.yaml"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """HR's page of a region of twelve, and a page a person in each of the three languages beside it."""
    folder = tmp_path_factory.mktemp("accounts")
    write_bank(folder / "bank", Draws(1), managers=24, regions=2)
    key = str(new_key(folder / "private" / "pseudonyms.key"))
    session = open_session("north", RUN, str(folder / "bank"), edition="regional_hr")
    write_people(session, key, str(folder / "people"))
    session = replace(session, run=session.run)
    things = [
        cover(session.page),
        say(f"## {PEOPLE}"),
        about_persons(session),
        people(session, key, "people"),
    ]
    for language in session.run.languages:
        items = contents(things, language)
        for each in items:
            if each["kind"] == "markdown":
                each["source"] = f"## {PEOPLE}"
        render_content(items, language, list(session.run.languages), folder / f"report.{language}.html")
    write_store(session.history, folder / "store")
    return session, folder, pseudonyms([str(each) for each in session.panel.managers], read_key(key))


def test_every_person_has_a_page_in_every_language(made):
    session, folder, named = made
    ids = {str(each) for each in session.payments["published"].totals()["manager_id"]}

    assert {path.name for path in (folder / "people").iterdir()} == {
        f"{named[each]}.{language}.html" for each in ids for language in session.run.languages
    }


def test_a_page_names_neither_managers_nor_clients(made):
    """Not even in another form; rows are told by file, number and what they hold."""
    session, folder, _ = made
    income = session.history.tables["client_income"]
    secrets = Secrets(
        {"the id of a manager": session.panel.managers, "the id of a client": income["client_id"].unique()}
    )
    for path in (folder / "people").glob("*.zh-Hant.html"):
        text = path.read_text("utf-8")

        assert scan_html(text, Promise(secrets, persons=True)) == []
        assert "client_income.csv.gz，第 " in text


def test_pages_stay_small(made):
    _, folder, _ = made

    assert max(path.stat().st_size for path in (folder / "people").iterdir()) < 1_500_000


def test_two_designs_with_one_pay_scheme_are_told_apart():
    """What one pays is not added to what the other pays, and each stands under its own title."""
    payments = paid(5)
    one, both = (dict.fromkeys(names, payments) for names in (["a"], ["a", "b"]))
    titles = {"a": "Published", "b": "Proposal"}
    said = say("x")
    alone, cover = (
        next(account_page(accounts_of(each, "M1", Period.parse("2025")), titles, "M1", said, said, said))
        for each in (one, both)
    )

    assert [tile.label for tile in cover.tiles] == ["Published", "Proposal"]
    assert [tile.number for tile in cover.tiles] == [alone.tiles[0].number] * 2


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_a_headline_is_two_clicks_from_a_person(made, page, page_errors, language):
    """The first number leads to the table, a name of the table to that person's tree."""
    session, folder, named = made
    page.goto((folder / f"report.{language}.html").as_uri())
    page.click(".tiles dd.number a >> nth=0")
    page.click("section:target tbody th a >> nth=0")

    page.wait_for_load_state()
    assert page.url.startswith((folder / "people" / "P-").as_uri())
    assert page.url.endswith(f".{language}.html")
    shown = next(each for each, name in named.items() if f"/{name}." in page.url)
    here = session.panel.employed(session.periods)[:, session.panel.managers.tolist().index(shown)]
    assert page.locator(".tree").count() == here.sum() * len(session.payments)
    assert page_errors == []


def first(made, language="en"):
    return min((made[1] / "people").glob(f"*.{language}.html"))


@pytest.mark.browser
def test_a_tree_opens_by_keyboard_alone(made, chromium):
    """Without scripts: a leaf is closed, takes the focus, and Enter opens it."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(first(made).as_uri())
    leaf = page.locator(".of-leaf > details").first
    inside = leaf.locator("ul > li").first

    assert not inside.is_visible()
    leaf.locator("> summary").focus()
    page.keyboard.press("Enter")
    assert inside.is_visible()
    context.close()


@pytest.mark.browser
def test_paper_shows_the_whole_tree(made, page):
    """Down to the last row of a file, whatever was closed on the screen."""
    page.goto(first(made).as_uri())
    page.emulate_media(media="print")
    rows = page.locator(".tree .rows")

    assert rows.count() > 50
    assert all(each.is_visible() for each in rows.all()[:: max(rows.count() // 20, 1)])


@pytest.fixture(scope="module")
def quarter(made):
    """The page of one person's quarter: every kind of node, and not so many that each is looked at in minutes."""
    session, folder, _ = made
    out = folder / "quarter.zh-Hans.html"
    words = ["explain", PAY, "--history", str(folder / "store"), "--plan-year", "2025", "--period", "2025-Q2"]
    assert (
        main([*words, "--manager", str(session.panel.managers[0]), "--lang", "zh-Hans", "--out", str(out)])
        == 0
    )
    return out


@pytest.mark.browser
@pytest.mark.parametrize("view", [each for each in VIEWS if each.name in SEEN], ids=lambda view: view.name)
def test_a_page_of_one_person_has_no_faults(quarter, chromium, view):
    """Telephone, dark, paper: nothing is cut off, and a screen reader finds nothing to complain of."""
    page = look(chromium, quarter, view, "", lambda problem: None)

    assert violations(page) + faults(page) == []
    page.close()


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (["--format", "tabel"], "'tabel' is no form; did you mean 'table'?"),
        (["--format", "page"], "a page is written to a file"),
        (["--format", "table", "--out", "x.html"], "'x.html' is no file for a table"),
        (["--format", "page", "--out", "x.csv"], "'x.csv' is no file for a page"),
        (["--out", "x.doc"], "'.doc' is no format we write"),
        (["--out", "nowhere/x.html"], "there is no folder nowhere"),
        (["--lang", "fr"], "'fr' is no language"),
        (["--manager", "nobody"], "there is no 'nobody' in this history"),
    ],
)
def test_what_cannot_be_written_is_said(made, capsys, monkeypatch, tmp_path, extra, said):
    session, folder, _ = made
    monkeypatch.chdir(tmp_path)
    who = str(session.panel.managers[0])
    words = ["explain", PAY, "--history", str(folder / "store"), "--plan-year", "2025", "--period", "2025-Q2"]

    assert main([*words, "--manager", who, *extra]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
