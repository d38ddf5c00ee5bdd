"""The register (S6.9): five states in their order, a way back, four eyes, and nothing lost or changed unseen."""

import multiprocessing
import os
import random
import re
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from policymodel.approvals.checking import check_register
from policymodel.approvals.procedure import S6_9, Procedure, pairs_apart, read_procedure
from policymodel.approvals.register import (
    Step,
    append,
    entry_line,
    figures_folder,
    read_register,
    sealed,
    sound_register,
)
from policymodel.errors import InputError, RegisterError
from walking import ABOUT, ALL, FIGURES, MANAGEMENT, PERFORMANCE, clock, take, walk

WALKED = ALL[:5]


@pytest.fixture
def path(tmp_path):
    """A register that is not there yet."""
    return tmp_path / "register.jsonl"


def found_in(path, head=""):
    """What a check says of a register."""
    return [str(each) for each in check_register(read_register(path), S6_9, head)]


def test_a_quarter_walks_through_its_five_states(path):
    """S6.9: accounting and the department head, then the corporate department, the president's office, the payment."""
    entries = walk(path, *ALL)

    register = sound_register(path)
    assert [each.state for each in register.entries] == [
        "computed",
        "computed",
        "reviewed",
        "submitted",
        "approved",
        "released",
    ]
    assert register.entries == tuple(entries)
    assert [each.before for each in entries[1:]] == [each.hash for each in entries[:-1]]
    assert entries[4].when == "2025-07-01T09:05:00+00:00"
    assert register.quarter(*ABOUT).final
    assert found_in(path, register.head) == []
    pd.testing.assert_frame_equal(register.figures(entries[5].figures["performance"]), PERFORMANCE)
    pd.testing.assert_frame_equal(register.figures(entries[5].figures["management"]), MANAGEMENT)


@pytest.mark.parametrize(
    ("before", "step", "sentence"),
    [
        ((), "reviewed", "is not computed"),
        (("performance",), "reviewed", "lacks its management figures"),
        (("management",), "reviewed", "lacks its performance figures"),
        (("performance",), "performance", "has performance figures already"),
        (ALL[:2], "approved", "is computed; only what is submitted can be approved"),
        (ALL[:2], "submitted", "is computed; only what is reviewed can be submitted"),
        (ALL[:3], "management", "has management figures already"),
        (ALL[:4], "released", "is submitted; only what is approved can be released"),
        (ALL, "released", "is released: what was paid stands"),
        (ALL, "performance", "a correction goes into a later quarter"),
        ((), "returned", "has no figures that could be returned"),
    ],
)
def test_a_step_out_of_its_order_is_refused(path, before, step, sentence):
    """In one sentence, and nothing is written."""
    walk(path, *before)
    held = path.read_bytes() if before else None

    with pytest.raises(RegisterError, match=sentence):
        take(path, step, reason="why")

    assert (path.read_bytes() if before else None) == held
    assert path.exists() == bool(before)


def test_what_is_returned_begins_a_new_round_and_the_old_one_stays(path):
    """A correction before the payment; the figures of both rounds can be read."""
    walk(path, *ALL[:5])
    with pytest.raises(RegisterError, match="without a reason"):
        take(path, "returned")
    take(path, "returned", reason="three fees of June are missing")
    corrected = {
        **FIGURES,
        "performance": PERFORMANCE.assign(value=PERFORMANCE["value"].replace("120.50", "150.50")),
    }
    take(path, "performance", figures=corrected)

    register = sound_register(path)
    quarter = register.quarter(*ABOUT)
    assert (quarter.round, quarter.state, quarter.final) == (2, "computed", False)
    assert register.entries[5].reason == "three fees of June are missing"
    assert register.figures(register.entries[4].figures["performance"])["value"][1] == "120.50"
    assert register.figures(quarter.figures["performance"])["value"][1] == "150.50"
    assert found_in(path) == []


@pytest.mark.parametrize(("one", "other"), pairs_apart(S6_9))
def test_four_eyes(path, one, other):
    """Nobody takes two steps that must be apart, however the name is written; without the rule anybody may."""
    steps = ALL[: ALL.index(other)]
    time = clock()
    for step in steps:
        take(path, step, name="Ho Man Kit" if step == one else "", time=time)

    with pytest.raises(RegisterError, match=f"has taken the step {one}"):
        take(path, other, name=" ho  man KIT", time=time)
    take(path, other, name="ho man kit", procedure=Procedure(S6_9.roles, ()), time=time)


def test_the_same_person_reviews_and_submits_and_may_take_another_step_of_another_round(path):
    """S6.9 gives both to the corporate department; four eyes are looked for in a round."""
    walk(path, *ALL[:2])
    take(path, "returned", reason="to be done again")
    take(path, "performance", name="Wong")
    take(path, "management", name="Chan")


def test_a_role_takes_its_own_steps(path):
    """The president's office approves, and nobody else."""
    walk(path, *ALL[:4])

    with pytest.raises(
        RegisterError, match="'accounting' does not take the step approved; it is presidents_office"
    ):
        take(path, "approved", role="accounting")
    with pytest.raises(RegisterError, match="nobody is named"):
        take(path, "approved", name=" ")


def test_both_parts_come_from_the_same(path):
    """A score of one history and a wage of another are no figures of a quarter."""
    take(path, "performance")
    other = Step(
        *ABOUT,
        "computed",
        "Wong",
        "department_head",
        figures={"management": MANAGEMENT},
        made_of={"data": "d2", "code": "c1"},
    )

    with pytest.raises(RegisterError, match=r"the other part \(performance\) was computed from another data"):
        append(path, other)


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """A register walked to approval, its bytes, and those of its figures."""
    path = tmp_path_factory.mktemp("walked") / "register.jsonl"
    walk(path, *WALKED)
    return path


def test_every_changed_byte_is_found(walked):
    """Of the register and of the figures: any byte at any place, given any other value, or taken away, or put in."""
    head = read_register(walked).head
    chance = random.Random(69)
    files = [walked, *sorted(figures_folder(walked).iterdir())]
    assert len(files) == 3
    missed = []
    for file in files:
        content = file.read_bytes()
        places = range(len(content)) if file != walked else chance.sample(range(len(content)), 250)
        for at in (*places, len(content) - 1):
            way = chance.choice(("other", "gone", "more"))
            other = bytes([content[at] ^ chance.randint(1, 255)])
            parts = {"other": other, "gone": b"", "more": content[at : at + 1] + other}
            file.write_bytes(content[:at] + parts[way] + content[at + 1 :])
            if not found_in(walked):
                missed.append((file.name, at, way))
        file.write_bytes(content)

    assert missed == []
    assert found_in(walked, head) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda lines: [lines[0].replace(b'"Chan"', b'"Chen"'), *lines[1:]],
            "line 1: the entry .north 2025-Q2 s6",
        ),
        (
            lambda lines: [*lines[:2], *lines[3:]],
            "entry 4 .* stands where entry 3 should: an entry was removed",
        ),
        (lambda lines: [*lines[:2], lines[3], lines[2], lines[4]], "stands where entry 3 should"),
        (lambda lines: [*lines, lines[-1]], "entry 5 .* stands where entry 6 should"),
        (lambda lines: [*lines[:-1], lines[-1][:40]], "was never written whole"),
        (lambda lines: [*lines, b"\n"], "line 6: it is no entry"),
    ],
    ids=["edited", "removed", "moved", "twice", "half a line", "an empty line"],
)
def test_a_line_changed_removed_or_moved_is_named(path, change, sentence):
    """And nothing is appended to such a register."""
    walk(path, *WALKED)
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))

    assert any(re.search(sentence, each) for each in found_in(path)), found_in(path)
    with pytest.raises(RegisterError):
        take(path, "released")
    with pytest.raises(RegisterError):
        sound_register(path)


def forged(path):
    """The register with another approver, every hash made anew: what somebody with the program can do."""
    before, lines = "", []
    for entry in read_register(path).entries:
        name = "Ma" if entry.state == "approved" else entry.name
        now = sealed(replace(entry, name=name, before=before))
        before = now.hash
        lines.append(entry_line(now))
    return b"".join(lines)


@pytest.mark.parametrize("way", ["the end cut off", "written anew"])
def test_what_a_chain_cannot_prove_a_hash_from_a_page_does(path, way):
    """By itself such a register is sound; whoever holds a hash from a page or a receipt finds it out."""
    walk(path, *WALKED)
    head = read_register(path).head
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]) if way == "the end cut off" else forged(path))

    assert found_in(path) == []
    assert found_in(path, head[:16]) == [
        f"--head {head[:16]}: no entry has this hash: the register was cut off before it, or written anew"
    ]


def test_a_step_is_not_taken_over_figures_that_were_changed(path):
    """Nobody approves a table that is not the one that was computed."""
    entry = walk(path, *ALL[:4])[0]
    kept = figures_folder(path) / f"{entry.figures['performance']}.csv"
    kept.write_bytes(kept.read_bytes().replace(b"120.50", b"920.50"))

    with pytest.raises(RegisterError, match="the figures are not those that were computed"):
        take(path, "approved")
    kept.unlink()
    with pytest.raises(RegisterError, match="the figures are not there"):
        take(path, "approved")


def test_names_in_every_script_and_of_every_kind_stay_as_they_are(path):
    """A line of the file ends at its end, whatever a name or a reason holds."""
    name = '陳大文\u2028 "=1+1" \x85é\n'
    take(path, "performance", name=name)
    take(path, "returned", reason="第一行\n第二行")

    assert [each.name for each in sound_register(path).entries] == [name.strip(), "Lee"]
    assert found_in(path) == []


def test_a_register_without_a_folder_is_a_sentence(tmp_path):
    """And so is one that is not there."""
    with pytest.raises(RegisterError, match="there is no folder"):
        take(tmp_path / "nowhere" / "register.jsonl", "performance")
    with pytest.raises(RegisterError, match="there is no such register"):
        read_register(tmp_path / "register.jsonl")


forked = pytest.mark.skipif(
    sys.platform == "win32", reason="processes are forked, so that they begin at once"
)


def work(path, region, count, said):
    """Begin, and return, one round after the other; say how many steps are on the disk."""
    for step in range(count):
        take(path, ("performance", "returned")[step % 2], reason="again", about=(region, "2025-Q2", "s6"))
        os.write(said, b".")


@forked
def test_several_writers_at_once_lose_nothing(path):
    """Four processes, ten steps each: forty entries in one chain."""
    fork = multiprocessing.get_context("fork")
    _, said = os.pipe()
    writers = [fork.Process(target=work, args=(path, f"r{each}", 10, said)) for each in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()

    assert [each.exitcode for each in writers] == [0] * 4
    register = sound_register(path)
    assert len(register.entries) == 40
    assert {region: sum(each.region == region for each in register.entries) for region in ("r0", "r3")} == {
        "r0": 10,
        "r3": 10,
    }
    assert found_in(path) == []


@forked
def test_a_killed_writer_leaves_whole_lines_and_loses_none_that_it_told_of(path):
    """Killed at random moments, again and again; whoever comes next goes on."""
    fork, chance = multiprocessing.get_context("fork"), random.Random(9)
    told = 0
    for kill in range(12):
        heard, said = os.pipe()
        writer = fork.Process(target=work, args=(path, f"r{kill}", 1000, said))
        writer.start()
        os.close(said)
        told += len(os.read(heard, 1))
        time.sleep(chance.uniform(0, 0.05))
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        while more := os.read(heard, 4096):
            told += len(more)
        os.close(heard)
        there = len(sound_register(path).entries)
        # the step that was under way may be there or not
        assert told <= there <= told + kill + 1
        assert found_in(path) == []


def test_a_procedure_of_one_s_own(tmp_path):
    """The published file says what the program has; another one is read, or refused with all that is wrong."""
    published = Path(__file__).resolve().parents[2] / "params" / "procedures" / "s6_9.yaml"
    assert read_procedure(published) == S6_9
    own = tmp_path / "own.yaml"
    text = published.read_text(encoding="utf-8")
    own.write_text(text.replace("approved: presidents_office", "approved: board"), encoding="utf-8")
    assert read_procedure(own).roles["approved"] == ("board",)
    own.write_text(
        text.replace("reviewed: corp", "revewed: corp").replace("[submitted, approved]", "[submited]"),
        encoding="utf-8",
    )
    with pytest.raises(InputError) as refused:
        read_procedure(own)
    assert {each.place for each in refused.value.problems} == {"roles.revewed", "roles.reviewed", "apart[1]"}
