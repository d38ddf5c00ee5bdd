"""The invented bank: the same from the same seed, shaped as promised, its planted truth recoverable."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from policymodel.documents import read_yaml
from policymodel.draws import Draws
from policymodel.errors import InputError
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.record_tables import RECORDS
from policymodel.history.synthetic import BankSummary, Shocks, write_bank
from policymodel.history.synthetic.bank import FILES, SHOCKS, TRUTH
from policymodel.history.tables import TABLES

pytestmark = pytest.mark.thorough

MAPPING = Path(__file__).resolve().parents[2] / "params" / "mappings" / "bank.yaml"
COUNTS = ["wealth_accounts", "autodebit_agreements", "debit_cards", "ebanking_clients"]
POINTS = {"net_deposits": 15, "broker_links": 5} | dict.fromkeys(
    [*COUNTS, "insurance_sold", "credit_cards", "funds_sold"], 10
)


def read(folder: Path, file: str) -> pd.DataFrame:
    """A table of the bank as plain text and numbers, without the package's own reader."""
    numbers = {"actual", "amount", "target", "fte", "points"}
    frame = pd.read_csv(folder / file, dtype="str")
    return frame.assign(**{name: frame[name].astype(float) for name in numbers & set(frame.columns)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank of 960 people, 240 a region, so that shares and correlations are steady."""
    folder = tmp_path_factory.mktemp("bank")
    write_bank(folder, Draws(11), managers=960, headers="en")
    return folder


@pytest.fixture(scope="module")
def tables(folder: Path) -> dict[str, pd.DataFrame]:
    return {table: read(folder, file) for table, file in FILES.items()}


@pytest.fixture(scope="module")
def truth(folder: Path) -> pd.DataFrame:
    return pd.read_csv(
        folder / "truth" / "planted_truth.csv", dtype={"manager_id": "str", "outlet_id": "str"}
    )


@pytest.fixture(scope="module")
def cube(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Manager and quarter by measure; sums of what has rows."""
    activity = tables["activity"]
    quarter = (
        activity["month"].str[:4] + "-Q" + ((activity["month"].str[5:].astype(int) + 2) // 3).astype(str)
    )
    return activity.assign(quarter=quarter).pivot_table(
        index=["manager_id", "quarter"], columns="measure", values="actual", aggfunc="sum"
    )


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """Every file is the same to the byte from the same seed, and another from another; 0 is a seed."""
    for name, seed in [("a", 0), ("b", 0), ("c", 1)]:
        write_bank(tmp_path / name, Draws(seed), managers=40)

    a, b, c = (hashes(tmp_path / name) for name in "abc")
    assert sorted(a) == sorted([*FILES.values(), *TRUTH.values()])
    assert a == b
    # With one outlet a region both its reviewers are planted ones.
    same = {"outlets.csv", "calendar.csv", "fx.csv", TRUTH["reviewers"]}
    assert all(a[file] != c[file] for file in set(a) - same)
    # Bytes 5 to 8 of a gzip file are the time it was packed at: here none.
    assert (tmp_path / "a" / "activity.csv.gz").read_bytes()[4:8] == bytes(4)


@pytest.fixture(scope="module")
def two_and_four(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same bank with two regions and with four."""
    folder = tmp_path_factory.mktemp("regions")
    write_bank(folder / "two", Draws(5), managers=60, regions=2)
    write_bank(folder / "four", Draws(5), managers=120, regions=4)
    return folder / "two", folder / "four"


@pytest.mark.parametrize("file", [*FILES.values(), *TRUTH.values()])
def test_a_region_does_not_depend_on_the_others(two_and_four: tuple[Path, Path], file: str) -> None:
    """North and east are the same beside two more regions, which only add rows; days and rates are of all."""
    two, four = (read(folder, file) for folder in two_and_four)

    pd.testing.assert_frame_equal(two, four.head(len(two)))
    assert (len(four) > len(two)) == (file not in (FILES["calendar"], FILES["fx"]))


def test_planted_shocks_are_in_the_figures(tmp_path: Path) -> None:
    """The sales of people who stay grow each year by 8 %, by the group's shock and by the region's."""
    write_bank(
        tmp_path, Draws(4), managers=400, regions=2, months=48, headers="en", shocks=Shocks(0.2, 0.1, 0.0)
    )

    truth = pd.read_csv(tmp_path / SHOCKS["shocks"]).query("level != 'manager'")
    shock = truth.pivot_table(index=["family", "year"], columns="unit_id", values="shock")
    sales = read(tmp_path, FILES["activity"]).query("measure == 'debit_cards'")
    fates = read(tmp_path, TRUTH["truth"]).set_index("manager_id")
    stays = fates.index[fates["fate"] == "stayer"]
    rows = sales[sales["manager_id"].isin(stays)]
    yearly = rows.pivot_table(
        index=rows["month"].str[:4].astype(int),
        columns=rows["manager_id"].map(fates["region"]),
        values="actual",
        aggfunc="sum",
    )
    grown = np.log(yearly).diff().iloc[1:]
    planted = shock.loc["sales"]
    expected = planted[list(grown.columns)].to_numpy() + planted[["all"]].to_numpy() + np.log(1.08)
    assert np.abs(grown.to_numpy() - expected).max() < 0.03
    assert planted["all"].std() > 0.05


def test_shocks_are_of_whole_years(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="27 months are no whole years"):
        write_bank(tmp_path, Draws(1), managers=40, months=27, shocks=Shocks(0.1, 0.1, 0.1))


def test_summary_counts_what_was_written(tmp_path: Path) -> None:
    """The summary's rows are the files' rows; a bank may also be one small region."""
    bank = write_bank(tmp_path, Draws(3), managers=12, regions=1, months=30, first_month="2023-07")

    assert isinstance(bank, BankSummary)
    assert bank.rows == {table: len(read(tmp_path, file)) for table, file in FILES.items()}
    assert (bank.regions, bank.months, bank.outlets) == (("north",), "2023-07..2025-12", 1)
    assert set(read(tmp_path, "targets.csv")["期間"]) == {"2025"}


def test_as_many_clients_as_were_asked_for(tmp_path: Path) -> None:
    """203 clients for 25 people: 13 and 12 of them, so 105.56 and 97.44, whole 106 and 97."""
    bank = write_bank(tmp_path, Draws(3), managers=25, regions=2, clients=203)

    clients = read(tmp_path, "clients.csv")["客戶號"]
    assert (bank.rows["clients"], clients.nunique()) == (203, 203)
    assert clients.str[:2].value_counts().to_dict() == {"01": 106, "02": 97}


def test_default_bank_in_seconds(tmp_path: Path) -> None:
    """240 people in four regions, four outlets of about fifteen each, in seconds."""
    begin = time.perf_counter()
    bank = write_bank(tmp_path, Draws(2026))

    assert time.perf_counter() - begin < 10
    managers = read(tmp_path, "managers.csv").drop_duplicates("工號")
    assert managers.groupby("地區")["工號"].count().to_dict() == dict.fromkeys(bank.regions, 60)
    assert managers.groupby("網點")["工號"].count().between(10, 20).all()
    assert bank.outlets == 16


def test_every_header_is_mapped(tmp_path: Path) -> None:
    """Every Chinese header of every file belongs to a canonical column of bank.yaml, and each file is named there."""
    write_bank(tmp_path, Draws(1), managers=40)
    mapping = read_yaml(MAPPING)["tables"]

    assert {table: entry["file"] for table, entry in mapping.items()} == FILES
    for table, entry in mapping.items():
        assert list(read(tmp_path, entry["file"]).columns) == list(entry["columns"].values())
        assert set(entry["columns"]) <= set(TABLES[table].names)


def test_the_bank_reads_without_a_finding(tmp_path: Path) -> None:
    """Through bank.yaml every row is accepted, and none is even noted."""
    bank = write_bank(tmp_path, Draws(8), managers=80)
    history = read_history(tmp_path, read_mapping(MAPPING))

    assert history.findings.empty
    written = {
        **history.tables,
        "activity": history.tables["activity"].query("source_file == 'activity.csv.gz'"),
    }
    assert {table: len(written[table]) for table in FILES} == bank.rows
    assert set(history.tables["managers"]["region"]) == set(bank.regions)


def test_english_headers_are_the_canonical_names(tables: dict[str, pd.DataFrame]) -> None:
    """With English headers no column needs a mapping."""
    for table, frame in tables.items():
        assert set(frame.columns) <= set(TABLES[table].names)


def test_every_measure_is_declared(tables: dict[str, pd.DataFrame]) -> None:
    """Each declared measure has rows or is counted from records; the off-counter share is made from its two counts."""
    mapping = read_yaml(MAPPING)
    declared = mapping["measures"]

    ratio = declared.pop("off_counter_share")
    assert set(tables["activity"]["measure"]).isdisjoint(mapping["records"])
    assert {*tables["activity"]["measure"], *mapping["records"]} == set(declared)
    assert {ratio["top"], ratio["bottom"]} <= set(declared)


def test_ids_are_text_with_leading_zeros(tables: dict[str, pd.DataFrame]) -> None:
    """Seven digits for staff, the first a zero, so that a reader that makes numbers of them is found out."""
    assert tables["managers"]["manager_id"].str.fullmatch(r"0\d{6}").all()
    assert tables["outlets"]["outlet_id"].str.fullmatch(r"0\d{4}").all()
    assert tables["client_income"]["client_id"].str.fullmatch(r"0\d{7}").all()
    for table, column in [("managers", "valid_from"), ("events", "event_id")]:
        assert tables[table][column].notna().all()
    assert not tables["events"]["event_id"].duplicated().any()


def test_shares_that_come_go_and_move(truth: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> None:
    """3 % leave and 6 % join in the plan year, 3 % move outlet; one outlet of the north closes."""
    share = truth["fate"].value_counts(normalize=True)
    spells = tables["managers"]

    assert share["leaver"] == pytest.approx(0.03, abs=0.01)
    assert share["joiner"] == pytest.approx(0.06, abs=0.01)
    assert share["mover"] == pytest.approx(0.03, abs=0.01)
    assert (spells["valid_from"] > "2025").groupby(spells["manager_id"]).any().sum() > 0.1 * len(truth)
    closed = spells[spells["outlet_id"] == truth.loc[truth["fate"] == "relocated", "outlet_id"].iloc[0]]
    assert closed["valid_to"].max() == "2025-05-15"
    assert closed["valid_to"].notna().all()


def test_spells_follow_each_other(tables: dict[str, pd.DataFrame]) -> None:
    """A second spell begins the day after the first ends; nobody is at two places."""
    spells = tables["managers"]
    begin, end = pd.to_datetime(spells["valid_from"]), pd.to_datetime(spells["valid_to"])
    follows = spells["manager_id"] == spells["manager_id"].shift()

    assert ((begin - end.shift())[follows] == pd.Timedelta(days=1)).all()
    assert follows.sum() > 50
    assert (end[end.notna()] >= begin[end.notna()]).all()


@pytest.mark.parametrize(
    ("table", "day"),
    [("activity", "month"), ("client_income", "month"), ("events", "date"), ("transactions", "date")]
    + [(name, "date") for name in RECORDS if name in FILES and name != "assignments"],
)
def test_facts_lie_inside_employment(tables: dict[str, pd.DataFrame], table: str, day: str) -> None:
    """No figure, income, event, sale or record of a month or day in which the person was not there."""
    spells = tables["managers"].fillna({"valid_to": "9999-12-31"}).groupby("manager_id")
    facts = tables[table]
    width = facts[day].str.len().iloc[0]
    first = spells["valid_from"].min().str[:width].reindex(facts["manager_id"]).to_numpy()
    last = spells["valid_to"].max().str[:width].reindex(facts["manager_id"]).to_numpy()

    assert ((facts[day].to_numpy() >= first) & (facts[day].to_numpy() <= last)).all()


def test_zeros_and_negatives(tables: dict[str, pd.DataFrame], cube: pd.DataFrame) -> None:
    """Scarce products are zero in 20 to 30 % of person-quarters; net deposits fall below zero, a few for a year."""
    activity = tables["activity"].set_index("measure")["actual"]
    deposits = tables["activity"].query("measure == 'net_deposits' and month < '2025'")
    base = deposits.groupby("manager_id")["actual"].sum()

    assert 0.18 < (cube["broker_links"] == 0).mean() < 0.32
    assert 0.18 < (cube["credit_cards"] == 0).mean() < 0.32
    assert (cube["debit_cards"] == 0).mean() < 0.01
    assert 0.10 < (activity["net_deposits"] < 0).mean() < 0.25
    assert 0.01 < (base <= 0).mean() < 0.06
    assert (activity.drop("net_deposits") >= 0).all()


def test_off_counter_share_swings_with_the_season(tables: dict[str, pd.DataFrame]) -> None:
    """High in November, half of it in January, high again in February."""
    months = tables["activity"].pivot_table(index="month", columns="measure", values="actual", aggfunc="sum")
    share = months["off_counter_business"] / months["total_business"]

    assert share["2024-11"] > share["2024-02"] > share["2024-06"] > 1.4 * share["2024-01"]
    assert share["2025-01"] < 0.6 * share["2024-11"]


def test_one_duty_mark_a_quarter(tables: dict[str, pd.DataFrame]) -> None:
    """Everybody has one mark from 0 to 100 for each quarter with work, in the last month of work."""
    marks = tables["activity"].query("measure == 'duty_mark'")
    worked = tables["activity"].query("measure == 'total_business'")

    def quarters(frame: pd.DataFrame) -> pd.Series:
        return (
            frame["manager_id"]
            + frame["month"].str[:4]
            + ((frame["month"].str[5:].astype(int) + 2) // 3).astype(str)
        )

    assert not quarters(marks).duplicated().any()
    assert set(quarters(marks)) == set(quarters(worked))
    assert marks["actual"].between(0, 100).all()


def test_income_is_plausible_and_grows(tables: dict[str, pd.DataFrame], truth: pd.DataFrame) -> None:
    """A portfolio brings 1 to 5 million a year, the bank's income grows by about 8 %, fees are often nothing."""
    income = tables["client_income"]
    year = income.groupby(["manager_id", income["month"].str[:4]])["amount"].sum().unstack()
    there = truth.loc[truth["fate"].isin(["stayer", "promoted"]), "manager_id"]
    ratio = (year["2025"] / year["2024"])[there]

    assert 1.0e6 < year["2024"].quantile(0.05) < year["2024"].quantile(0.95) < 5.0e6
    assert 1.04 < year["2025"].sum() / year["2024"].sum() < 1.14
    assert 0.75 < ratio.quantile(0.05) < 1.0 < ratio.quantile(0.95) < 1.6
    rows = income["line"].value_counts()
    assert rows["fee"] < 0.5 * rows["deposit"]
    clients = income.groupby("manager_id")["client_id"].nunique()
    assert 12 <= clients[there].median() <= 20


def test_clients_are_handed_over(tables: dict[str, pd.DataFrame], truth: pd.DataFrame) -> None:
    """A leaver's clients are credited to one colleague of the same region from the month after; nobody has three."""
    income = tables["client_income"].merge(truth[["manager_id", "fate", "region"]], on="manager_id")
    holders = income.groupby("client_id")["manager_id"].nunique()
    regions = income.groupby("client_id")["region"].nunique()
    left = income.loc[income["fate"] == "leaver"].groupby("client_id")["month"].max()
    after = income[income["client_id"].isin(left.index) & (income["fate"] != "leaver")]

    last_day = tables["managers"].groupby("manager_id")["valid_to"].max()
    own = income[income["fate"] == "leaver"].groupby("manager_id")["month"].max()

    assert set(holders) == {1, 2}
    assert set(regions) == {1}
    assert (own == last_day[own.index].str[:7]).all()
    assert (after["month"].to_numpy() > left[after["client_id"]].to_numpy()).all()
    assert after["client_id"].nunique() > 0.8 * len(left)
    assert set(income.loc[income["client_id"].isin(holders[holders == 2].index), "fate"]) >= {
        "joiner",
        "relocated",
    }


def in_yuan(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The income of all clients at the average rate of each month."""
    rates = tables["fx"].set_index(["currency", "month"])["average"].astype(float).to_dict()
    income = tables["client_income"]
    rate = [rates.get(each, 1.0) for each in zip(income["currency"], income["month"], strict=True)]
    return income.assign(amount=income["amount"] * rate)


def test_some_income_comes_in_dollars(tables: dict[str, pd.DataFrame]) -> None:
    """Of about one client in twenty all of it, with a rate for every month (S6.2)."""
    income, rates = tables["client_income"], tables["fx"]
    of_client = income.groupby("client_id")["currency"].agg(["nunique", "first"])

    assert (of_client["nunique"] == 1).all()
    assert 0.02 < (of_client["first"] == "USD").mean() < 0.08
    assert set(income["month"]) <= set(rates["month"])
    assert rates["average"].astype(float).between(7, 7.3).all()


def test_targets_ask_eight_percent_more(tables: dict[str, pd.DataFrame], truth: pd.DataFrame) -> None:
    """A region's target is its own last year and 8 %; of income, the 8 % alone; hand-set ones are smaller than it."""
    regions = truth.set_index("manager_id")["region"]
    apart = tables["managers"].loc[tables["managers"]["plan"].notna(), "manager_id"]
    activity, income = (
        table[~table["manager_id"].isin(apart)].query("month < '2025'")
        for table in (tables["activity"], in_yuan(tables))
    )
    base = activity.groupby([activity["manager_id"].map(regions), "measure"])["actual"].sum()
    received = income.groupby([income["manager_id"].map(regions), "line"])["amount"].sum()
    targets = tables["targets"].set_index(["unit_id", "measure"])
    region = targets.loc[targets["level"] == "region", "target"]

    assert set(region.index.levels[1]) == {*POINTS, "interest", "deposit", "fee"}
    for (unit, measure), target in region.items():
        asked = 1.08 * base[unit, measure] if measure in POINTS else 0.08 * received[unit, measure]
        assert target == pytest.approx(asked, rel=0.01)
    hand = targets[targets["level"] == "manager"].reset_index()
    parent = region.reindex(pd.MultiIndex.from_arrays([hand["unit_id"].map(regions), hand["measure"]]))
    assert (hand["target"].to_numpy() < 0.1 * parent.to_numpy()).all()
    assert (hand["target"] == 0).any()


def test_separate_book_managers_keep_their_clients(tables: dict[str, pd.DataFrame]) -> None:
    """One of thirty people stands under the separate-book plan throughout, and shares no client with anybody (S6.8)."""
    spells = tables["managers"]
    apart = set(spells.loc[spells["plan"] == "separate_book", "manager_id"])
    held = tables["client_income"].groupby("client_id")["manager_id"].agg(set)

    assert spells.groupby("region")["plan"].count().tolist() == [8, 8, 8, 8]
    assert not spells["manager_id"].isin(apart).groupby(spells["manager_id"]).sum()[list(apart)].gt(1).any()
    assert spells.set_index("manager_id").loc[list(apart), "valid_to"].isna().all()
    assert all(each <= apart and len(each) == 1 for each in held if each & apart)


def test_who_stands_apart_moves_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nobody under another plan all is the same but the plan, its clients and the ordinary one's targets."""
    for name, one_of in (("some", 30), ("none", 10_000)):
        monkeypatch.setattr("policymodel.history.synthetic.portfolios.PEOPLE_A_SEPARATE_BOOK_MANAGER", one_of)
        write_bank(tmp_path / name, Draws(2), managers=60, regions=1)
    some, none = (hashes(tmp_path / name) for name in ("some", "none"))

    assert {file for file in some if some[file] != none[file]} == {
        "managers.csv",
        "targets.csv",
        "clients.csv",
    }
    assert read(tmp_path / "some", "managers.csv")["適用辦法"].tolist().count("separate_book") == 2
    assert read(tmp_path / "none", "managers.csv")["適用辦法"].isna().all()


def test_events(tables: dict[str, pd.DataFrame]) -> None:
    """Complaints come by several channels and are not all verified; findings carry points and nothing else does."""
    events = tables["events"]
    complaint = events["event"] == "complaint"

    assert set(events.loc[complaint, "channel"]) == {"hotline", "branch", "letter"}
    assert 0.4 < (events.loc[complaint, "verified"] == "yes").mean() < 0.9
    finding = events["event"] == "inspection_finding"
    assert events.loc[finding, "points"].between(1, 5).all()
    assert events.loc[~finding, "points"].isna().all()
    assert 0.25 < len(events) / 960 / 2 < 0.6


def test_planted_ability_and_territory_are_recovered(cube: pd.DataFrame, truth: pd.DataFrame) -> None:
    """Regressed on the two planted figures, the log of a year's sales has both slopes at 1."""
    there = truth[truth["fate"] == "stayer"]
    base = cube.loc[there["manager_id"], COUNTS].reset_index()
    year = base[base["quarter"] < "2025"].groupby("manager_id")[COUNTS].sum().loc[there["manager_id"]]
    sales = np.log(year).mean(axis=1).to_numpy()
    territory = there["territory_region"] + there["territory_outlet"]
    design = np.column_stack([np.ones(len(there)), there["ability"], territory])
    slopes = np.linalg.lstsq(design, sales, rcond=None)[0]

    assert slopes[1] == pytest.approx(1, abs=0.1)
    assert slopes[2] == pytest.approx(1, abs=0.15)
    assert np.corrcoef(there["ability"], sales)[0, 1] > 0.6


def test_planted_luck_is_the_swing_between_quarters(cube: pd.DataFrame, truth: pd.DataFrame) -> None:
    """The third with the largest luck scale swings more from quarter to quarter than the third with the smallest."""
    there = truth[truth["fate"] == "stayer"]
    sales = np.log(cube[COUNTS].sum(axis=1)).unstack().loc[there["manager_id"]]
    swing = sales.sub(sales.mean()).var(axis=1).to_numpy()
    third = pd.qcut(there["luck_scale"], 3, labels=False).to_numpy()

    assert swing[third == 2].mean() > 1.5 * swing[third == 0].mean()


def test_planted_reviewer_bias_is_recovered(tables: dict[str, pd.DataFrame], truth: pd.DataFrame) -> None:
    """An outlet's mean duty mark, less what its people deserve, is its reviewer's bias."""
    marks = tables["activity"].query("measure == 'duty_mark'").groupby("manager_id")["actual"].mean()
    there = truth[truth["fate"] == "stayer"].set_index("manager_id")
    rest = marks[there.index] - 8 * there["diligence"] - 8 * there["ability"]
    outlets = rest.groupby(there["outlet_id"]).mean()
    bias = there.groupby("outlet_id")["reviewer_bias"].first()

    assert np.corrcoef(outlets, bias)[0, 1] > 0.95
    assert (outlets - bias).mean() == pytest.approx(78, abs=1)


def test_a_quarters_score_is_half_reliable(cube: pd.DataFrame, truth: pd.DataFrame) -> None:
    """Points of one quarter, everybody in a region with the same target, correlate 0.45 to 0.65 with another's.

    The reliability is the mean correlation between two quarters of the plan year, as between two halves of a test.
    """
    there = truth[truth["fate"] == "stayer"].set_index("manager_id")["region"]
    score = sum(
        points
        * cube[measure]
        / cube[measure].groupby([cube.index.get_level_values(0).map(there), "quarter"]).transform("mean")
        for measure, points in POINTS.items()
    )
    quarters = score.unstack().loc[there.index, ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]]
    between = quarters.corr().to_numpy()[np.triu_indices(4, 1)]

    assert 0.45 < between.mean() < 0.65


def test_refusals_name_everything_at_once(tmp_path: Path) -> None:
    """A size that cannot be is refused in one go, and nothing is written."""
    with pytest.raises(InputError) as refused:
        write_bank(tmp_path / "x", Draws(1), managers=20, regions=4, months=20, first_month="2024-02")

    assert [problem.place for problem in refused.value.problems] == ["managers", "months", "first_month"]
    assert "write 40 to 39996" in str(refused.value)
    assert not (tmp_path / "x").exists()


@pytest.mark.slow
def test_twenty_thousand_managers(tmp_path: Path) -> None:
    """A large bank takes a minute or so; all its facts are there."""
    begin = time.perf_counter()
    bank = write_bank(tmp_path, Draws(1), managers=20_000, regions=18)

    assert time.perf_counter() - begin < 180
    assert bank.rows["activity"] > 5_000_000
    assert bank.rows["client_income"] > 12_000_000
