"""How far to trust each section, and what the whole page cannot say: computed, like the claims."""

from __future__ import annotations

from collections.abc import Iterator

from policymodel.words.claims.silence import left_out, missing
from policymodel.words.gaps import RULE_WORDS, TABLE_WORDS
from policymodel.words.numbers import Count, Share
from policymodel.words.page import Gap, Page, joined_bins
from policymodel.words.sentences import Passage, Sentence, Value, passage, say, say_many

FATES = {"quarantined": say("put aside"), "noted": say("kept and noted"), "excluded": say("left out")}


def in_cost(page: Page) -> Passage | None:
    """Cost: a replay of what people did, and the people for whom no figure could be computed."""
    if not page.has("cost"):
        return None
    nonpositive = most(page, "base_nonpositive")
    return passage(
        [
            say(
                "A replay: what each design would have paid in {period} for what people really did. "
                "Nobody is assumed to work differently under another design.",
                period=page.span(),
            ),
            not_computed(page),
            _few_without_base(page),
            _if_any(
                nonpositive,
                say_many(
                    "{count} person starts from a base of zero or less and is kept.",
                    "{count} people start from a base of zero or less and are kept.",
                    nonpositive,
                    count=Count(nonpositive),
                ),
            ),
            breaches(page),
        ]
    )


def in_bands(page: Page) -> Passage | None:
    """Bands: what counts as no change, and what is withheld."""
    if not page.has("bands"):
        return None
    edge = (
        say("A change of exactly 1 point counts as none.")
        if page.in_points
        else say("A change of exactly {edge} counts as none.", edge=f"{page.no_change * 100:g}%")
    )
    return passage([edge, _withheld(page), not_computed(page)])


def in_scores(page: Page) -> Passage | None:
    """Scores: bins are merged, and the outermost are open."""
    if joined_bins(page)["lower"].nunique() < 2:
        return None
    clipped = most(page, "clipped_score")
    return passage(
        [
            say(
                "Bars are merged until each holds at least {count} people, so a wide bar is a sparse stretch.",
                count=Count(page.limits.smallest_cell),
            ),
            _if_any(
                clipped,
                say_many(
                    "{count} score was cut off at a floor or a cap.",
                    "{count} scores were cut off at a floor or a cap.",
                    clipped,
                    count=Count(clipped),
                ),
            ),
        ]
    )


def in_contribution(page: Page) -> Passage | None:
    """Pay against contribution: groups, resampling, and no cause."""
    if not page.has("contribution"):
        return None
    return passage(
        [
            say(
                "Each mark is a group of at least {count} people; its bar is where the mean would lie in 95 of 100 "
                "resamples (seed {seed}).",
                count=Count(page.limits.smallest_cell),
                seed=str(page.seed),
            ),
            say("Contribution is income of the clients in a person's care; it is not proof of effort."),
            say("Pay is worked out from this very income, so part of the link is built in."),
        ]
    )


def in_alignment(page: Page) -> Passage | None:
    """Pay against contribution region by region: intervals, and what ranks cannot say."""
    if not page.has("alignment"):
        return None
    return passage(
        [
            say(
                "Each bar is where the correlation would lie in 95 of 100 resamples of the region's people "
                "(seed {seed}).",
                seed=str(page.seed),
            ),
            say("Contribution is income of the clients in a person's care; it is not proof of effort."),
            say("Pay is worked out from this very income, so part of the link is built in."),
        ]
    )


def in_indicators(page: Page) -> Passage | None:
    """Indicators: time progress and seasons."""
    if not page.has("indicators"):
        return None
    return passage(
        [
            say(
                "Targets are judged by the time that has passed; the change on the previous period stands beside each "
                "indicator and scores nothing unless the card says so."
            ),
            say("A quarter is compared with the one before it, so a season can look like an achievement."),
            _standing(page),
        ]
    )


def _standing(page: Page) -> Sentence | None:
    if page.as_of is None or not page.running(str(page.own("indicators")["period"].iloc[-1])):
        return None
    return say(
        "What was reported up to {day} counts. The period that runs stands without a change on the one before, for a "
        "part would be held against a whole; a line that scores such a change holds the months that are over against "
        "as many.",
        day=page.as_of.isoformat(),
    )


def limits(page: Page) -> list[Value]:
    """What would change our mind: gaps, assumptions, sizes, what is withheld."""
    return [each for each in _limits(page) if each is not None]


def _limits(page: Page) -> Iterator[Value | None]:
    known = page.limits
    if known.rows_in and known.rows_accepted == known.rows_in:
        yield say("All {rows} rows of history were accepted.", rows=Count(known.rows_in))
    elif known.rows_in:
        yield say(
            "Of {rows} rows of history {accepted} were accepted ({share}).",
            rows=Count(known.rows_in),
            accepted=Count(known.rows_accepted),
            share=Share(known.rows_accepted / known.rows_in),
        )
    for gap in known.gaps:
        yield _gap(gap)
    yield not_computed(page)
    yield from known.notes
    yield _withheld(page)
    yield missing(page)
    yield left_out(page)
    yield say("Chance is drawn with seed {seed}; the same inputs give the same page.", seed=str(page.seed))


def _gap(gap: Gap) -> Sentence:
    return say_many(
        "{table}: {count} row {fate} ({rule}).",
        "{table}: {count} rows {fate} ({rule}).",
        gap.rows,
        table=TABLE_WORDS.get(gap.table, gap.table),
        count=Count(gap.rows),
        fate=FATES[gap.severity],
        rule=RULE_WORDS.get(gap.rule, gap.rule),
    )


def _withheld(page: Page) -> Sentence | None:
    table = page.table("bands")
    if table.empty or table["shown"].all():
        return None
    return say(
        "Figures about fewer than {count} people, and those that would reveal them by subtraction, are withheld.",
        count=Count(page.limits.smallest_cell),
    )


def not_computed(page: Page) -> Sentence | None:
    """That people without a figure are not counted as zero, and how many they are."""
    table = page.table("people")
    if not table.empty and table["not_computed"].isna().any():
        return say(
            "For a few people no figure could be computed; they are not counted as zero. How few is withheld."
        )
    count = most(page, "not_computed")
    return _if_any(
        count,
        say_many(
            "For {count} person no figure could be computed; it is not counted as zero.",
            "For {count} people no figure could be computed; they are not counted as zero.",
            count,
            count=Count(count),
        ),
    )


def breaches(page: Page) -> Sentence | None:
    """In how many units pay exceeds the envelope."""
    count = most(page, "envelope_breaches")
    return _if_any(
        count,
        say_many(
            "In {count} case pay exceeds the envelope of its unit.",
            "In {count} cases pay exceeds the envelope of its unit.",
            count,
            count=Count(count),
        ),
    )


def _few_without_base(page: Page) -> Sentence | None:
    table = page.table("people")
    if table.empty or not table["base_nonpositive"].isna().any():
        return None
    return say("A few people start from a base of zero or less and are kept; how few is withheld.")


def most(page: Page, column: str) -> int:
    """The largest count of the people table over the designs; 0 where there is none or it is withheld."""
    table = page.table("people")
    return 0 if table.empty or column not in table else int(table[column].fillna(0).max())


def _if_any(count: int, sentence: Sentence) -> Sentence | None:
    return sentence if count else None
