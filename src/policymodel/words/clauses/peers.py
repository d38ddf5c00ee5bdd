"""Kinds among people in words: statistics, places, awards, pools, overrides on a team, split credits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policymodel.scheme.kinds.peers import AwardFor, Override, Pool, Rank, RankAward, SplitCredit, Statistic
from policymodel.words.clauses.plan import Plan
from policymodel.words.clauses.said import Grid, Said, own, rule
from policymodel.words.numbers import Count
from policymodel.words.sentences import Listing, Sentence, Value, say

AMONG: Mapping[str, Sentence] = {
    "outlet": say("everybody in the same outlet"),
    "region": say("everybody in the same region"),
    "group": say("everybody in the group"),
}
MISSING: Mapping[str, Sentence] = {
    "refuse": say(
        "If the figure of one of them is not known, nobody there has a result until it is supplied."
    ),
    "leave_out": say("Anybody whose figure is not known is left out."),
}
STATISTICS: Mapping[str, Sentence] = {
    "sum": say("The sum of {what} over {peers}."),
    "count": say("The number of people with a figure, among {peers}: {what}."),
    "mean": say("The mean of {what} over {peers}."),
    "median": say("The median of {what} over {peers}."),
    "quantile": say("The {at} quantile of {what} over {peers}."),
    "smallest": say("The smallest of {what} among {peers}."),
    "largest": say("The largest of {what} among {peers}."),
    "standard_deviation": say("The standard deviation (n − 1) of {what} over {peers}."),
    "standard_deviation_of_all": say("The standard deviation (n) of {what} over {peers}."),
    "gini": say("The Gini coefficient of {what} over {peers}."),
    "gini_of_sample": say("The Gini coefficient × n ÷ (n − 1) of {what} over {peers}."),
    "theil_t": say("The Theil T index of {what} over {peers}."),
    "theil_l": say("The Theil L index of {what} over {peers}."),
    "herfindahl": say("The Herfindahl index of {what} over {peers}."),
    "lorenz": say("The share of {what} that the lowest {at} of {peers} have."),
    "atkinson": say("The Atkinson index (epsilon {at}) of {what} over {peers}."),
    "wolfson": say("The Wolfson index of {what} over {peers}."),
    "kendall_tau_b": say("Kendall's tau-b of {what} over {peers}."),
    "spearman": say("Spearman's rank correlation of {what} over {peers}."),
    "kendall_w": say("Kendall's coefficient of concordance W of {what} over {peers}, corrected for ties."),
}
BEST: Mapping[str, Sentence] = {
    "highest": say("the highest comes first"),
    "lowest": say("the lowest comes first"),
}
UNITS: Mapping[tuple[str, str], Sentence] = {
    ("outlet", "region"): say(
        "The outlets of the region are ranked by the sum of {what} over their people; {best}."
    ),
    ("outlet", "group"): say(
        "The outlets of the group are ranked by the sum of {what} over their people; {best}."
    ),
    ("region", "group"): say(
        "The regions of the group are ranked by the sum of {what} over their people; {best}."
    ),
}
TIES: Mapping[str, Sentence] = {
    "best_place": say("People who are equal share the best of their places: 1, 1, 3."),
    "mean_place": say("People who are equal share the mean of their places: 1.5, 1.5, 3."),
    "worst_place": say("People who are equal share the worst of their places: 2, 2, 3."),
    "next_place": say("People who are equal share a place and the next takes the next one: 1, 1, 2."),
}
AWARD_TIES: Mapping[str, Sentence] = {
    "all_get_the_better": say("People who are equal all get the best award of their places."),
    "share_the_awards": say("People who are equal share the awards of their places equally."),
    "all_get_the_worse": say("People who are equal all get the lowest award of their places."),
}


def statistic(line: Statistic, plan: Plan) -> Iterator[Said]:
    """One number of all peers."""
    told = tuple(plan.quantity(each, line) for each in line.of)
    values: dict[str, Value] = {
        "what": told[0] if len(told) == 1 else Listing(told),
        "peers": AMONG[line.among],
    }
    if line.at is not None:
        values["at"] = (
            plan.number(line.at, line) if line.statistic == "atkinson" else plan.share(line.at, line)
        )
    yield own(say(STATISTICS[line.statistic].message, **values), "of", "statistic", "among", "at")
    if line.who is not None:
        yield own(
            say("Only people for whom {conditions} count.", conditions=plan.conditions(line.who, line)),
            "who",
        )
    yield rule(MISSING[line.missing], "missing")


def _ranked(line: Rank | RankAward, plan: Plan) -> Iterator[Said]:
    values: dict[str, Value] = {
        "peers": AMONG[line.among],
        "what": plan.quantity(line.of, line),
        "best": BEST[line.best],
    }
    if line.each == "person":
        said = say("{peers} is ranked by {what}; {best}.", **values)
    else:
        del values["peers"]
        said = say(UNITS[line.each, line.among].message, **values)
    yield own(said, "of", "among", "best", "each")
    if line.who is not None:
        yield own(
            say(
                "Only people for whom {conditions} have a place; to the others the line does not apply.",
                conditions=plan.conditions(line.who, line),
            ),
            "who",
        )


def rank(line: Rank, plan: Plan) -> Iterator[Said]:
    """A place among peers."""
    yield from _ranked(line, plan)
    told = {
        "place": say("The line gives the place."),
        "share": say("The line gives the place divided by how many are ranked."),
    }
    yield own(told[line.shown_as], "shown_as")
    yield rule(TIES[line.ties], "ties")
    yield rule(MISSING[line.missing], "missing")


def rank_award(line: RankAward, plan: Plan) -> Iterator[Said | Grid]:
    """An amount by place."""
    yield from _ranked(line, plan)
    rows = tuple((_places(each), plan.number(each.amount, line)) for each in line.awards)
    yield Grid(("awards",), say("Awards"), say("Place"), (say("Amount"),), rows)
    yield rule(say("Other places get nothing. A place counted from the front goes before one from the end."))
    yield rule(AWARD_TIES[line.ties], "ties")
    yield rule(MISSING[line.missing], "missing")


def _places(award: AwardFor) -> Value:
    if award.last == 1:
        return say("the last")
    if award.last is not None:
        return say("{count} from the end", count=Count(award.last))
    first, last = award.places() or (0, 0)
    return Count(first) if first == last else say("{first} to {last}", first=Count(first), last=Count(last))


def pool(line: Pool, plan: Plan) -> Iterator[Said]:
    """A fund that peers share."""
    values: dict[str, Value] = {"fund": plan.quantity(line.fund, line), "peers": AMONG[line.among]}
    if line.weight is None:
        yield own(
            say("The fund is {fund}; {peers} shares it equally.", **values),
            "fund",
            "allocation",
            "among",
            "weight",
        )
    else:
        weight = plan.quantity(line.weight, line)
        yield own(
            say("The fund is {fund}; {peers} shares it in proportion to {weight}.", weight=weight, **values),
            "fund",
            "allocation",
            "among",
            "weight",
        )
        yield rule(
            say("A weight below zero counts as zero; where nobody has a weight, the fund stays unspent.")
        )
    if line.who is not None:
        yield own(
            say(
                "Only people for whom {conditions} share in it; the others get 0.",
                conditions=plan.conditions(line.who, line),
            ),
            "who",
        )
    if line.remainder == "left_over":
        yield rule(
            say("Each part is rounded by itself; what that leaves over or takes too much stays so."),
            "remainder",
        )
    elif line.remainder == "largest_remainder":
        yield rule(say("The parts are rounded together, so that they add up to the fund."), "remainder")
    yield rule(MISSING[line.missing], "missing")


def override(line: Override, plan: Plan) -> Iterator[Said]:
    """A leader's rate on the team."""
    values: dict[str, Value] = {
        "rate": plan.rate(line.rate, line),
        "what": plan.quantity(line.of, line),
    }
    told = {
        "direct": say(
            "A leader gets {rate} × the sum of {what} over those who report to the leader directly.", **values
        ),
        "whole": say(
            "A leader gets {rate} × the sum of {what} over all who report to the leader at any depth.",
            **values,
        ),
    }
    yield own(told[line.team], "of", "rate", "team")
    yield rule(
        say(
            "A leader's own figure does not count. Who reports to whom is as at the end of the {period}.",
            period=plan.period,
        )
    )


def split_credit(line: SplitCredit, plan: Plan) -> Iterator[Said]:
    """A deal by the share credited."""
    yield own(
        say(
            "{what} × the share of the transaction credited to the person.", what=plan.quantity(line.of, line)
        ),
        "of",
    )
    yield rule(say("Where nobody shares a transaction, all of it counts for the one who made it."))
