"""A small bank of two regions, written to a folder; each test changes what it is about."""

from collections.abc import Callable
from pathlib import Path

import pytest

from policymodel.history import History, read_history, read_mapping

FILES = {
    "managers.csv": (
        "manager_id,name,region,outlet_id,grade,fte,valid_from,valid_to\n"
        "M1,Ann,North,N1,A,1,2024-01-01,\n"
        "M2,Bea,North,N2,B,0.5,2024-01-01,2024-02-15\n"
        "M2,Bea,South,S1,B,0.5,2024-02-16,\n"
        "M3,Cho,South,S1,B,1,2024-02-10,2024-03-20\n"
    ),
    "outlets.csv": "outlet_id,name,region\nN1,First,North\nN2,Second,North\nS1,Third,South\n",
    "activity.csv": (
        "manager_id,month,measure,actual\n"
        "M1,2024-01,cards,3\n"
        "M1,2024-02,cards,\n"
        "M1,2024-01,deposits,-12.50\n"
        "M2,2024-01,cards,1\n"
        "M2,2024-02,cards,2\n"
        "M3,2024-02,cards,0\n"
    ),
    "targets.csv": (
        "level,unit_id,measure,period,target\n"
        "region,North,cards,2024,10\n"
        "outlet,N1,cards,2024,6\n"
        "outlet,N2,cards,2024,4\n"
        "manager,M3,cards,2024-Q1,2\n"
    ),
    "events.csv": (
        "event_id,manager_id,date,event,channel,verified,points\n"
        "E1,M1,2024-01-20,complaint,hotline,yes,\n"
        "E2,M2,2024-02-20,breach,inspection,no,2.5\n"
    ),
    "client_income.csv": (
        "client_id,manager_id,month,line,currency,amount\n"
        "C1,M1,2024-01,interest,CNY,100.25\n"
        "C1,M2,2024-03,interest,CNY,80\n"
        "C2,M2,2024-01,fee,CNY,7\n"
    ),
}
MAPPING = """
title: {en: Small bank, zh-Hant: 小銀行}
currency: CNY
notes: [{en: Invented., zh-Hant: 虛構。}]
tables:
  managers: {file: managers.csv}
  outlets: {file: outlets.csv}
  activity: {file: activity.csv}
  targets: {file: targets.csv}
  events: {file: events.csv}
  client_income: {file: client_income.csv}
measures:
  cards: {title: {en: Cards}, type: flow, unit: count, better: up, no_row: zero, regulator_class: development}
  deposits: {title: {en: Deposits}, type: flow, unit: CNY, better: up, no_row: absent, regulator_class: development}
  share: {title: {en: Share}, type: ratio, unit: share, better: up, no_row: absent, regulator_class: efficiency,
          top: cards, bottom: deposits}
"""

DEALS = {
    "managers.csv": (
        "manager_id,name,region,outlet_id,grade,fte,valid_from,valid_to,reports_to,hired\n"
        "M1,Ann,North,N1,A,1,2024-01-01,,,2019-05-01\n"
        "M2,Bea,North,N2,B,0.5,2024-01-01,2024-02-15,M1,\n"
        "M2,Bea,South,S1,B,0.5,2024-02-16,,M3,\n"
        "M3,Cho,South,S1,B,1,2024-02-10,2024-03-20,,\n"
    ),
    "transactions.csv": (
        "transaction_id,manager_id,date,product,amount,client_id,refers_to\n"
        "T1,M1,2024-01-10,loan,1000,C1,\n"
        "T2,M1,2024-02-20,card,50,,\n"
        "T3,M2,2024-02-10,loan,400,C2,\n"
        "T4,M3,2024-03-05,loan,-100,C2,T3\n"
        "T5,M1,2024-03-01,,80,,\n"
    ),
    "credits.csv": "transaction_id,manager_id,share\nT1,M1,0.6\nT1,M2,0.4\nT2,M2,1\nT5,M1,0.5\nT5,M2,0.5\n",
    "figures.csv": "transaction_id,figure,value\nT1,margin,12.5\nT3,margin,\nT5,margin,3\n",
    "fx.csv": "currency,month,average,period_end\nUSD,2024-01,7.1,7.2\nUSD,2024-02,7.15,\n",
}
"""M2 moves from North to South: T1 is North's, T2 falls to South with its only credit, T5 is both regions'."""
DEAL_TABLES = """
  transactions: {file: transactions.csv}
  credits: {file: credits.csv}
  transaction_figures: {file: figures.csv}
  fx: {file: fx.csv}
measures:
"""


class SmallBank:
    """The folder and its mapping; both can be changed before they are read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "bank"
        self.folder.mkdir()
        self.mapping = folder / "small.yaml"
        self.mapping.write_text(MAPPING, encoding="utf-8")
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        """Put a file in the folder."""
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return path

    def add(self, name: str, *lines: str) -> None:
        """Append lines to a file."""
        self.write(
            name, (self.folder / name).read_text(encoding="utf-8") + "".join(f"{line}\n" for line in lines)
        )

    def map(self, old: str, new: str) -> None:
        """Change the mapping."""
        text = self.mapping.read_text(encoding="utf-8")
        assert old in text
        self.mapping.write_text(text.replace(old, new), encoding="utf-8")

    def read(self) -> History:
        """The folder as history; the counts of every file must add up."""
        history = read_history(self.folder, read_mapping(self.mapping))
        counts = history.counts
        assert (counts["rows_in"] == counts["accepted"] + counts["quarantined"] + counts["excluded"]).all()
        for table, frame in history.tables.items():
            assert counts.loc[counts["table"] == table, "accepted"].sum() == len(frame)
        assert counts["quarantined"].sum() == len(history.quarantine)
        return history


@pytest.fixture
def bank(tmp_path: Path) -> SmallBank:
    """A fresh small bank."""
    return SmallBank(tmp_path)


@pytest.fixture
def said() -> Callable[[History], list[tuple[str, int, str, str]]]:
    """Findings as (file, row, column, rule)."""
    return lambda history: [
        tuple(each)
        for each in history.findings[["file", "row", "column", "rule"]].itertuples(index=False, name=None)
    ]


@pytest.fixture
def deals(bank: SmallBank) -> SmallBank:
    """A fresh small bank that also keeps transactions, credits, their figures and exchange rates."""
    return _with_deals(bank)


@pytest.fixture(scope="module")
def as_read(tmp_path_factory: pytest.TempPathFactory) -> History:
    """What `deals` is read as while nothing in it is changed."""
    return _with_deals(SmallBank(tmp_path_factory.mktemp("deals"))).read()


def _with_deals(bank: SmallBank) -> SmallBank:
    for name, text in DEALS.items():
        bank.write(name, text)
    bank.map("\nmeasures:\n", DEAL_TABLES)
    return bank
