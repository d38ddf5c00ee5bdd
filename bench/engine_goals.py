"""Goals beside what was measured: every one is told, also where it is missed or was not measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OURS = "policymodel"
UNTOLD = "not measured"
NEARLY = 0.8
"""What a gate lets through: ratios hold within a tenth or so from run to run."""


@dataclass(frozen=True)
class Goal:
    """What was aimed at, what came out, whether that meets it (None: not measured)."""

    number: str
    aim: str
    measured: str
    met: bool | None
    nearly: bool | None = None
    """Whether it is met to 80 %, of ratios of speeds."""


def printed(files: Sequence[Mapping[str, Any]]) -> str:
    """A table of all goals, as Markdown."""
    rows = ["| goal | aimed at | measured | met |", "| --- | --- | --- | --- |"]
    for goal in goals(files):
        met = {True: "yes", False: "**no**", None: UNTOLD}[goal.met]
        rows.append(f"| {goal.number} | {goal.aim} | {goal.measured} | {met} |")
    return "\n".join(rows)


def tabled(files: Sequence[Mapping[str, Any]]) -> str:
    """Every race as a Markdown table: nanoseconds of CPU a row and design, times the floor, peak memory."""
    peaks = {each["rows"]: each for file in files for each in file.get("memory", [])}
    lines = []
    for race in (each for file in files for each in file.get("races", [])):
        moved = ", knots moved" if race["moved_knots"] else ""
        lines += [f"\n{race['rows']:,} rows, designs: {race['designs']}{moved}\n"]
        lines += ["| engine | CPU ns a row and design | x floor | x ours | peak MB | off by |"]
        lines += ["| --- | --- | --- | --- | --- | --- |"]
        floor, ours = _ns(race, "floor"), _ns(race, OURS)
        memory = peaks.get(race["rows"], {}) if race["designs"] == 1 else {}
        for name in race["timed"]:
            took = _ns(race, name)
            assert took is not None
            beside = [f"{took / each:,.3g}" if each else "" for each in (floor, ours)]
            peak = memory.get(name, {}).get("peak_mb", "")
            off = race["agrees"].get(name, {})
            far = f"{off['pay']:.1g} yuan" if "pay" in off else f"{off['sums']:.1g}" if "sums" in off else ""
            lines.append(f"| {name} | {took:,.4g} | {' | '.join(beside)} | {peak} | {far} |")
        for name, why in race["left_out"].items():
            lines.append(f"| {name} | {why} | | | | |")
    return "\n".join(lines)


def gated(file: Mapping[str, Any]) -> list[str]:
    """The ratios of speeds that are under 80 % of their goals."""
    found = [goal for goal in goals([file]) if goal.nearly is False]
    return [f"goal {goal.number}: {goal.aim}: {goal.measured}" for goal in found]


def goals(files: Sequence[Mapping[str, Any]]) -> Iterator[Goal]:
    """Every goal, from whatever files hold."""
    races = [each for file in files for each in file.get("races", [])]
    parts: dict[str, Any] = {}
    for file in files:
        parts |= {
            name: file[name] for name in ("cents", "reading", "slice", "goal_7", "answers") if name in file
        }
    told: dict[int, list[dict[str, Any]]] = {}
    for each in races:
        if not each["moved_knots"]:
            told.setdefault(each["designs"], []).append(each)
    one = max(told.get(1, []), key=lambda each: _most_rows(each), default={})
    yield Goal("1", "compiled, two threads: at most 1.3 x the floor", "there is no compiled path", False)
    yield from _of_one_design(one)
    yield from _of_many(told)
    yield from _of_the_slice(parts.get("slice"))
    yield from _of_draws(parts.get("goal_7"))
    yield from _of_cents(parts.get("cents"))
    yield from _of_calibration(parts.get("answers"))
    yield from _of_reading(parts.get("reading"))


def _most_rows(race: Mapping[str, Any]) -> int:
    """The size, if what is compared ran in it: the largest race of pandas is not the largest of all."""
    return int(race["rows"]) if "pandas" in race["timed"] else 0


def _ns(race: Mapping[str, Any], name: str) -> float | None:
    found = race.get("timed", {}).get(name)
    return None if found is None else float(found["cpu_ns_a_row"])


def _times(number: str, aim: str, slow: float | None, fast: float | None, least: float, where: str) -> Goal:
    """A goal of being so many times as fast."""
    if slow is None or fast is None:
        return Goal(number, aim, UNTOLD, None)
    times = slow / fast
    text = f"{times:,.3g} x ({slow:,.4g} to {fast:,.4g} ns a row, {where})"
    return Goal(number, aim, text, times >= least, times >= least * NEARLY)


def _of_one_design(race: Mapping[str, Any]) -> Iterator[Goal]:
    where = f"{race.get('rows', 0):,} rows"
    floor, ours = _ns(race, "floor"), _ns(race, OURS)
    aim = "NumPy alone, one thread: at most 3.5 x the floor"
    if floor is None or ours is None:
        yield Goal("2", aim, UNTOLD, None)
    else:
        text = f"{ours / floor:.3g} x ({ours:.4g} to {floor:.4g} ns a row, {where})"
        yield Goal("2", aim, text, ours <= 3.5 * floor, ours * NEARLY <= 3.5 * floor)
    for name, least in (
        ("pandas", 15),
        ("pandas groupby.apply", 5_000),
        ("polars", 3.5),
        ("openfisca", 30),
        ("openfisca without rank", 3.5),
    ):
        aim = f"at least {least:,} x as fast as {name}"
        yield _times("3", aim, _ns(race, name), ours, least, where)


def _of_many(told: Mapping[int, Sequence[Mapping[str, Any]]]) -> Iterator[Goal]:
    sizes = {each["rows"] for each in told.get(100, []) if OURS in each["timed"]}
    sizes &= {each["rows"] for each in told.get(10, [])} & {each["rows"] for each in told.get(1, [])}
    aims = (
        "100 designs cost at most 12 x one",
        "one more design: at most 1/100 of pandas",
        "one more design: at most 1/6 of a careful loop in closed form",
    )
    if not sizes:
        yield from (Goal("4", aim, UNTOLD, None) for aim in aims)
        return
    rows = max(sizes)
    one, ten, hundred = (next(each for each in told[count] if each["rows"] == rows) for count in (1, 10, 100))
    where = f"{rows:,} rows"
    alone, together = _ns(one, OURS), _ns(hundred, OURS)
    assert together is not None
    if alone is None:
        yield Goal("4", aims[0], UNTOLD, None)
    else:
        times = together * 100 / alone
        text = f"{times:.3g} x ({together * 100:,.4g} to {alone:.4g} ns a row, {where})"
        yield Goal("4", aims[0], text, times <= 12, times * NEARLY <= 12)
    few = _ns(ten, OURS)
    more = together if few is None else (together * 100 - few * 10) / 90
    yield _times("4", aims[1], _ns(ten, "pandas"), more, 100, where)
    yield _times("4", aims[2], _ns(hundred, "numpy closed form"), more, 6, where)


def _of_the_slice(part: Mapping[str, Any] | None) -> Iterator[Goal]:
    aim = "2.4e11 scores and pays on two cores: at most 15 minutes"
    if part is None:
        yield Goal("6", aim, UNTOLD, None)
        yield Goal("6", "memory constant in draws, at most 1 GB", UNTOLD, None)
        return
    minutes = part["whole_job_minutes_by_cpu_on_two"]
    text = (
        f"{minutes:.3g} minutes by CPU on two cores, {part['whole_job_minutes_by_wall']:.3g} by the clock "
        f"(a hundredth run, {part['cpu_ns_an_evaluation']:.3g} ns each)"
    )
    yield Goal("6", aim, text, minutes <= 15)
    peaks = part["peak_mb_by_draws"]
    few, many = (peaks[name] for name in sorted(peaks, key=int))
    text = (
        f"{few:.0f} MB a process with {min(peaks, key=int)} draws, {many:.0f} MB with {max(peaks, key=int)}"
    )
    yield Goal("6", "memory constant in draws, at most 1 GB", text, many <= few * 1.05 and 2 * many <= 1024)


def _of_draws(part: Mapping[str, Any] | None) -> Iterator[Goal]:
    aims = (
        "256 Sobol draws as good as 20,000 plain ones on mean cost",
        "differences of designs on common draws: a hundredth of the variance",
    )
    if part is None:
        yield from (Goal("7", aim, UNTOLD, None) for aim in aims)
        return
    plain, ratio = part["plain_draws_as_good"], part["common_numbers_ratio"]
    low, high = part["plain_draws_as_good_95"]
    text = f"as good as {plain:,} plain ones (95 %: {low:,} to {high:,}; {part['people']:,} people)"
    yield Goal("7", aims[0], text, plain >= 20_000)
    yield Goal("7", aims[1], f"{ratio:,.4g} x smaller than apart", ratio >= 100)


def _of_cents(part: Mapping[str, Any] | None) -> Iterator[Goal]:
    aims = ("no wrong cent on pay that is prone to ties", "rounding at most 1 ns a row")
    if part is None:
        yield from (Goal("8", aim, UNTOLD, None) for aim in aims)
        return
    ways = part["ways"]
    wrong = ways[OURS]["wrong_rows"] + part["wrong_rows_in_the_engine"]
    others = ", ".join(f"{name} {told['wrong_share']:.2%}" for name, told in ways.items() if name != OURS)
    text = f"{wrong} of {part['rows']:,}, of which {part['exact_halves_share']:.2%} exact halves ({others})"
    yield Goal("8", aims[0], text, wrong == 0)
    took = ways[OURS]["cpu_ns_a_row"]
    yield Goal("8", aims[1], f"{took:.3g} ns (np.round {ways['np.round']['cpu_ns_a_row']:.3g} ns)", took <= 1)


def _of_calibration(answers: Sequence[Mapping[str, Any]] | None) -> Iterator[Goal]:
    aims = ("a rate without caps within 0.01 in 1 cost", "rates with caps within 0.01 in at most 4 costs")
    if answers is None:
        yield from (Goal("10", aim, UNTOLD, None) for aim in aims)
        return
    free = [each for each in answers if "no cap" in each["question"]]
    capped = [each for each in answers if "capped" in each["question"]]
    for aim, asked, most in zip(aims, (free, capped), (1, 4), strict=True):
        costs = [each["ours"]["searched"] for each in asked]
        off = [each["ours"]["error"] for each in asked]
        if not costs:
            yield Goal("10", aim, UNTOLD, None)
            continue
        text = f"{min(costs)} to {max(costs)} costs, off by at most {max(off):.2g} ({len(costs)} budgets)"
        yield Goal("10", aim, text, max(costs) <= most and max(off) <= 0.01)


def _of_reading(part: Mapping[str, Any] | None) -> Iterator[Goal]:
    aims = (
        ("long rows to arrays", "DataFrame.pivot", "history to arrays", 20.0),
        ("checks", "pandera, the same checks", "checks of read_history", 20.0),
        ("file to pay", "file to pay, pandas", "file to pay", 8.0),
    )
    seconds = {} if part is None else dict(part["cpu_seconds"])
    if "file to history, all checks" in seconds:
        seconds["checks of read_history"] = seconds["file to history, all checks"] - seconds["read_csv"]
    for what, slow, fast, least in aims:
        aim = f"{what}: at least {least:g} x as fast as {slow.removeprefix('file to pay, ')}"
        if slow not in seconds or fast not in seconds:
            yield Goal("11", aim, UNTOLD, None)
            continue
        times = seconds[slow] / seconds[fast]
        text = f"{times:.2g} x ({seconds[slow]:.3g} s to {seconds[fast]:.3g} s, {part['rows']:,} long rows)"  # type: ignore[index]
        yield Goal("11", aim, text, times >= least)
