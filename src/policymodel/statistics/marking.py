"""How several markers mark: who marks high or low, and how far their marks agree.

A subject is what is marked: a person, or a person's one duty in one period. Not every marker marks every subject.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.special import stdtrit

from policymodel.statistics.samples import Numbers, Undefined, read_pair, read_sample

Codes = NDArray[np.int64]
CONFIDENCE = 0.95
FEWEST = 3
"""People below which an interval says nothing."""


@dataclass(frozen=True)
class Severity:
    """How much higher one marker marks than those who marked the same subjects, and the 95 % interval of it.

    `marks` are the marker's that others stand beside, `people` those whom they are about, `others` the markers compared
    with. The interval is not a number where fewer than three people say nothing.
    """

    marker: Hashable
    value: float
    low: float
    high: float
    marks: int
    people: int
    others: int


@dataclass(frozen=True)
class Agreement:
    """What marks vary by: the subjects, the markers' severity, and what is left; each a variance.

    `absolute` is ICC(2,1) of Shrout and Fleiss (1979): the part of the variance of one mark, by whoever gives it, that
    is the subjects'. `consistent` is ICC(3,1): the same with the markers' severity taken out.
    """

    subjects: float
    markers: float
    rest: float
    twice: int
    """Subjects that two markers or more have marked."""

    @property
    def absolute(self) -> float:
        """ICC(2,1)."""
        return self.subjects / (self.subjects + self.markers + self.rest)

    @property
    def consistent(self) -> float:
        """ICC(3,1)."""
        return self.subjects / (self.subjects + self.rest)


def severities(
    markers: Sequence[Hashable], subjects: Sequence[Hashable], people: Sequence[Hashable], marks: ArrayLike
) -> list[Severity]:
    """Each marker's difference to the others, adjusted for what they marked: least squares, mark = subject + marker.

    Only subjects with marks of two markers tell anything. Markers whom no chain of such subjects joins are not
    compared. A person's marks hang together, so the interval is of a sandwich over people (with n ÷ (n - 1)) and
    Student's t: of two markers who marked everybody once it is that of the paired t test.

    >>> found = severities("ababab", [1, 1, 2, 2, 3, 3], [1, 1, 2, 2, 3, 3], [4, 3, 5, 3, 2, 2])
    >>> [(each.marker, round(each.value, 6), each.people) for each in found]
    [('a', 1.0, 3), ('b', -1.0, 3)]
    """
    mark = read_sample(marks, "severities")
    columns = {"marker": list(markers), "subject": list(subjects), "person": list(people)}
    frame = pd.DataFrame({**columns, "mark": mark})
    several = frame.groupby("subject")["marker"].transform("nunique") > 1
    frame = frame[several.to_numpy()].reset_index(drop=True)
    if frame.empty:
        return []
    marker, names = pd.factorize(frame["marker"], sort=True)
    subject = pd.factorize(frame["subject"])[0]
    parts = _hanging_together(marker, subject)[1]
    found = [each for part in np.unique(parts[marker]) for each in _compared(frame[parts[marker] == part])]
    return sorted(found, key=lambda each: names.get_loc(each.marker))


def _compared(frame: pd.DataFrame) -> Iterator[Severity]:
    """The markers of one part that hangs together."""
    marker, names = pd.factorize(frame["marker"], sort=True)
    subject, person = (pd.factorize(frame[each])[0] for each in ("subject", "person"))
    design = _within(subject, np.eye(len(names))[marker])
    mark = _within(subject, frame["mark"].to_numpy(dtype=np.float64)[:, None])[:, 0]
    bread = np.linalg.pinv(design.T @ design)
    effect = bread @ design.T @ mark
    scores = np.zeros((person.max() + 1, len(names)))
    np.add.at(scores, person, design * (mark - design @ effect)[:, None])
    count = len(scores)
    spread = bread @ (scores.T @ scores) @ bread * count / max(count - 1, 1)
    for at, name in enumerate(names):
        contrast = np.where(np.arange(len(names)) == at, 1.0, -1.0 / (len(names) - 1))
        mine = marker == at
        own = len(np.unique(person[mine]))
        reach = math.nan
        if own >= FEWEST:
            width = stdtrit(count - 1, (1 + CONFIDENCE) / 2)
            reach = width * math.sqrt(max(float(contrast @ spread @ contrast), 0.0))
        value = float(contrast @ effect)
        yield Severity(
            name, value, float(value - reach), float(value + reach), int(mine.sum()), own, len(names) - 1
        )


def agreement(markers: Sequence[Hashable], subjects: Sequence[Hashable], marks: ArrayLike) -> Agreement:
    """How far one mark says what another marker's would: variances of the two-way random model, also where it has gaps.

    Estimated by fitting constants (Henderson's third method): each sum of squares is adjusted for the other factor.
    Where everybody marks everything it is the analysis of variance of Shrout and Fleiss. A variance may come out below
    zero, as theirs may.

    >>> found = agreement("abababab", [1, 1, 2, 2, 3, 3, 4, 4], [1, 2, 2, 3, 4, 5, 3, 4])
    >>> round(found.consistent, 6), round(found.absolute, 6)
    (1.0, 0.769231)
    """
    mark = read_sample(marks, "agreement")
    marker, subject = (pd.factorize(pd.Series(list(each)))[0] for each in (markers, subjects))
    pairs = pd.DataFrame({"marker": marker, "subject": subject})
    twice = int((pairs.groupby("subject")["marker"].nunique() > 1).sum())
    size, subjects_, markers_ = mark.size, subject.max() + 1, marker.max() + 1
    rank = markers_ + subjects_ - _hanging_together(marker, subject)[0]
    if not twice or size <= rank:
        raise Undefined("agreement: too few subjects have two marks; two at least must")
    design = _within(subject, np.eye(markers_)[marker])
    within = _within(subject, mark[:, None])[:, 0]
    both = within - design @ np.linalg.lstsq(design, within, rcond=None)[0]
    left = float(both @ both)
    rest = float(left / (size - rank))
    cells = pairs.groupby(["subject", "marker"]).size()
    variances = []
    for other, codes, levels in (("marker", marker, markers_), ("subject", subject, subjects_)):
        alone = _within(codes, mark[:, None])[:, 0]
        gained = float(alone @ alone) - left - (rank - levels) * rest
        trace = size - float((cells.pow(2).groupby(other).sum() / cells.groupby(other).sum()).sum())
        variances.append(float(gained / trace))
    found = Agreement(variances[0], variances[1], rest, twice)
    if not min(found.subjects + found.markers, found.subjects) + found.rest > 0:
        raise Undefined("agreement: all marks are equal; two at least must differ")
    return found


def weighted_kappa(first: ArrayLike, second: ArrayLike) -> float:
    """Cohen's kappa with quadratic weights (1968): 1 is full agreement, 0 what chance gives two markers of these marks.

    1 less the mean squared difference ÷ that of all pairs of a first and a second mark. Where it is chance who marked
    first, hand over every pair both ways round.

    >>> weighted_kappa([1, 2, 3, 4], [1, 2, 3, 4]), weighted_kappa([0, 0, 1, 1], [0, 1, 0, 1])
    (1.0, 0.0)
    """
    one, other = read_pair(first, second, "weighted_kappa")
    chance = one.var() + other.var() + (one.mean() - other.mean()) ** 2
    if chance == 0:
        raise Undefined("weighted_kappa: all marks are equal; two at least must differ")
    return float(1 - ((one - other) ** 2).mean() / chance)


def _hanging_together(marker: Codes, subject: Codes) -> tuple[int, Codes]:
    """In how many parts markers and subjects fall that no mark joins, and the part of each marker, then subject."""
    first = int(marker.max()) + 1
    size = first + int(subject.max()) + 1
    joined = coo_array((np.ones(len(marker)), (marker, subject + first)), shape=(size, size))
    count, parts = connected_components(joined, directed=False)
    return int(count), np.asarray(parts, dtype=np.int64)


def _within(group: Codes, values: Numbers) -> Numbers:
    """Values less the mean of their group."""
    count = np.bincount(group)[:, None]
    total = np.zeros((len(count), values.shape[1]))
    np.add.at(total, group, values)
    return np.asarray(values - (total / count)[group])
