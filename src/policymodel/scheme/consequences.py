"""Rewards and penalties as rules: when something holds, this follows (S6.10, S6.11).

A rule is judged at the end of each period, after pay. It changes no score and no payment: what the scheme paid and what
a consequence takes or gives stand apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag
from pydantic.dataclasses import dataclass as checked

from policymodel.documents import Where
from policymodel.errors import suggest
from policymodel.scheme.kinds.pay import GradeWage
from policymodel.scheme.quantities import Name, Portion
from policymodel.scheme.refusals import Checked, Refusal, Written, Wrong, listed, quoted
from policymodel.scheme.terms import RECORD, Figure, Number, Text, Title


@dataclass(frozen=True)
class Standing:
    """Refuses a number that changes with time: a rule holds as it stands. With `whole` it counts things."""

    whole: bool = False

    def __call__(self, number: Number) -> Number:
        """The number, if it fits."""
        if number.cuts():
            raise Refusal(Wrong((), "it changes with time", "write one value: a rule holds as it stands"))
        if self.whole and not (number.value == int(number.value) and 1 <= number.value <= 1000):
            raise Refusal(Wrong((), f"{number.value} is no count", "write a whole number from 1 to 1000"))
        return number


Fixed = Annotated[Figure, AfterValidator(Standing())]
Count = Annotated[Figure, AfterValidator(Standing(whole=True))]
Part = Annotated[Portion, AfterValidator(Standing())]


@checked(frozen=True, kw_only=True, config=RECORD)
class ScoreWhen(Checked):
    """The score in several periods.

    A period whose score is not known, or in which somebody is not employed, is none of them, and it breaks a row. A
    period that has led to the rule once does not count for it again.

    - score: `below` or `at_least`.
    - limit: the score it is held against.
    - periods: in how many periods.
    - of_last: of how many periods that many; without it they follow one another.
    """

    score: Literal["below", "at_least"]
    limit: Fixed
    periods: Count
    of_last: Count | None = None

    def wrong(self) -> Iterator[Wrong]:
        """More periods than there are to look at."""
        if self.of_last is not None and self.of_last.value < self.periods.value:
            what = f"{self.periods.value} of the last {self.of_last.value} periods there cannot be"
            yield Wrong(("of_last",), what, "write at least as many, or leave it out for periods in a row")


@checked(frozen=True, kw_only=True, config=RECORD)
class EventsWhen(Checked):
    """Verified events in the last months, up to the end of the period.

    An event that is not verified does not count, nor one before the plan year. One that has led to the rule once does
    not count for it again.

    - events: the kinds of event that count, together.
    - at_least: from how many on.
    - months: in how many months.
    """

    events: Annotated[tuple[Name, ...], Field(min_length=1)]
    at_least: Count
    months: Count

    def wrong(self) -> Iterator[Wrong]:
        """A kind of event named twice."""
        for place, event in enumerate(self.events):
            if event in self.events[:place]:
                yield Wrong(("events", place), f"{quoted(event)} is named twice", "name each event once")


@checked(frozen=True, kw_only=True, config=RECORD)
class RankWhen:
    """A place among the best, of all whose figure is known.

    - rank: by what: the `score` or the `performance_wage`, which is all that is paid but the base wage; the higher the
      better.
    - over: each `period`, or the plan `year` once at its end: the mean of its scores, or the sum of its wages, of
      those for whom every period in which they were employed is known.
    - top: how many places.
    - among: everybody of the `region`, or of the whole `group`.
    - ties: where several share the last place: `all_get_it` or `none_gets_it`.
    """

    rank: Literal["score", "performance_wage"]
    over: Literal["period", "year"]
    top: Count
    among: Literal["region", "group"]
    ties: Literal["all_get_it", "none_gets_it"]


WHENS: dict[str, type] = {"score": ScoreWhen, "events": EventsWhen, "rank": RankWhen}
"""The word that each sort of condition begins with."""


def _sort_of(raw: Any) -> str:
    if isinstance(raw, Mapping):
        return next(f"<{word}>" for word in WHENS if word in raw)
    return next(f"<{word}>" for word, sort in WHENS.items() if isinstance(raw, sort))


def _begun(raw: Any) -> Any:
    """Refuse what begins no condition."""
    right = f"a condition begins with {listed(WHENS)}"
    if isinstance(raw, Mapping) and raw.keys().isdisjoint(WHENS):
        word = str(next(iter(raw), ""))
        what = f"{quoted(word)} begins no condition" if raw else "nothing is written between the braces"
        raise Refusal(Wrong((), what, suggest(word, WHENS) or right))
    if not isinstance(raw, Mapping | ScoreWhen | EventsWhen | RankWhen):
        raise Refusal(Wrong((), f"{quoted(raw)} is no condition", right))
    return raw


# The tags stand in angles: they are no words of a file.
When = Annotated[
    Annotated[ScoreWhen, Tag("<score>")]
    | Annotated[EventsWhen, Tag("<events>")]
    | Annotated[RankWhen, Tag("<rank>")],
    Discriminator(_sort_of),
    BeforeValidator(_begun),
    Written("{score: ...}, {events: ...} or {rank: ...}"),
]

REWARDS = ("commendation", "training", "promotion")
PENALTIES = (
    *("oral_warning", "warning", "public_criticism"),
    *("reduce_performance_wage", "stop_performance_wage", "reduce_base_wage", "stop_base_wage"),
    *("transfer", "lower_grade", "demotion", "dismissal"),
)
SETTINGS = {
    "commendation": ("name",),
    "training": ("name",),
    "promotion": ("grades", "begins"),
    "reduce_performance_wage": ("share", "periods"),
    "stop_performance_wage": ("periods",),
    "reduce_base_wage": ("share", "periods"),
    "stop_base_wage": ("periods",),
    "lower_grade": ("grades", "begins"),
    "demotion": ("grades", "begins"),
}
"""What each action needs to be said of it, and nothing else."""
CUTS = {
    "reduce_performance_wage": "performance_wage",
    "stop_performance_wage": "performance_wage",
    "reduce_base_wage": "base_wage",
    "stop_base_wage": "base_wage",
}
"""The wage that an action cuts."""
MOVES = {"promotion": 1, "lower_grade": -1, "demotion": -1}
"""Which way an action moves somebody along the grades."""


@checked(frozen=True, kw_only=True, config=RECORD)
class Consequence(Checked):
    """What follows, from the next period on.

    - action: what is done. Rewards: `commendation`, `training`, `promotion`. Penalties: `oral_warning`, `warning`,
      `public_criticism`; `reduce_performance_wage`, `stop_performance_wage`, `reduce_base_wage`, `stop_base_wage`;
      `transfer`, `lower_grade`, `demotion` (to a lower post, and by so many grades) and `dismissal`.
    - name (with commendation and training): what it is called.
    - share (with reduce_performance_wage and reduce_base_wage): the part of the wage that is taken.
    - periods (with a wage that is cut): for how many periods.
    - grades (with promotion, lower_grade and demotion): by how many grades.
    - begins (with promotion, lower_grade and demotion): from the `next_period` or the `next_year` on.
    """

    action: Literal[
        "commendation",
        "training",
        "promotion",
        "oral_warning",
        "warning",
        "public_criticism",
        "reduce_performance_wage",
        "stop_performance_wage",
        "reduce_base_wage",
        "stop_base_wage",
        "transfer",
        "lower_grade",
        "demotion",
        "dismissal",
    ]
    name: Title | None = None
    share: Part | None = None
    periods: Count | None = None
    grades: Count | None = None
    begins: Literal["next_period", "next_year"] | None = None

    def wrong(self) -> Iterator[Wrong]:
        """A setting that the action needs and has not, or has and does not need."""
        needed = SETTINGS.get(self.action, ())
        for setting, right in HINTS.items():
            there = getattr(self, setting) is not None
            if setting in needed and not there:
                yield Wrong((setting,), f"'{self.action}' needs this setting", right)
            elif there and setting not in needed:
                other = listed([name for name, each in SETTINGS.items() if setting in each], "and")
                yield Wrong((setting,), f"'{self.action}' has no such setting", f"{other} have it")


HINTS = {
    "name": "write what it is called, such as {en: ..., zh-Hant: ...}",
    "share": "write the part that is taken, such as 0.3",
    "periods": "write for how many periods",
    "grades": "write by how many grades",
    "begins": "write next_period or next_year",
}
"""What would be right where a setting of a consequence is missing."""

Follows = Annotated[tuple[Consequence, ...], Field(min_length=1)]


@checked(frozen=True, kw_only=True, config=RECORD)
class Reward(Checked):
    """A reward: when something holds, this follows (S6.10).

    - id: the rule's name in this file, a word without dots and spaces.
    - title: what people read, a text or one for each language.
    - source: the clause that it comes from.
    - when: scores that are high enough, a place among the best, or events.
    - unless: a hurdle: whoever has these events in the months before is not rewarded. The place is not passed on.
    - then: what follows.
    """

    kind: ClassVar[str] = "reward"
    id: str
    title: Title
    source: str
    when: When
    unless: EventsWhen | None = None
    then: Follows

    @property
    def steps(self) -> tuple[tuple[Consequence, ...], ...]:
        """What follows the first time, the second and so on: for a reward always the same."""
        return (self.then,)

    def wrong(self) -> Iterator[Wrong]:
        """A low score that is rewarded, an action that is no reward."""
        if isinstance(self.when, ScoreWhen) and self.when.score == "below":
            yield Wrong(("when", "score"), "a low score is no reason for a reward", "write at_least")
        yield from _no(self.then, ("then",), REWARDS, "reward")


@checked(frozen=True, kw_only=True, config=RECORD)
class Step:
    """One step of a ladder.

    - then: what follows when it is reached.
    """

    then: Follows


@checked(frozen=True, kw_only=True, config=RECORD)
class Penalty(Checked):
    """A penalty: when something holds, a step of a ladder follows, and the next one when it holds again (S6.11).

    The first time it is the first step. Whenever the rule's last time lies less than `within_months` back it is the
    step after the one taken then; else it begins with the first again. On the last step one stays.

    - id: the rule's name in this file, a word without dots and spaces.
    - title: what people read, a text or one for each language.
    - source: the clause that it comes from.
    - when: scores that are too low, or events.
    - ladder: the steps, the mildest first.
    - within_months: how long a step is remembered, from the end of one period to the end of another; needed where
      there is more than one step.
    - appeal: where and by when somebody objects.
    """

    kind: ClassVar[str] = "penalty"
    id: str
    title: Title
    source: str
    when: When
    ladder: Annotated[tuple[Step, ...], Field(min_length=1)]
    within_months: Count | None = None
    appeal: Title | None = None

    @property
    def steps(self) -> tuple[tuple[Consequence, ...], ...]:
        """What follows the first time, the second and so on."""
        return tuple(step.then for step in self.ladder)

    def wrong(self) -> Iterator[Wrong]:
        """A high score or a high place that is punished, an action that is no penalty, a ladder without memory."""
        if isinstance(self.when, ScoreWhen) and self.when.score == "at_least":
            yield Wrong(("when", "score"), "a high score is no reason for a penalty", "write below")
        if isinstance(self.when, RankWhen):
            right = "write a score that is too low, or events"
            yield Wrong(("when", "rank"), "a high place is no reason for a penalty", right)
        for place, step in enumerate(self.ladder):
            yield from _no(step.then, ("ladder", place, "then"), PENALTIES, "penalty")
        if len(self.ladder) > 1 and self.within_months is None:
            right = "write how many months a step is remembered"
            yield Wrong(("within_months",), "a ladder of several steps needs this setting", right)
        if len(self.ladder) == 1 and self.within_months is not None:
            what = "a ladder of one step has nowhere to go"
            yield Wrong(("within_months",), what, "leave it out, or write more steps")


def _no(then: tuple[Consequence, ...], where: Where, fitting: tuple[str, ...], kind: str) -> Iterator[Wrong]:
    """Actions that are none of a kind of rule, and what is said twice at one time."""
    for place, each in enumerate(then):
        if each.action not in fitting:
            yield Wrong(
                (*where, place, "action"), f"'{each.action}' is no {kind}", f"write {listed(fitting)}"
            )
        elif each.action in [other.action for other in then[:place]]:
            what = f"'{each.action}' follows twice at once"
            yield Wrong((*where, place, "action"), what, "write it once")


RULES: dict[str, type[Reward | Penalty]] = {"reward": Reward, "penalty": Penalty}
"""The kinds of rule."""
Rule = Reward | Penalty


@dataclass(frozen=True)
class Rules:
    """All rules of a scheme, in the order in which they are judged.

    `grades` are the grades from the highest to the lowest. Where several cuts fall on one wage they `add_up`, to the
    whole wage at most, or the `largest` holds.
    """

    rules: tuple[Rule, ...]
    grades: tuple[str, ...] = ()
    several_cuts: Literal["add_up", "largest"] | None = None

    def actions(self) -> Iterator[tuple[Rule, Where, Consequence]]:
        """Every consequence with its rule and the way to it from there."""
        for rule in self.rules:
            for step, then in enumerate(rule.steps):
                way: Where = ("then",) if isinstance(rule, Reward) else ("ladder", step, "then")
                for place, each in enumerate(then):
                    yield rule, (*way, place), each

    def titles(self) -> Mapping[str, Text]:
        """The title of each rule by its id."""
        return {rule.id: rule.title for rule in self.rules}


def misfits(rules: Rules, card: Any | None, items: tuple[Any, ...] | None) -> Iterator[Wrong]:
    """What is wrong between the rules and their file: no score to judge, no wage to cut, grades that are unknown.

    `items` are those of the pay plan, None without one.
    """
    place = {rule.id: number for number, rule in enumerate(rules.rules)}
    for rule in rules.rules:
        where: Where = ("consequences", "rules", place[rule.id])
        what = getattr(rule.when, "rank", "score" if isinstance(rule.when, ScoreWhen) else None)
        if what == "score" and card is None:
            yield Wrong((*where, "when"), "it judges a score, and there is no card", "add `card:`")
        if what == "performance_wage" and items is None:
            yield Wrong((*where, "when"), "it ranks by a wage, and there is no pay plan", "add `pay:`")
    tables = [item for item in items or () if isinstance(item, GradeWage)]
    for rule, way, each in rules.actions():
        where = ("consequences", "rules", place[rule.id], *way, "action")
        if each.action in CUTS and items is None:
            yield Wrong(where, f"'{each.action}' cuts a wage, and there is no pay plan", "add `pay:`")
        elif CUTS.get(each.action) == "base_wage" and not tables:
            right = "add an item of `kind: grade_wage`"
            yield Wrong(where, f"'{each.action}' needs a base wage, and no item is one", right)
        elif each.action in MOVES and not rules.grades:
            right = "write `grades:` beside the rules, the highest first, such as [A, B, C]"
            yield Wrong(where, f"'{each.action}' moves along grades, and nothing says their order", right)
        elif each.action in CUTS and rules.several_cuts is None:
            right = "write `several_cuts: add_up` or `largest` beside the rules"
            yield Wrong(where, "nothing says what holds where several cuts fall on one wage", right)
    yield from _grades(rules.grades, tables)


def _grades(grades: tuple[str, ...], tables: list[GradeWage]) -> Iterator[Wrong]:
    """Grades named twice, or not paid by a table, or paid and without a place in the order."""
    for place, grade in enumerate(grades):
        where: Where = ("consequences", "grades", place)
        if grade in grades[:place]:
            yield Wrong(where, f"{quoted(grade)} is named twice", "name each grade once")
        for table in tables:
            if grade not in table.grades:
                right = suggest(grade, table.grades) or f"it pays {listed(table.grades, 'and')}"
                yield Wrong(where, f"'{table.id}' does not pay grade {quoted(grade)}", right)
    for table in tables if grades else ():
        if missing := [grade for grade in table.grades if grade not in grades]:
            what = f"'{table.id}' pays {listed(missing, 'and')}, which the order of grades does not have"
            yield Wrong(("consequences", "grades"), what, "give every grade its place")
