"""The run file: which designs are compared, on whose history, for which year; and one page's parameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
)

from policymodel.documents import read_yaml
from policymodel.errors import Problem, RunFileError, suggest
from policymodel.periods import Period
from policymodel.scheme.terms import Figure
from policymodel.scheme.written import read_day
from policymodel.words.catalogues import LANGUAGES
from policymodel.words.editions import Edition

ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$"

SENTENCES = {
    "missing": "this setting is needed",
    "string_type": "must be text; write it in quotes",
    "int_type": "must be a whole number",
    "list_type": "must be a list",
    "dict_type": "must hold names and values",
    "model_type": "must hold names and values",
    "model_attributes_type": "must hold names and values",
    "literal_error": "is not one of the words that may stand here",
    "string_pattern_mismatch": "must be of letters, figures, _ and - only, 40 at most",
    "string_too_short": "must not be empty",
}


def _period(value: object) -> Period:
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValueError("must be a period; write it in quotes, for example '2025' or '2021-07..2022-06'")
    return Period.parse(str(value))


def _path(value: object, info: ValidationInfo) -> Path | None:
    """A path stands beside the file that names it."""
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError("must be the path of a file, as text")
    return Path((info.context or {}).get("folder", "."), value).resolve()


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"must be a number, written plain such as 0.05; {value!r} is not")
    return Decimal(value)


def _language(value: object) -> str:
    if value not in LANGUAGES:
        raise ValueError(f"{value!r} is no language of the pages; write {' or '.join(LANGUAGES)}")
    return str(value)


Exact = Annotated[Decimal, BeforeValidator(_decimal)]
Share = Annotated[float, Field(ge=0, le=1), BeforeValidator(lambda value: float(_decimal(value)))]
Text = Annotated[str, Field(min_length=1)]
Language = Annotated[str, BeforeValidator(_language)]
Titles = dict[Language, Text]
FilePath = Annotated[Path, BeforeValidator(_path)]
Day = Annotated[date | None, BeforeValidator(read_day)]
YearPeriod = Annotated[Period, BeforeValidator(_period)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)


PlanName = Annotated[str, Field(pattern=ID)]


class PlanSchemes(_Record):
    """By what the people of one plan are scored and paid in a design (S6.8)."""

    card: FilePath | None = None
    pay: FilePath | None = None


class Design(_Record):
    """One design of the run: a card, a pay scheme, or both; and the same for each further plan.

    Of a plan that is null the run takes no notice: its people are neither scored nor paid.
    """

    id: Annotated[str, Field(pattern=ID)]
    title: Titles
    card: FilePath | None = None
    pay: FilePath | None = None
    plans: dict[PlanName, PlanSchemes | None] = {}

    def files(self) -> dict[str, Path]:
        """The scheme files by their place in the design: `card`, `pay`, `plans.separate_book.card` …"""
        own = {"card": self.card, "pay": self.pay}
        for plan, each in self.plans.items():
            own |= {} if each is None else {f"plans.{plan}.card": each.card, f"plans.{plan}.pay": each.pay}
        return {place: path for place, path in own.items() if path is not None}


class Budget(_Record):
    """What may be spent: a share of the base year's income, or an amount for each region."""

    share_of_base_income: Figure | None = None
    amounts: dict[Text, Exact] | None = None
    source: str = ""


class RunFile(_Record):
    """One run: every page of it answers the same question for its region."""

    id: Annotated[str, Field(pattern=ID)]
    title: Titles
    question: Titles
    mapping: FilePath
    history: FilePath | None = None
    plan_year: YearPeriod
    base_year: YearPeriod
    as_of: Day = None
    designs: Annotated[list[Design], Field(min_length=1)]
    baseline: str
    budget: Budget | None = None
    lint: FilePath | None = None
    approvals: Annotated[FilePath | None, Field(alias="register")] = None
    allocation: FilePath | None = None
    futures: FilePath | None = None
    draws: Annotated[int, Field(ge=1)] = 256
    regions: Literal["all"] | list[Text] = "all"
    region_titles: dict[Text, Titles] = {}
    languages: Annotated[list[Language], Field(min_length=1)] = ["en"]
    editions: Annotated[list[Edition], Field(min_length=1)] = ["leadership"]
    people_as: Literal["pseudonyms", "ids"] = "pseudonyms"
    sheets_of: str = ""
    seed: Annotated[int, Field(ge=0)]
    max_quarantined: Share
    smallest_cell: Annotated[int, Field(ge=2)] = 10
    no_change: Share = 0.01
    large_change: Share = 0.05
    _file: Path = PrivateAttr(default_factory=Path)

    @property
    def file(self) -> Path:
        """Where the run file stands."""
        return self._file

    def with_history(self, folder: Path | str) -> RunFile:
        """The same run on another history (a raw folder or a store)."""
        run = self.model_copy(update={"history": Path(folder).resolve()})
        run._file = self._file
        return run


class RegionParameters(_Record):
    """The parameters of the notebook, all text; paths are seen from the folder where the notebook runs.

    >>> RegionParameters(region="north", run_file="params/runs/demo.yaml").values()["region"]
    'north'
    """

    region: Text
    run_file: Text
    history: str = ""
    results_dir: str = ""

    def values(self) -> dict[str, str]:
        """What papermill is handed: plain text, which survives the journey into the kernel."""
        return self.model_dump()


def read_run_file(path: Path | str) -> RunFile:
    """Read a run file, or refuse it with everything that is wrong.

    The files it names must be there; the history need not be, because the command line may name another.
    """
    file = Path(path)
    document = _mapping_of(read_yaml(file, RunFileError), file)
    try:
        run = RunFile.model_validate(document, context={"folder": file.resolve().parent})
    except ValidationError as error:
        raise RunFileError(str(path), _problems(error, _RUN_SETTINGS)) from None
    if problems := [*_contradictions(run), *_missing_files(run, document)]:
        raise RunFileError(str(path), problems)
    run._file = file.resolve()
    return run


def read_region_parameters(path: Path | str) -> RegionParameters:
    """Read one page's parameters, as papermill gets them with `-f`; misspelt ones are refused."""
    file = Path(path)
    return region_parameters(_mapping_of(read_yaml(file, RunFileError), file), str(path))


def region_parameters(values: Mapping[str, object], file: str = "parameters") -> RegionParameters:
    """Check the parameters of one page before a kernel starts.

    >>> region_parameters({"regoin": "north", "run_file": "demo.yaml"})
    Traceback (most recent call last):
        ...
    policymodel.errors.RunFileError: parameters: 2 problems
      region: this setting is needed
      regoin: there is no such setting; did you mean 'region'?
    """
    try:
        return RegionParameters.model_validate(dict(values))
    except ValidationError as error:
        raise RunFileError(file, _problems(error, {(): RegionParameters})) from None


_RUN_SETTINGS: dict[tuple[str, ...], type[BaseModel]] = {
    (): RunFile,
    ("designs",): Design,
    ("budget",): Budget,
}


def _mapping_of(document: object, file: Path) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise RunFileError(str(file), [Problem("", "the file must hold names and values, one a line")])
    return document


def _problems(error: ValidationError, settings: Mapping[tuple[str, ...], type[BaseModel]]) -> list[Problem]:
    """Our sentences for what pydantic found, one a place."""
    found: dict[str, Problem] = {}
    for each in error.errors(include_url=False):
        # a union adds the names of its branches to the place, which nobody wrote; a misspelt name somebody did
        written = each["loc"][-1:] if each["type"] == "extra_forbidden" else ()
        between = each["loc"][: len(each["loc"]) - len(written)]
        steps = [step for step in between if isinstance(step, int) or not _is_branch(step)] + [*written]
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
        what = SENTENCES.get(each["type"], "")
        right = ""
        if each["type"] == "extra_forbidden":
            owner = tuple(str(step) for step in steps[:-1] if isinstance(step, str))
            what = "there is no such setting"
            known = PlanSchemes if owner[:2] == ("designs", "plans") else settings.get(owner)
            right = suggest(str(steps[-1]), settings_of(known)) if known is not None else ""
        elif each["type"] == "value_error":
            what = str(each["ctx"]["error"])
        elif each["type"] == "literal_error":
            right = f"write {each['ctx']['expected']}"
        found.setdefault(place, Problem(place, what or each["msg"][0].lower() + each["msg"][1:], right))
    return list(found.values())


def settings_of(settings: type[BaseModel]) -> list[str]:
    """The settings as a file writes them."""
    return [each.alias or name for name, each in settings.model_fields.items()]


def _is_branch(step: str) -> bool:
    return "[" in step or step in {"literal", "list", "str"}


def _contradictions(run: RunFile) -> list[Problem]:
    """What is wrong between settings that are each right by themselves."""
    problems = []
    ids = [design.id for design in run.designs]
    for name, count in Counter(ids).items():
        if count > 1:
            problems.append(Problem("designs", f"two designs are called '{name}'", "each id stands once"))
    if run.baseline not in ids:
        right = suggest(run.baseline, ids) or f"write one of {', '.join(ids)}"
        problems.append(Problem("baseline", f"'{run.baseline}' is not the id of a design", right))
    parts = {(design.card is not None, design.pay is not None) for design in run.designs}
    for index, design in enumerate(run.designs):
        if design.card is None and design.pay is None and run.allocation is None:
            problems.append(
                Problem(f"designs[{index}]", "has neither card nor pay", "name one file at least")
            )
    if len(parts) > 1:
        problems.append(
            Problem(
                "designs",
                "not every design has the same parts",
                "give all of them a card, or a pay scheme, or both",
            )
        )
    problems.extend(_plan_problems(run))
    if len(run.base_year.months) != len(run.plan_year.months) or run.base_year.last >= run.plan_year.first:
        problems.append(
            Problem(
                "base_year",
                f"{run.base_year.label} does not end before {run.plan_year.label} begins, or is not as long",
                f"the year before is {run.plan_year.year_before().label}",
            )
        )
    problems.extend(_standing_problems(run))
    for place, titles in [
        ("title", run.title),
        ("question", run.question),
        *((f"designs[{i}].title", design.title) for i, design in enumerate(run.designs)),
        *((f"region_titles.{region}", title) for region, title in run.region_titles.items()),
    ]:
        if absent := [language for language in run.languages if language not in titles]:
            problems.append(
                Problem(
                    place, f"is not written in {', '.join(absent)}", "every language of the run is needed"
                )
            )
    if "leadership" not in run.editions or len(set(run.editions)) < len(run.editions):
        right = "write each edition once, leadership among them: the group's page is made of it"
        problems.append(Problem("editions", "names an edition twice, or not leadership", right))
    if run.sheets_of:
        problems.extend(_sheets_problems(run))
    if run.no_change > run.large_change:
        problems.append(Problem("no_change", "is larger than large_change"))
    problems.extend(_budget_problems(run))
    problems.extend(_futures_problems(run))
    return problems


def _futures_problems(run: RunFile) -> list[Problem]:
    """Next year is told by what designs cost, after a year that is over."""
    if run.futures is None:
        return []
    if any(design.pay is None for design in run.designs):
        right = "give every design a pay scheme, or leave futures out"
        return [Problem("futures", "next year is told by what it costs, and a design does not pay", right)]
    if run.as_of is not None:
        return [
            Problem("futures", "a year that is not over is not followed by one", "leave it out, or as_of")
        ]
    return []


def _sheets_problems(run: RunFile) -> list[Problem]:
    """Sheets of one period are those of a period of the plan year, in a run that makes sheets."""
    if "manager" not in run.editions:
        what = "this run makes no sheets"
        return [Problem("sheets_of", what, "add manager to `editions`, or leave sheets_of out")]
    known = {each.label for months in (1, 3, 12) for each in run.plan_year.split(months)}
    if run.sheets_of not in known:
        what = f"'{run.sheets_of}' is no period of {run.plan_year.label}"
        return [Problem("sheets_of", what, f"write one such as {run.plan_year.split(3)[-1].label}")]
    return []


def _plan_problems(run: RunFile) -> list[Problem]:
    """Every design has the same plans, each with the parts that the design itself has."""
    problems = []
    plans = [{plan: each is None for plan, each in design.plans.items()} for design in run.designs]
    if any(each != plans[0] for each in plans):
        right = (
            "a person stands under the same plan in every design: name each plan in all of them or in none"
        )
        problems.append(Problem("designs", "not every design has the same plans", right))
    for index, design in enumerate(run.designs):
        for plan, each in design.plans.items():
            place = f"designs[{index}].plans.{plan}"
            if each is not None and (each.card is None, each.pay is None) != (
                design.card is None,
                design.pay is None,
            ):
                right = "give it a card where the design has one, and a pay scheme where the design has one"
                problems.append(Problem(place, "has not the same parts as the design", right))
    return problems


def _standing_problems(run: RunFile) -> list[Problem]:
    """A day on which things stand lies in the plan year; nothing is paid on it, and nobody is handed a sheet."""
    if run.as_of is None:
        return []
    problems = []
    if not run.plan_year.start <= run.as_of <= run.plan_year.end:
        right = f"its days are {run.plan_year.start} to {run.plan_year.end}"
        problems.append(Problem("as_of", f"{run.as_of} does not lie in {run.plan_year.label}", right))
    if any(design.pay is not None for design in run.designs):
        problems.append(
            Problem("as_of", "a standing is not paid", "leave `pay` of the designs out, or as_of")
        )
    if run.approvals is not None:
        problems.append(Problem("register", "a standing is not approved", "leave it out, or as_of"))
    if tuple(run.editions) != ("leadership",):
        right = "write `editions: [leadership]`, or leave as_of out"
        problems.append(Problem("as_of", "a standing has the leadership's page alone", right))
    return problems


def _budget_problems(run: RunFile) -> list[Problem]:
    budget = run.budget
    if budget is None:
        return []
    if (budget.share_of_base_income is None) == (budget.amounts is None):
        return [Problem("budget", "must name either share_of_base_income or amounts")]
    share = budget.share_of_base_income
    if not (budget.source or (share is not None and share.source)):
        return [Problem("budget.source", "this setting is needed", "write a clause id or illustrative")]
    return []


def _missing_files(run: RunFile, document: Mapping[str, Any]) -> list[Problem]:
    named = [("mapping", run.mapping, document["mapping"])]
    for index, design in enumerate(run.designs):
        for place, path in design.files().items():
            written = document["designs"][index]
            for step in place.split("."):
                written = written[step]
            named.append((f"designs[{index}].{place}", path, written))
    others = (
        *(("lint", run.lint), ("register", run.approvals)),
        *(("allocation", run.allocation), ("futures", run.futures)),
    )
    for name, other in others:
        if other is not None:
            named.append((name, other, document[name]))
    problems = []
    for place, path, written in named:
        if not path.is_file():
            there = [each.name for each in path.parent.glob("*")] if path.parent.is_dir() else []
            problems.append(Problem(place, f"there is no file {written}", suggest(path.name, there)))
    return problems
