"""The rules of an allocation as written: classes of clients (S6.7), who may hold what, limits, weights (S6.8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from policymodel.documents import read_yaml
from policymodel.errors import Problem, RulesError, suggest

ATTRIBUTES = ("condition", "rating", "size", "credit_record", "dealings")
"""What clients are classed by (S6.7), as the columns of `clients`."""

PREMIUM, ORDINARY, SEPARATE = "premium", "ordinary", "separate_book"
KINDS = (PREMIUM, ORDINARY, SEPARATE)
"""Kinds of portfolio: premium clients apart, the other classes together, separate-book clients apart (S6.8)."""

SENTENCES = {
    "missing": "this setting is needed",
    "extra_forbidden": "there is no such setting",
    "string_type": "must be text; write it in quotes",
    "int_type": "must be a whole number",
    "list_type": "must be a list",
    "dict_type": "must hold names and values",
    "model_type": "must hold names and values",
}


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"must be a number, written plain such as 0.5; {value!r} is not")
    return float(value)


Amount = Annotated[float, Field(ge=0), BeforeValidator(_number)]
Words = Annotated[list[str], Field(min_length=1)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ClientClass(_Record):
    """One class of clients: what a client must have of each attribute that is named. Nothing named fits everybody."""

    id: Annotated[str, Field(min_length=1)]
    title: dict[str, str]
    when: dict[Literal["condition", "rating", "size", "credit_record", "dealings"], Words] = {}
    premium: bool = False
    source: str = "illustrative"


class Designated(_Record):
    """Managers whom the city branch designated for premium clients: by grade, by id, or those who hold most of them."""

    grades: list[str] = []
    managers: list[str] = []
    most_premium: Annotated[float, Field(ge=0, le=1), BeforeValidator(_number)] | None = None


class Limits(_Record):
    """The least and the most clients of a full-time post."""

    least: Annotated[int, Field(ge=0)] = 0
    most: Annotated[int, Field(ge=1)] | None = None


class Weights(_Record):
    """What each aim weighs: mean deviations of span and potential, chains kept apart, clients moved, each a share."""

    span: Amount = 1.0
    potential: Amount = 1.0
    chains: Amount = 0.5
    moves: Amount = 0.5


class Rules(_Record):
    """Everything that an allocation asks for.

    `within`: a client stays inside its region, or its outlet. `potential`: what the client brought in the base period
    of the run (`income`), or the column of `clients`. `missing_as`: the class of a client of whom too little is known
    to be classed; without it such a book is refused. `without_holder`: clients whom nobody holds are left out of the
    book (they may have left the bank), or allocated like all others. `pinned`: clients who stay with somebody.
    """

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
    title: dict[str, str]
    classes: Annotated[list[ClientClass], Field(min_length=1)]
    designated: Designated
    within: Literal["region", "outlet"] = "region"
    potential: Literal["income", "clients"] = "income"
    limits: dict[Literal["premium", "ordinary", "separate_book"], Limits] = {}
    weights: Weights = Weights()
    missing_as: str | None = None
    without_holder: Literal["leave_out", "allocate"] = "leave_out"
    pinned: dict[str, str] = {}

    @property
    def premium(self) -> frozenset[str]:
        """The classes that make a premium client."""
        return frozenset(each.id for each in self.classes if each.premium)

    def limits_of(self, kind: str) -> Limits:
        """The limits of a kind of portfolio; where none are written there are none."""
        return next((limits for name, limits in self.limits.items() if name == kind), Limits())


def read_rules(path: Path | str) -> Rules:
    """Read the rules of an allocation, or refuse them with everything that is wrong."""
    document = read_yaml(path, RulesError)
    if not isinstance(document, dict):
        raise RulesError(str(path), [Problem("", "the file must hold names and values, one a line")])
    try:
        rules = Rules.model_validate(document)
    except ValidationError as error:
        raise RulesError(str(path), _problems(error, document)) from None
    if problems := _contradictions(rules):
        raise RulesError(str(path), problems)
    return rules


def _problems(error: ValidationError, document: Mapping[str, Any]) -> list[Problem]:
    found: dict[str, Problem] = {}
    for each in error.errors(include_url=False):
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in each["loc"])
        what, right = SENTENCES.get(each["type"], ""), ""
        if each["type"] == "extra_forbidden" and len(each["loc"]) == 1:
            right = suggest(str(each["loc"][0]), Rules.model_fields)
        elif each["type"] == "value_error":
            what = str(each["ctx"]["error"])
        elif each["type"] == "literal_error":
            what, right = "is not one of the words that may stand here", f"write {each['ctx']['expected']}"
        place = where.lstrip(".")
        found.setdefault(place, Problem(place, what or each["msg"][0].lower() + each["msg"][1:], right))
    return list(found.values())


def _contradictions(rules: Rules) -> list[Problem]:
    problems = []
    ids = [each.id for each in rules.classes]
    for name, count in Counter(ids).items():
        if count > 1:
            problems.append(Problem("classes", f"two classes are called '{name}'", "each id stands once"))
    if not rules.premium:
        problems.append(Problem("classes", "no class is premium", "write premium: true in one of them"))
    if rules.classes[-1].when and rules.missing_as is None:
        what = f"whoever fits no class has none, because the last, '{ids[-1]}', asks for something"
        problems.append(Problem("classes", what, "let the last class ask for nothing, or write missing_as"))
    for at, each in enumerate(rules.classes[:-1]):
        if not each.when:
            what = f"everybody fits '{each.id}', so the classes after it hold nobody"
            problems.append(Problem(f"classes[{at}].when", what, "put it last"))
    if rules.missing_as is not None and rules.missing_as not in ids:
        problems.append(
            Problem("missing_as", f"'{rules.missing_as}' is no class", suggest(rules.missing_as, ids))
        )
    for kind, limits in rules.limits.items():
        if limits.most is not None and limits.least > limits.most:
            what = f"the least, {limits.least}, is more than the most, {limits.most}"
            problems.append(Problem(f"limits.{kind}", what))
    return problems
