"""The rules by which a transaction is given a figure that its own row does not have: a closed set of words.

    transaction_figures:
      assessed:
        title: {en: Need assessed, zh-Hant: 已評估需求}
        of: needs
        products: [insurance, funds]
        fits: same_product
        same_day: yes
        valid_days: 365
        made_by: anyone
        unclear: not_known

S3.2, S3 (ours): the figure is 1 where a valid assessment of the client's need stands behind the sale and 0 where none
does, so that a gate of a scheme can ask for it. How it is judged: `suitability`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from policymodel.documents import Where
from policymodel.history.record_rules import Days
from policymodel.history.settings import Settings, Words, Written
from policymodel.history.tables import AMOUNTS_OF_A_TRANSACTION

Products = Annotated[tuple[Written, ...], Field(strict=False, min_length=1)]


class TransactionRule(Settings):
    """One figure of every transaction: whether it rests on an assessment of the client's need.

    `products` are the lines for which one is asked; what is sold of others passes. `fits` says which assessment
    covers a product, `same_day` whether one of the day of the sale does, `valid_days` how long one without a last
    day may be relied on, `made_by` whose count. `unclear` is for sales of which it cannot be told.
    """

    title: Words
    of: Literal["needs"]
    products: Products | None = None
    fits: Literal["same_product", "same_or_blank", "any_product"]
    same_day: Literal["yes", "no"]
    valid_days: Days | None = None
    made_by: Literal["anyone", "seller"] = "anyone"
    unclear: Literal["not_known", "not_assessed"] = "not_known"

    def reads(self) -> Iterator[tuple[str, str]]:
        """The tables and columns without which it cannot be told."""
        yield "transactions", "client_id"
        if self.products is not None or self.fits != "any_product":
            yield "transactions", "product"
        if self.fits != "any_product":
            yield "needs", "product"
        if self.valid_days is None:
            yield "needs", "valid_until"


def loose_ends(
    name: str, rule: TransactionRule, months_only: Mapping[str, bool]
) -> Iterator[tuple[Where, str, str]]:
    """What does not hold together: place, what is wrong, what would be right.

    `months_only` says of each table that the mapping names whether its source writes months for days.
    """
    if name in AMOUNTS_OF_A_TRANSACTION:
        yield (), f"every transaction has a figure '{name}' already", "call the figure by another name"
    for table in ("transactions", rule.of):
        if table not in months_only:
            yield ("of",), f"no file is named for '{table}'", "name it under `tables`"
        elif months_only[table]:
            what = f"the source of {table} writes months, and days decide what came first"
            yield (), what, "leave the figure out: it is not known, which is not zero"
