"""The session of the group's notebook: the regions' result tables added up, and the page they are told on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from policymodel.errors import Problem, RunFileError
from policymodel.history.mapping import Mapping as FileMapping
from policymodel.history.mapping import read_mapping
from policymodel.populations import Schemes
from policymodel.report.display import Showable, Shown, Trust, show
from policymodel.report.pooling import group_results, regions_left_out
from policymodel.report.result_tables import Results, published, read_results, write_results
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.report.wording import (
    Plans,
    illustrative_numbers,
    names_of,
    names_of_regions,
    notes_on_plans,
    plan_schemes_of,
    refuse_mixed_facts,
    schemes_of,
    shares_of,
    with_plans,
    words_of_run,
)
from policymodel.words.editions import Edition
from policymodel.words.page import Limits, Page
from policymodel.words.sentences import Text


@dataclass(frozen=True)
class GroupSession:
    """All regions of a run together, from nothing but what they wrote."""

    run: RunFile
    mapping: FileMapping
    schemes: Schemes
    plans: Plans
    regions: Sequence[Results]
    left_out: int
    missing: Sequence[str]
    results: Results
    live: bool
    edition: Edition = "leadership"

    @property
    def inside(self) -> list[str]:
        """The regions that the group's figures are of: not those with too few people."""
        counted = [each["people"] for each in self.regions]
        return [
            str(each["region"][0]) for each in counted if each["compared"].max() >= self.run.smallest_cell
        ]

    @cached_property
    def page(self) -> Page:
        """The finished tables as they may be published, and the words for everything in them."""
        return Page(
            subject="group",
            place="",
            edition=self.edition,
            **words_of_run(self.run, self.schemes, self.plans),
            currency=self.mapping.currency,
            results=published(self.results) | {"regions": region_costs(self.regions)},
            names=names_of(
                with_plans(self.schemes, self.plans),
                self.mapping.measures.values(),
                self.mapping.currency,
                self.mapping.codes,
            )
            | names_of_regions(self.run),
            shares=shares_of(with_plans(self.schemes, self.plans), self.mapping.measures.values()),
            limits=Limits(
                notes=(
                    *(Text(note) for note in self.mapping.notes),
                    *notes_on_plans(self.run, self.plans),
                ),
                illustrative=illustrative_numbers(self.run, self.schemes, self.plans),
                smallest_cell=self.run.smallest_cell,
                regions_left_out=self.left_out,
                missing=[names_of_regions(self.run).get(("region", name), name) for name in self.missing],
            ),
        )

    def show(self, *things: Showable | Trust) -> Shown:
        """What a cell shows, in every language of the run."""
        return show(self.page.languages, *things, live=self.live)


def open_group(
    run_file: str, results_dir: str, missing: str = "", edition: Edition = "leadership", pooled_dir: str = ""
) -> GroupSession:
    """Add up the regions of a run and write the group's own result tables to `results_dir`.

    The regions' tables are looked for beside the group's folder: `OUT/group/results` is the group's, every other
    `OUT/*/results` a region's. `missing` names the regions of the history that have no results (`a; b`): the page
    says so on its cover. Another edition is made of the tables that the leadership's has added up in `pooled_dir`, so
    that what one page withholds the other does not show.
    """
    for name, value in {"run_file": run_file, "results_dir": results_dir}.items():
        if not value.strip():
            raise RunFileError(
                "parameters", [Problem(name, "is empty", "name the run file and the folder of results")]
            )
    run = read_run_file(run_file)
    mapping = read_mapping(run.mapping)
    refuse_mixed_facts(run, mapping)
    own = Path(results_dir).resolve()
    pooled = Path(pooled_dir).resolve() if pooled_dir else own
    folders = region_folders(pooled)
    if not folders:
        problem = Problem(
            "results_dir", f"no region has results below {pooled.parent.parent}", "run the regions first"
        )
        raise RunFileError("parameters", [problem])
    results = read_results(pooled) if pooled_dir else group_results(folders, run.baseline, run.smallest_cell)
    write_results(results, own)
    return GroupSession(
        run=run,
        mapping=mapping,
        schemes=schemes_of(run),
        plans=plan_schemes_of(run),
        regions=[read_results(folder) for folder in folders],
        left_out=regions_left_out(folders, run.smallest_cell),
        missing=[name for name in missing.split("; ") if name],
        results=results,
        live=False,
        edition=edition,
    )


def region_folders(own: Path) -> list[Path]:
    """The result folders of the regions beside the group's own, in the order of their names."""
    beside = sorted(own.parent.parent.glob(f"*/{own.name}"))
    return [
        each
        for each in beside
        if each != own and not each.parent.name.startswith(".") and each.parent.name != "group"
    ]


def region_costs(regions: Sequence[Results]) -> pd.DataFrame:
    """What each region's own page shows of its cost: region, design, amount_minor and budget_minor (may be blank)."""
    pages = [published(each) for each in regions]
    cost = pd.concat([page["cost"] for page in pages], ignore_index=True)
    allowed = pd.concat([page["budget"] for page in pages], ignore_index=True)
    sums = cost.groupby(["region", "design"], sort=False)["amount_minor"].sum().reset_index()
    budgets: Mapping[str, int] = allowed.groupby("region")["amount_minor"].sum().to_dict()
    return sums.assign(budget_minor=sums["region"].map(budgets))
