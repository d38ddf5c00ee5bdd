"""Finished tables of two invented regions, small enough to check by hand, and the pages around them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd

from policymodel.lint import RULES, Evidence, Finding, Place, Sample
from policymodel.lint.findings import Accepted, Shown
from policymodel.report.linting import kept
from policymodel.words.catalogues import LANGUAGES
from policymodel.words.numbers import Figure
from policymodel.words.page import BANDS, Gap, Limits, Page
from policymodel.words.sentences import Text, say

DESIGNS = {
    "published": Text({"en": "As published", "zh-Hant": "原辦法", "zh-Hans": "原办法"}),
    "proposal": Text({"en": "Proposal", "zh-Hant": "修訂方案", "zh-Hans": "修订方案"}),
}
ITEMS = {
    "base_wage": Text({"en": "Base wage", "zh-Hant": "基礎工資", "zh-Hans": "基础工资"}),
    "performance_wage.stock": Text({"en": "For the stock", "zh-Hant": "存量部分", "zh-Hans": "存量部分"}),
    "performance_wage.increment": Text(
        {"en": "For the increment", "zh-Hant": "增量部分", "zh-Hans": "增量部分"}
    ),
    "performance_wage.super_increment": Text(
        {"en": "For what exceeds the target", "zh-Hant": "超增量部分", "zh-Hans": "超增量部分"}
    ),
}
LINES = {
    "net_deposits": ("Net new deposits", "存款淨增", "存款净增", "CNY"),
    "wealth_accounts": ("New wealth-management accounts", "新增理財金帳戶", "新增理财金账户", "accounts"),
    "autodebit": ("New passbook auto-debit agreements", "新增存摺代扣", "新增存折代扣", "agreements"),
    "credit_cards": ("New credit cards", "新增牡丹信用卡", "新增牡丹信用卡", "cards"),
    "off_counter_share": (
        "Off-counter share, against the previous quarter",
        "離櫃業務佔比（環比）",
        "离柜业务占比（环比）",
        "ratio",
    ),
}
HOSTILE = "<script>alert(1)</script> & =cmd()"


def cost() -> pd.DataFrame:
    """Cents: 6,800,000.00 against 6,990,000.00 in all."""
    amounts = {
        "published": [600_000_000, 52_000_000, 19_000_000, 9_000_000],
        "proposal": [600_000_000, 41_600_000, 34_900_000, 22_500_000],
    }
    return pd.DataFrame(
        [
            ("north", d, item, amount, 62)
            for d, column in amounts.items()
            for item, amount in zip(ITEMS, column, strict=True)
        ],
        columns=["region", "design", "item", "amount_minor", "people"],
    )


def bands(outlet: str = HOSTILE) -> pd.DataFrame:
    """62 people: 24 gain, 27 lose, 11 stay; one outlet with small cells."""
    everybody = [10, 17, 11, 12, 12]
    small = [0, 0, 0, 0, 16]
    rows = [("all", "all", band, n, True) for band, n in zip(BANDS, everybody, strict=True)]
    rows += [("grade", "A", band, n, n >= 10) for band, n in zip(BANDS, [2, 3, 2, 3, 2], strict=True)]
    rows += [("grade", "B", band, n, n >= 10) for band, n in zip(BANDS, [8, 14, 9, 9, 10], strict=True)]
    rows += [("outlet", outlet, band, n, True) for band, n in zip(BANDS, small, strict=True)]
    rows += [("outlet", "N02", band, n, False) for band, n in zip(BANDS, [10, 17, 11, 12, -4], strict=True)]
    frame = pd.DataFrame(rows, columns=["by", "group", "band", "people", "shown"]).assign(
        region="north", design="proposal"
    )
    frame["people"] = frame["people"].where(frame["shown"]).astype("Int64")
    return frame


def change(outlet: str = HOSTILE) -> pd.DataFrame:
    """Mean change of a person's pay in cents; N02 is withheld."""
    rows = [
        ("all", "all", 62, 306_452.0, True),
        ("grade", "A", 12, 812_300.0, True),
        ("grade", "B", 50, 185_000.0, True),
        ("outlet", outlet, 16, 940_000.0, True),
        ("outlet", "N02", 30, -120_000.0, True),
        ("outlet", "N03", 7, float("nan"), False),
    ]
    frame = pd.DataFrame(rows, columns=["by", "group", "people", "mean_change", "shown"])
    return frame.assign(
        region="north", design="proposal", unit="minor", total_change=frame["mean_change"] * frame["people"]
    )


def scores() -> pd.DataFrame:
    """Merged bins: 30 of 62 reach 100 points as published, 33 under the proposal."""
    bins = [(20.0, 60.0), (60.0, 80.0), (80.0, 90.0), (90.0, 100.0), (100.0, 110.0), (110.0, 160.0)]
    people = {"published": [6 + 4, 0 + 10, 6 + 4, 2, 10, 20], "proposal": [10, 10, 9, 0, 21, 12]}
    return pd.DataFrame(
        [
            ("north", d, lower, upper, n, True)
            for d, column in people.items()
            for (lower, upper), n in zip(bins, column, strict=True)
        ],
        columns=["region", "design", "lower", "upper", "people", "shown"],
    )


def contribution() -> pd.DataFrame:
    """Five groups: contribution 1.6 to 4.4 million, pay rising with it."""
    rows = []
    for group, brought in enumerate([1.61e8, 2.02e8, 2.44e8, 3.01e8, 4.40e8], start=1):
        for design, slope in (("published", 0.010), ("proposal", 0.014)):
            pay = 9_000_000 + brought * slope
            rows.append(("north", design, group, 12, brought, pay, pay * 0.97, pay * 1.03, True))
    return pd.DataFrame(
        rows,
        columns=[
            "region",
            "design",
            "rank_group",
            "people",
            "mean_contribution",
            "mean_pay_minor",
            "low",
            "high",
            "shown",
        ],
    )


def indicators() -> pd.DataFrame:
    """Five indicators by quarter; in the last one 2 of 4 with a target reach it."""
    rows = []
    for quarter in range(1, 5):
        for place, (line, (*_, unit)) in enumerate(LINES.items()):
            target = None if unit == "ratio" else 1000.0 * (place + 1) * quarter
            actual = 0.3 + quarter * 0.02 if target is None else target * [0.71, 1.06, 0.93, 1.31][place]
            before = actual * (1.1 if quarter == 2 else 0.9)
            rows.append(
                (
                    "north",
                    "published",
                    line,
                    f"2025-Q{quarter}",
                    line,
                    actual,
                    actual,
                    target,
                    actual / target if target else None,
                    before,
                    62,
                    True,
                )
            )
    columns = [
        "region",
        "design",
        "line",
        "period",
        "measure",
        "actual",
        "actual_to_date",
        "target",
        "attainment",
        "previous_actual",
        "people",
        "shown",
    ]
    return pd.DataFrame(rows, columns=columns).astype({"target": float, "attainment": float})


def changes() -> dict[str, pd.DataFrame]:
    """Two settings that the proposal changes."""
    rows = [
        {
            "at": "net_deposits.cap",
            "title": {"en": "Net new deposits", "zh-Hant": "存款淨增", "zh-Hans": "存款净增"},
            "kind": "attainment",
            "setting": "cap",
            "before": None,
            "after": Decimal("1.5"),
            "because": {
                "en": "a windfall should not carry a weak card",
                "zh-Hant": "偶然的大額存款不應掩蓋其他弱項",
                "zh-Hans": "偶然的大额存款不应掩盖其他弱项",
            },
            "source": "illustrative",
        },
        {
            "at": "performance_wage.shares.stock",
            "title": {"en": "Performance wage", "zh-Hant": "效益工資", "zh-Hans": "效益工资"},
            "kind": "performance_wage",
            "setting": "shares.stock",
            "before": Decimal("0.005"),
            "after": Decimal("0.004"),
            "because": {
                "en": "what was already there needs less reward",
                "zh-Hant": "原有存量所需獎勵較少",
                "zh-Hans": "原有存量需要的奖励较少",
            },
            "source": "illustrative",
        },
    ]
    return {"proposal": pd.DataFrame(rows)}


def results() -> dict[str, pd.DataFrame]:
    """All tables of the region."""
    return {
        "cost": cost(),
        "budget": pd.DataFrame(
            {"region": ["north"], "amount_minor": [720_000_000], "rule": ["share_of_base_income"]}
        ),
        "bands": bands(),
        "change": change(),
        "scores": scores(),
        "contribution": contribution(),
        "indicators": indicators(),
        "alignment": pd.DataFrame(
            {
                "region": "north",
                "design": list(DESIGNS),
                "people": 62,
                "spearman": [0.71, 0.84],
                "low": [0.55, 0.74],
                "high": [0.82, 0.91],
                "change": [0.0, 0.13],
                "change_low": [0.0, 0.08],
                "change_high": [0.0, 0.19],
            }
        ),
        "people": pd.DataFrame(
            {
                "region": "north",
                "design": list(DESIGNS),
                "people": 62,
                "not_computed": 1,
                "base_nonpositive": 0,
                "clipped_score": 3,
                "carried_negative": 0,
                "envelope_breaches": 0,
            }
        ),
    }


def region_page(without: tuple[str, ...] = (), **settings: object) -> Page:
    """The page of the invented region; `without` leaves tables out, as a run without a card or without pay does."""
    names = {("item", item): text for item, text in ITEMS.items()}
    names |= {
        ("line", line): Text({"en": en, "zh-Hant": zh, "zh-Hans": simple})
        for line, (en, zh, simple, _) in LINES.items()
    }
    names |= {("unit", line): unit for line, (*_, unit) in LINES.items()}
    names |= {
        ("outlet", "N02"): Text({"en": "Harbour road", "zh-Hant": "海港路網點", "zh-Hans": "海港路网点"})
    }
    page = {
        "subject": "region",
        "place": "north",
        "title": Text(
            {"en": "Appraisal and pay 2025", "zh-Hant": "2025 年考核與薪酬", "zh-Hans": "2025 年考核与薪酬"}
        ),
        "question": Text(
            {
                "en": "What would the proposal have cost in 2025, whom would it have moved, and would it have paid "
                "more for performance?",
                "zh-Hant": "若 2025 年採用修訂方案，成本多少、影響哪些客戶經理、是否更能按績效付酬？",
                "zh-Hans": "若 2025 年采用修订方案，成本多少、影响哪些客户经理、是否更能按绩效付酬？",
            }
        ),
        "period": "2025",
        "base_period": "2024",
        "languages": LANGUAGES,
        "currency": "CNY",
        "baseline": "published",
        "designs": DESIGNS,
        "seed": 2026,
        "names": names,
        "changes": changes(),
        "results": {name: table for name, table in results().items() if name not in without},
        "limits": Limits(
            gaps=(Gap("quarantined", "activity", "unknown_manager", 12),),
            rows_in=18_240,
            rows_accepted=18_228,
            illustrative=("0.005", "0.03", "0.05"),
            smallest_cell=10,
        ),
    }
    page |= {"pays": "cost" not in without, "scored": "scores" not in without}
    return Page(**(page | settings))


def group_page(**settings: object) -> Page:
    """Two regions together: the same tables, grouped by region and grade, and the regions side by side."""
    page = region_page()
    tables = dict(page.results)
    for name in ("bands", "change"):
        table = tables[name][tables[name]["by"] != "outlet"]
        regions = [
            table[table["by"] == "all"].assign(by="region", group=region) for region in ("north", "south")
        ]
        tables[name] = pd.concat([table, *regions], ignore_index=True)
    tables["alignment"] = pd.concat(
        [tables["alignment"].assign(region=region) for region in ("north", "south")], ignore_index=True
    )
    tables["regions"] = pd.DataFrame(
        {
            "region": ["north", "north", "south", "south"],
            "design": ["published", "proposal"] * 2,
            "amount_minor": [300_000_000, 310_000_000, 380_000_000, 389_000_000],
            "budget_minor": [305_000_000, 305_000_000, 415_000_000, 415_000_000],
        }
    )
    tables["lint"] = lint_table(page)
    return replace(page, **({"subject": "group", "place": "", "results": tables} | settings))


def lint_table(page: Page) -> pd.DataFrame:
    """What the linter found in both regions of the group, and one warning more in the north."""
    found = findings(page)
    more = found["proposal"] + (finding("small_weight", "card.cap"),)
    north, south = (kept({**found, "proposal": own}, page.languages) for own in (more, found["proposal"]))
    return pd.concat([north.assign(region="north"), south.assign(region="south")], ignore_index=True)


def finding(
    rule: str,
    address: str,
    sample: Sample | None = None,
    accepted: Accepted | None = None,
    private: bool = False,
) -> Finding:
    """A finding of an invented linter; with a sample its evidence has one more figure."""
    figures = (Shown(say("median without the cap"), Figure(1.25, 2), private),)
    evidence = Evidence(sample, say("cases in which it binds"), figures) if sample is not None else None
    told = say("The cap binds in more than half of the cases.")
    place = Place("scheme.yaml", 12, address, "S4.1")
    return Finding(
        rule, RULES[rule].level, place, told, RULES[rule].source, RULES[rule].remedy, evidence, accepted
    )


def findings(page: Page) -> dict[str, tuple[Finding, ...]]:
    """What an invented linter found in each design of a page: one of each level, and one that is accepted."""
    sample = Sample(people=120, cases=480, hit_people=70, hit_cases=260, first="2025-Q1", last="2025-Q4")
    because = Text({"en": "it is new", "zh-Hant": "新設", "zh-Hans": "新设"})
    found = (
        finding("target_not_positive", "card.lines", sample),
        finding("cap_below_median", "card.cap", sample),
        finding("dead_clause", "card.floor", sample),
        finding("small_weight", "", accepted=Accepted(because, "HR", "2025-01-07")),
    )
    return dict.fromkeys(page.designs, found)
