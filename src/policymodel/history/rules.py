"""Rules that several tables share: a row stands once, its manager was there, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.errors import suggest
from policymodel.history.drafts import EXCLUDED, QUARANTINED, Draft
from policymodel.history.parsing import Mask
from policymodel.history.whereabouts import Days, Spells


def check_duplicates(draft: Draft) -> None:
    """One of several equal rows stays; of rows that contradict each other none, for nobody knows which is right."""
    names = list(draft.table.names)
    key = list(draft.table.key)
    keyed = draft.good
    if draft.table.may_lack_number:
        bare = draft.good & (draft.frame[key[0]] == "").to_numpy()
        # What was paid twice stands there twice; only a payment's own number says that a row is one too many.
        # Everything else without a number is the whole row as the file has it, unmapped columns included.
        if draft.table.name != "paid":
            _flag_copies(draft, bare, draft.texts, list(draft.texts.columns))
        keyed = draft.good & ~bare
    if not keyed.any():
        return
    codes = _codes(draft, key)
    if not _repeated(codes if keyed.all() else codes[keyed]).any():
        return
    _flag_copies(draft, keyed, draft.frame, names)
    left = np.flatnonzero(keyed & draft.good)
    clash = np.zeros(len(draft.frame), dtype=bool)
    clash[left[_repeated(codes[left])]] = True
    advice = f"other rows have the same {', '.join(key)} and say otherwise; keep the right one"
    draft.flag(clash, "duplicate_key", key[0], advice)


def _flag_copies(draft: Draft, among: Mask, frame: pd.DataFrame, columns: list[str]) -> None:
    copies = np.zeros(len(frame), dtype=bool)
    copies[among] = frame.loc[among, columns].duplicated().to_numpy()
    draft.flag(copies, "duplicate_row", draft.table.key[0], "the same row stands above; remove this one")


def _codes(draft: Draft, key: list[str]) -> NDArray[np.int64]:
    """One number for each different key."""
    codes = np.zeros(len(draft.frame), dtype=np.int64)
    for name in key:
        if pd.api.types.is_integer_dtype(draft.frame[name]):
            part = draft.frame[name].to_numpy(dtype=np.int64)
            part = part - (part.min() if part.size else 0)
            different = int(part.max(initial=0)) + 1
        else:
            part, different = draft.coded(name).codes, len(draft.coded(name).words)
        codes = codes * different + part
        if codes.max(initial=0) > 1 << 40:
            codes = pd.factorize(codes)[0].astype(np.int64)
    return codes


def _repeated(codes: NDArray[np.int64]) -> Mask:
    """The rows whose code stands several times."""
    if codes.max(initial=0) < 4 * codes.size:
        return np.asarray((np.bincount(codes) > 1)[codes], dtype=bool)
    return np.asarray(pd.Series(codes).duplicated(keep=False), dtype=bool)


def check_people(
    draft: Draft, people: Mask, column: str, days: Days, spells: Spells, managers: Draft
) -> None:
    """Whose manager is not there, was left out, or was not employed on the days of the row."""
    frame, ids = draft.frame, draft.frame[column]
    at, reached = spells.during(draft.coded(column), *days)
    draft.spell_at = at
    stranger = people & (at < 0)
    if stranger.any():
        left_out = set(managers.frame.loc[managers.state == EXCLUDED, "manager_id"])
        broken = set(managers.frame.loc[managers.state == QUARANTINED, "manager_id"]) - {""}
        draft.state[stranger & ids.isin(left_out - broken).to_numpy()] = EXCLUDED
        stranger &= draft.state != EXCLUDED
        aside = stranger & ids.isin(broken).to_numpy()
        advice = "put the manager's own row right; then this one counts again"
        draft.flag(aside, "manager_quarantined", column, advice)
        stranger &= ~aside
        right = suggestions(ids, spells.managers, stranger, "add the manager to the managers table")
        draft.flag(stranger, "unknown_manager", column, right)
    advice = "the manager has no spell then; put the time or the spell right"
    when = next((each for each in ("date", "period", "month", "valid_from") if each in frame), column)
    draft.flag(people & (at >= 0) & ~reached, "no_spell", when, advice)


def suggestions(words: pd.Series, known: Iterable[str], rows: Mask, otherwise: str) -> NDArray[Any]:
    """Advice for each of the rows: the name that was probably meant, else what to do."""
    names = list(known)
    # Comparing thousands of names with thousands is slow, and a list of wholly other names has no misprints.
    different = words[rows].unique()
    close = {word: suggest(word, names) for word in different[:50]}
    advice = np.full(len(words), otherwise, dtype=object)
    advice[rows] = [close.get(word) or otherwise for word in words[rows]]
    return advice
