"""What the page on next year says beside its claims: the cover, what is held fixed, how far to trust it, the method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from policymodel.words.claims import futures as told
from policymodel.words.claims.pay import money
from policymodel.words.cover import Answer, Cover, Tile
from policymodel.words.cover import cover as first_screen
from policymodel.words.numbers import Amount, AmountUnit, Count, Share, Span
from policymodel.words.page import Page
from policymodel.words.sentences import Passage, Series, Value, passage, say
from policymodel.words.trust import not_computed

TITLE = say("What next year may cost")
FORECAST = say("Forecast")
"""What kind of figures a picture or a table holds: worked out for what may happen."""
TRUST_WORDS: Mapping[str, Value] = {
    "always_dearer": say("always dearer"),
    "always_cheaper": say("always cheaper"),
    "same": say("the same in every draw"),
    "inside_noise": say("inside noise"),
    "dearer_on_average": say("dearer on average"),
    "cheaper_on_average": say("cheaper on average"),
    "few_people": say("few people"),
}
VIEW_WORDS: Mapping[str, Value] = {
    "chance": say("By chance: at least four of five futures"),
    "expected": say("By the mean of all futures"),
    "bad": say("By the mean of the bad years"),
}
SIDE_WORDS: Mapping[str, Value] = {
    "likely_loses": say("Likely losers"),
    "undecided": say("Undecided: the year decides"),
    "likely_same": say("Likely the same"),
    "likely_gains": say("Likely winners"),
    "loses": say("Losers"),
    "same": say("The same"),
    "gains": say("Winners"),
}
SETTING_WORDS: Mapping[str, Value] = {
    "growth.prior.mean": say("Growth a year, mean"),
    "growth.prior.group_sd": say("Growth, spread common to all regions"),
    "growth.prior.region_sd": say("Growth, spread of each region"),
    "growth.degrees": say("Growth, weight of the tails"),
    "growth.leaning.mean_years": say("Weight of the assumed mean against history"),
    "growth.leaning.sd_years": say("Weight of the assumed spreads against history"),
    "growth.leaning.person_sd": say("Growth, spread of single people"),
    "growth.leaning.together": say("How far measures of one kind grow together"),
    "growth.leaning.together_years": say("Weight of that against history"),
    "leavers.hazard": say("Chance that a post falls vacant"),
    "leavers.vacant_months": say("How long a post stays vacant"),
    "leavers.first_share": say("What a successor does in the first month"),
    "leavers.ramp_months": say("How long until a successor does all of it"),
    "targets.ratchet": say("How far targets follow the new base"),
}
"""Assumed numbers by their address in the file of assumptions."""
UNIT_WORDS: Mapping[str, Value] = {
    "log a year": say("log, a year"),
    "degrees of freedom": say("degrees of freedom"),
    "years of history": say("years of history"),
    "part of the variance": say("part of the variance"),
    "a month": say("a month"),
    "months": say("months"),
    "share of a full month": say("share of a full month"),
    "part of the way": say("part of the way"),
}
STATUS_WORDS: Mapping[str, Value] = {
    "prior": say("prior"),
    "declared": say("declared"),
    "estimated": say("from history"),
    "illustrative": say("illustrative"),
}
COST, CHANCE, DIFFERENCE, PEOPLE, SPREAD = (
    "What would each design cost?",
    "How likely is it to exceed the budget?",
    "Which design is dearer, and how sure is that?",
    "Who would win and who would lose?",
    "What drives the spread?",
)
"""Sections of the page, by their headings."""


def trust_words(codes: str, draws: int) -> Value:
    """How far a difference can be trusted, in words.

    >>> trust_words("inside_noise few_draws", 16).render("en")
    'inside noise; only 16 draws'
    """
    few = say("only {count} draws", count=Count(draws))
    return Series(tuple(few if each == "few_draws" else TRUST_WORDS[each] for each in codes.split()))


def question(period: str) -> Value:
    """What the page answers."""
    return say(
        "What would each design cost in {period}, how sure is that, and whom would it move?",
        period=Span(period),
    )


def cover(page: Page) -> Cover:
    """The first screen: the answer in one sentence a question, and the headline numbers."""
    return replace(
        first_screen(page),
        question=question(page.period),
        answers=[
            Answer(say("Money"), told.cost(page)),
            *([Answer(say("Budget"), told.over_budget(page))] if page.has("futures_chance") else []),
            *([Answer(say("Difference"), told.against(page))] if page.others else []),
            *([Answer(say("People"), told.moved(page))] if page.others else []),
            Answer(say("Spread"), told.drivers(page)),
        ],
        tiles=list(_tiles(page)),
        replay=say(
            "{base} as it was is replayed first. {period} is a forecast: {count} futures are drawn with seed {seed}, "
            "and every design is paid on the same ones.",
            base=Span(page.base_period),
            period=page.span(),
            count=Count(told.draws(page)),
            seed=str(page.seed),
        ),
    )


def _tiles(page: Page) -> Iterator[Tile]:
    """Headline numbers of the first proposal, the other designs beside it."""
    first = page.others[0] if page.others else page.baseline
    rest = [each for each in told.told(page) if each != first]
    cost = told.of(page, "futures_cost", first)
    if cost is None:
        return
    name = page.designs[first]
    beside: list[Value] = [
        say(
            "{base}, replayed: {amount}",
            base=Span(page.base_period),
            amount=money(page, cost["replay_minor"]),
        )
    ]
    wide = next((each for each in ("95", "80") if pd.notna(cost[f"low_{each}_minor"])), "")
    if wide:
        beside.append(
            say(
                "{wide} of 100 futures: {low} to {high}",
                wide=wide,
                low=money(page, cost[f"low_{wide}_minor"]),
                high=money(page, cost[f"high_{wide}_minor"]),
            )
        )
    label = say("Cost of “{design}” in {period}", design=name, period=page.span())
    mean = int(cost["mean_minor"])
    unit = say("{unit} on average", unit=AmountUnit(mean, page.currency))
    yield Tile(label, Amount(mean, page.currency), unit, beside, section=COST)
    over = told.of(page, "futures_chance", first)
    if over is not None:
        yield Tile(
            say("Chance that “{design}” exceeds the budget", design=name),
            told.chance(over["chance"]),
            say("of the futures"),
            [
                say("Budget {budget}", budget=money(page, over["budget_minor"])),
                *(
                    say(
                        "{value} under “{design}”",
                        value=told.chance(row["chance"]),
                        design=page.designs[each],
                    )
                    for each in rest
                    if (row := told.of(page, "futures_chance", each)) is not None
                ),
            ],
            section=CHANCE,
        )
    difference = told.of(page, "futures_against", first)
    if difference is not None:
        yield Tile(
            say("“{design}” against “{baseline}”", design=name, baseline=page.designs[page.baseline]),
            _relative(page, difference["mean_minor"]),
            say("on average"),
            [
                money(page, difference["mean_minor"], signed=True),
                trust_words(str(difference["trust"]), told.draws(page)),
            ],
            section=DIFFERENCE,
        )
    found = told.sides(page, first, "chance")
    loses, gains = found.get("likely_loses"), found.get("likely_gains")
    if loses is not None:
        beside = [say("{count} likely winners", count=Count(gains))] if gains is not None else []
        yield Tile(
            say("Likely losers under “{design}”", design=name),
            Count(loses),
            say("people"),
            beside,
            section=PEOPLE,
        )
    elif gains is not None:
        label = say("Likely winners under “{design}”", design=name)
        yield Tile(label, Count(gains), say("people"), [say("Likely losers: withheld")], section=PEOPLE)


def _relative(page: Page, minor: float) -> Value:
    """A difference as a share of what the baseline costs on average."""
    base = told.of(page, "futures_cost", page.baseline)
    mean = 0.0 if base is None else float(base["mean_minor"])
    return Share(minor / mean, 1, signed=True) if mean > 0 else money(page, minor, signed=True)


def nature(page: Page, months: int, notes: tuple[Value, ...] = ()) -> list[Value]:
    """What the page is: a replay first, then a forecast; what is held fixed, what is not modelled."""
    return [
        say(
            "Replay first: what {base} as it really was would have cost under each design. This is no forecast.",
            base=Span(page.base_period),
        ),
        say(
            "Then {period}: each of {count} futures draws for every person runs of {months} months of what that person "
            "did, of the same season, and lets measures grow as history and declared assumptions allow. Targets follow "
            "each scheme's own rule.",
            period=page.span(),
            count=Count(told.draws(page)),
            months=str(months),
        ),
        *notes,
        say("Nobody is assumed to work differently because of a design."),
        say(
            "Not modelled: what no year of the history resembles, and changes of rules, products or prices to come."
        ),
    ]


FIXED = say(
    "Held fixed: today's people in today's posts. What other people might have been hired is another question, and not "
    "asked here."
)
RESAMPLED = say(
    "People are resampled: this page asks what a bank of such people would cost, which is another question than what "
    "today's people would cost."
)
MOVING = say("Posts may fall vacant and be taken by successors, at the rates of the assumptions.")
STAYING = say("Nobody leaves and nobody joins.")


def limits(page: Page) -> list[Value]:
    """What was borrowed or kept for want of something better."""
    table = page.table("futures_notes")
    notes = dict(zip(table["note"], table["count"], strict=True)) if len(table) else {}
    found: list[Value] = []
    if lent := int(notes.get("lent_blocks", 0)):
        few = page.limits.smallest_cell
        found.append(
            say(
                "Some seasons of a few people are drawn from others' months, because they have none of their own."
            )
            if lent < few
            else say(
                "{count} seasons of single people are drawn from others' months, because they have none of their own.",
                count=Count(lent),
            )
        )
    if moved := int(notes.get("targets_moved", 0)):
        found.append(
            say(
                "{count} targets are those of the last year, moved along with their bases.",
                count=Count(moved),
            )
        )
    if kept := int(notes.get("targets_kept", 0)):
        found.append(
            say(
                "{count} targets stay as they were in the last year, because their base is not known or not above "
                "zero.",
                count=Count(kept),
            )
        )
    return found


def resting(page: Page, prior_years: float) -> Value | None:
    """On how much history growth rests, and how much of its spread is assumed; nothing where growth is not told."""
    table = page.table("futures_growth")
    if table.empty:
        return None
    years = int(table["years"].max())
    if not years:
        return say(
            "History shows no yearly growth of any measure: how measures may grow is assumed, not seen."
        )
    return say(
        "History shows {years} yearly growths at most; with so few, {share} of how far growth may spread is what is "
        "assumed and not what was seen.",
        years=Count(years),
        share=Share(prior_years / (prior_years + years), 0),
    )


def in_cost(page: Page) -> Passage:
    """What a band is, and how exact its ends are."""
    return passage(
        [
            say(
                "A band holds that part of the futures that were drawn, which is as wide as the assumptions and the "
                "history make it. It is no promise."
            ),
            say(
                "The error is that of drawing {count} times and no more; more draws make it smaller, and no band.",
                count=Count(told.draws(page)),
            ),
            not_computed(page),
        ]
    )


def in_chance(page: Page) -> Passage:
    """What the interval of a chance is."""
    return passage(
        [
            say(
                "The interval is that of drawing {count} times (Wilson). A chance of 0% means that it did not happen "
                "in any of them.",
                count=Count(told.draws(page)),
            ),
            say("The budget is the one of the run file and does not grow with the income of a future."),
        ]
    )


def in_difference(page: Page) -> Passage:
    """Why a difference is surer than the costs themselves, and what the words mean."""
    table = page.table("futures_against")
    rows = table[table["region"] == told.ALL] if len(table) else table
    rows = rows[rows["error_minor"] > 0] if len(rows) else rows
    ratio = float((rows["apart_error_minor"] / rows["error_minor"]).median()) if len(rows) else 0.0
    return passage(
        [
            say(
                "All designs see the same futures, so that luck which they share cancels in the difference; the error "
                "is of the mean difference."
            ),
            say(
                "Draws of its own for each design would make it {times} times as large.",
                times=Count(round(ratio)),
            )
            if ratio >= 1.5
            else None,
            say(
                "“Inside noise”: the 95% interval of the mean difference holds zero. “Always”: in every one of the "
                "draws, which is no proof for all that may happen."
            ),
        ]
    )


def in_regret(page: Page) -> Passage:
    """What regret is, and what it leaves out."""
    return passage(
        [
            say(
                "In each future the cheapest design is known afterwards; regret is what another one costs beyond it. "
                "It looks at cost alone: a dearer design may be dearer because it pays for more."
            )
        ]
    )


def in_regions(page: Page) -> Passage:
    """Regions share a year."""
    return passage(
        [
            say(
                "Good and bad years are common to all regions, so that regions exceed their budgets together more "
                "often than by chance of their own."
            ),
            say(
                "Regions with fewer than {count} people are not shown.", count=str(page.limits.smallest_cell)
            ),
        ]
    )


def in_moved(page: Page) -> Passage:
    """Who counts as what, and what is withheld."""
    table = page.table("futures_moved")
    hidden = len(table) > 0 and not table["shown"].all()
    return passage(
        [
            say(
                "Everybody is compared with their own pay under “{baseline}” in the same future; a change of up to "
                "{small} counts as none.",
                baseline=page.designs[page.baseline],
                small=f"{page.no_change * 100:g}%",
            ),
            say("Bad years are the tenth of the futures in which the common growth is lowest."),
            say(
                "Withheld: fewer than {count} people, or a figure that would reveal them.",
                count=str(page.limits.smallest_cell),
            )
            if hidden
            else None,
        ]
    )


def in_drivers(page: Page) -> Passage:
    """How the shares are found and what the rest is."""
    return passage(
        [
            say(
                "Shares of the variance of cost over the futures, by least squares on all common factors at once; what "
                "chance alone would give is taken off, so that a factor without influence stands near 0%."
            ),
            say(
                "The rest is what single people and regions do by their own luck, and what does not follow a factor in "
                "proportion, such as caps."
            ),
        ]
    )


def in_backtest(page: Page) -> Passage | None:
    """What a back-test can say of this forecast."""
    if not page.has("backtest"):
        return None
    return passage(
        [
            say(
                "Intervals count regions and not people, because people of a region share a year. Few periods were "
                "held out: how next year differs from all of them, no back-test knows."
            )
        ]
    )


def method(page: Page) -> Iterator[Value]:
    """How the figures came about, one sentence a step."""
    yield say(
        "The history is aged by a year: the same people in the same posts, with bases and targets by the scheme."
    )
    yield say(
        "Months are drawn in blocks, all measures of a person together, so what goes together in a month stays so."
    )
    yield say(
        "Common factors are Sobol points scrambled by the seed; what is a person's own is drawn by a key of seed, "
        "region and draw. The same seed gives the same page, whatever the number of workers."
    )
    yield say(
        "Every future is priced by the same rules as history, in every design, and added up in whole minor units."
    )
    yield say(
        "An end of a band stands at place (n + 1) × share of the n draws in order, its error by order statistics."
    )
    yield say(
        "No figure about fewer than {count} people is shown, nor one that would reveal such a figure by subtraction.",
        count=str(page.limits.smallest_cell),
    )
