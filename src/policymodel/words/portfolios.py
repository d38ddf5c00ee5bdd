"""What the page on portfolios says beside its claims: the cover, the words for codes, how far to trust it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from policymodel.allocation import Rules
from policymodel.words import claims
from policymodel.words.claims import portfolios as told
from policymodel.words.cover import Answer, Cover, Tile
from policymodel.words.cover import cover as first_screen
from policymodel.words.numbers import Count, Figure, Share, Span
from policymodel.words.page import Page
from policymodel.words.sentences import Passage, Value, passage, say

TITLE = say("Portfolio allocation")
QUESTION = say("Which manager should look after which clients, so that portfolios are about equal?")
DESIGNS: Mapping[str, Value] = {"today": say("Today's portfolios"), "proposed": say("Proposed portfolios")}
KIND_WORDS: Mapping[str, Value] = {
    "all": say("All portfolios"),
    "premium": say("Premium portfolios"),
    "ordinary": say("Mixed portfolios"),
    "separate_book": say("Separate-book portfolios"),
}
MEASURE_WORDS: Mapping[str, Value] = {"clients": say("Number of clients"), "potential": say("Potential")}
ATTRIBUTE_WORDS: Mapping[str, Value] = {
    "condition": say("business condition"),
    "rating": say("credit rating"),
    "size": say("size"),
    "credit_record": say("credit record"),
    "dealings": say("dealings with the bank"),
}
WEIGHT_WORDS: Mapping[str, Value] = {
    "span": say("Equal numbers of clients"),
    "potential": say("Equal potential"),
    "chains": say("Industry chains together"),
    "moves": say("Few clients moved"),
}
WHY_WORDS: Mapping[str, Value] = {
    "all": say("All moves"),
    "no_holder": say("Clients whom nobody held get a manager"),
    "separate_book": say("Separate-book clients apart from all others"),
    "premium": say("Premium clients to designated managers, and others away from them"),
    "group": say("A group of clients into one portfolio"),
    "chain": say("An industry chain closer together"),
    "balance": say("Portfolios about equal"),
}
FATE_WORDS: Mapping[str, Value] = {
    "leave_out": say("left out of the portfolios"),
    "allocate": say("each given a manager"),
}
"""What becomes of clients whom nobody holds."""
RULE_WORDS: Mapping[str, Value] = {
    "every client has one manager": say("Every client has one manager."),
    "clients are those of the book": say("No client is listed who is not in the book."),
    "managers are those of the book": say("Clients are with managers who are in the post."),
    "clients stay inside their region": say("Clients stay inside their region."),
    "clients stay inside their outlet": say("Clients stay inside their outlet."),
    "a group is in one portfolio": say("A group of clients is in one portfolio."),
    "premium clients are with designated managers": say("Premium clients are with designated managers."),
    "separate-book clients are with dedicated managers, who hold no others": say(
        "Separate-book clients are with managers of their own, who hold no others."
    ),
    "kinds of portfolio are not mixed": say("Premium clients are not mixed with others."),
    "pinned clients stay": say("Clients who were named to stay do."),
    "nobody holds more or fewer than the limits": say("Portfolios are within the limits."),
}
"""The hard rules, in the order in which a page lists them."""


def cover(page: Page) -> Cover:
    """The first screen: the answer in one sentence a question, and the headline numbers."""
    screen = first_screen(page)
    nobody = without_holder(page)
    return replace(
        screen,
        notes=[*screen.notes, *([nobody] if nobody is not None else [])],
        answers=[
            Answer(say("Portfolios"), told.equal(page)),
            Answer(say("Premium clients"), told.premium(page)),
            Answer(say("Groups"), told.together(page)),
            Answer(say("Moves"), told.moves(page)),
            *([Answer(say("Money"), claims.cost(page))] if page.pays else []),
        ],
        tiles=list(_tiles(page)),
        replay=say(
            "Today's portfolios are those at the end of {period}. The proposal follows written rules; who looks after "
            "which client is still decided by people.",
            period=page.span(),
        ),
    )


def _tiles(page: Page) -> Iterator[Tile]:
    """Headline numbers, each with today's beside it."""
    even, hands = "Are portfolios about equal?", "What comes into one hand?"
    for measure, label in (
        ("clients", say("A portfolio's clients off the mean of its kind")),
        ("potential", say("A portfolio's potential off the mean of its kind")),
    ):
        today, after = (told.off(page, measure, when) for when in ("today", "proposed"))
        if today is not None and after is not None:
            beside = [say("Today {share}", share=Share(today, 0))]
            yield Tile(label, Share(after, 0), say("on average"), beside, section=even)
    premium = page.table("premium").set_index("when")
    if premium["shown"].all():
        after, today = premium.loc["proposed"], premium.loc["today"]
        yield Tile(
            say("Premium clients with designated managers"),
            Share(after["designated"] / after["clients"], 0),
            say("of {count} clients", count=Count(int(after["clients"]))),
            [say("Today {share}", share=Share(today["designated"] / today["clients"], 0))],
            section=hands,
        )
    groups, whole = told.units(page, "group", "today")
    if groups:
        yield Tile(
            say("Groups of clients that are split"),
            Count(groups - told.units(page, "group", "proposed")[1]),
            say("of {count} groups", count=Count(groups)),
            [say("Today {count}", count=Count(groups - whole))],
            section=hands,
        )
    row, clients = told.moved(page)
    if row["shown"]:
        yield Tile(
            say("Clients who change hands"),
            Share(row["clients"] / clients, 0),
            say("of {count} clients", count=Count(clients)),
            [say("{count} clients", count=Count(int(row["clients"])))],
            section="How many clients change hands?",
        )
    if page.has("cost"):
        before, after = (claims.total_cost(page, each) for each in (page.baseline, page.others[0]))
        yield Tile(
            say("Cost of pay"),
            Share((after - before) / before if before else 0.0, 1, signed=True),
            say("against today"),
            [claims.money(page, after - before, signed=True)],
            section="What does it do to pay?",
        )


def in_spread(page: Page) -> Passage:
    """What a dot stands for."""
    return passage(
        [
            say(
                "A portfolio is a person, so none stands alone: portfolios are put in order, cut into equal "
                "parts of at least {count}, and each dot is the mean of one part. Part-time posts are reckoned "
                "up to full time.",
                count=str(page.limits.smallest_cell),
            ),
            say("Today and in the proposal a kind of portfolio is the same managers."),
            _few(page),
        ]
    )


def _few(page: Page) -> Value | None:
    if page.table("kinds")["shown"].all():
        return None
    return say(
        "Kinds of portfolio with too few managers are withheld; they are counted among all portfolios."
    )


def without_holder(page: Page) -> Value | None:
    """How many clients nobody holds today, and what becomes of them; nothing where everybody has a manager."""
    row = page.table("without_holder").iloc[0]
    if not row["clients"]:
        return None
    if not row["shown"]:
        few: dict[str, Value] = {"period": page.span(), "count": str(page.limits.smallest_cell)}
        if row["allocated"]:
            return say(
                "At the end of {period} nobody holds a few clients, fewer than {count}; the proposal gives each of "
                "them a manager.",
                **few,
            )
        return say(
            "At the end of {period} nobody holds a few clients, fewer than {count}; they are left out of the "
            "portfolios.",
            **few,
        )
    many: dict[str, Value] = {"period": page.span(), "count": Count(int(row["clients"]))}
    if row["allocated"]:
        return say(
            "At the end of {period} nobody holds {count} clients; the proposal gives each of them a manager.",
            **many,
        )
    return say(
        "At the end of {period} nobody holds {count} clients; they are left out of the portfolios.", **many
    )


def in_classes(page: Page) -> Passage | None:
    """Who is not counted among the classes, and where the list is."""
    nobody = without_holder(page)
    return passage([nobody, say("The list of them stays with HR.")]) if nobody is not None else None


def illustrative(rules: Rules) -> Iterator[Value]:
    """Every number of the rules; no source prints any (S6.7, S6.8)."""
    if rules.designated.most_premium is not None:
        share = Share(rules.designated.most_premium, 0)
        yield say("{what}: {values}", what=say("Who hold most premium clients"), values=share)
    for kind, limits in rules.limits.items():
        for bound in (limits.least or None, limits.most):
            if bound is not None:
                yield say("{what}: {values}", what=KIND_WORDS[kind], values=Count(bound))
    for name, words in WEIGHT_WORDS.items():
        yield say("{what}: {values}", what=words, values=Figure(getattr(rules.weights, name), 2))


def in_moves(page: Page) -> Passage:
    """Who is listed where, and what a reason means."""
    return passage(
        [
            say("A client who moves is counted under the first reason that applies."),
            say("Which client moves from whom to whom stands in a list that stays with HR."),
        ]
    )


def in_pay(page: Page, uncredited: float) -> Value:
    """How pay is replayed under portfolios."""
    return passage(
        [
            say(
                "A replay in which every client stayed with the same manager throughout {base} and {period}: "
                "today's manager on one side, the proposed one on the other. Last year's income and the base go "
                "with the client; marks, events and targets that are set for a person stay with the person.",
                base=Span(page.base_period),
                period=page.span(),
            ),
            say(
                "Amounts therefore differ a little from those paid under portfolios as they changed in the year."
            ),
            say(
                "{share} of the income falls on months in which its manager was not in the post; nobody is "
                "credited with it.",
                share=Share(uncredited, 1),
            )
            if uncredited >= 0.0005
            else None,
        ]
    )


def limits(page: Page) -> list[Value]:
    """What would change our mind."""
    return [
        say(
            "Potential is the income of the last twelve months, or what the table of clients says, as the rules have "
            "it; how well it is known limits how equal portfolios really are."
        ),
        say("A client's wish to stay with a manager, travelling time and language are not weighed."),
        say(
            "Chains are kept together within the region, not across regions; a group in several regions is refused."
        ),
        say("Nobody is assumed to work better or worse with other clients."),
    ]


def in_checks() -> Passage:
    """By what the hard rules were checked."""
    return passage(
        [
            say(
                "The rules were checked by a program of its own, which counts clients one by one and knows "
                "nothing of the search. A proposal that breaks a hard rule is not shown."
            )
        ]
    )


def method(page: Page) -> list[Value]:
    """How the proposal came about, one sentence a step."""
    return [
        say("Every client is classed by the first rule that fits (S6.7)."),
        say(
            "A mixed-integer programme seeks portfolios of about equal numbers of clients and potential, with industry "
            "chains together and few moves, each with its weight, under the hard rules (S6.8)."
        ),
        say("A full-time post counts as one; a part-time post as its part."),
        say(
            "Pay is replayed twice by the same scheme: with each client's figures at today's manager and at the "
            "proposed one."
        ),
        say(
            "No figure about fewer than {count} people or clients is shown, nor one that would reveal such a figure by "
            "subtraction.",
            count=str(page.limits.smallest_cell),
        ),
    ]
