# SPDX-License-Identifier: MIT
"""Whole units attacked by a harness that shares nothing with the others (README.md)."""

import random

import pytest

from tests.audit.air import Air
from tests.audit.board import Board
from tests.audit.episode import Episode
from tests.audit.flash import Flash, PowerCut
from tests.audit.judge import Circuit, Judge
from tests.audit.moods import MOODS
from tests.audit.outlet import advertised_ma
from tests.audit.world import World

DAILY = 2
LONG = 150
FULL = 65536


def _play(mood, seeds):
    for seed in seeds:
        episode = Episode(seed, mood)
        found = episode.run()
        assert not found, "seed %d, %s: %s\n%s" % (seed, mood, found[0], "\n".join(
            episode.lines()))


@pytest.mark.parametrize("mood", list(MOODS))
def test_no_rule_breaks_in_an_episode(mood):
    _play(mood, range(DAILY))


@pytest.mark.long
@pytest.mark.parametrize("mood", list(MOODS))
def test_no_rule_breaks_in_many_episodes(mood):
    _play(mood, range(DAILY, LONG))


def test_one_seed_gives_one_story():
    stories = []
    for _ in range(2):
        episode = Episode(3, "everything")
        episode.run()
        stories.append(episode.world.story)
    assert stories[0] == stories[1] and len(stories[0]) > 10


def _judged(bound_ma, count):
    world = World()
    world.judge = Judge(world)
    world.air = Air(world)
    circuit = Circuit("the circuit")
    world.judge.set_up(circuit, bound_ma)
    circuit.boards = [Board(world, circuit, (0,), {}, 0, random.Random(i)) for i in range(count)]
    for board in circuit.boards:
        board.outlet.set_pins(dead=False)
    return world, circuit.boards


def _offer(board, amps):
    board.outlet.set_pins(duty=int(amps * FULL / 60))


def test_the_judge_adds_up_what_vehicles_may_draw_while_contactors_are_closed():
    world, (one, two) = _judged(20000, 2)
    _offer(one, 12)
    _offer(two, 12)
    one.outlet.set_pins(closed=True)
    assert world.judge.found == []
    two.outlet.set_pins(closed=True)
    assert [kind for kind, _ in world.judge.found] == ["circuit"]


def test_a_vehicle_may_draw_the_largest_offer_of_the_last_5_s():
    world, (one, two) = _judged(20000, 2)
    for board in (one, two):
        board.outlet.set_pins(closed=True)
    _offer(one, 13)
    world.run(10000)
    _offer(one, 6)
    world.run(14990)
    assert one.outlet.possible_ma(0) > 12900
    world.run(15010)
    _offer(two, 12)
    assert one.outlet.possible_ma(0) < 6100 and world.judge.found == []
    world.run(16000)
    _offer(two, 6)
    world.run(20900)
    _offer(one, 13)
    assert world.judge.found


def test_a_larger_limit_from_before_binds_for_16_s_more():
    world, (one,) = _judged(20000, 1)
    _offer(one, 20)
    one.outlet.set_pins(closed=True)
    world.judge.set_up(one.circuit, 10000)
    world.run(15900)
    assert world.judge.found == []
    world.run(16100)
    assert world.judge.found


def test_what_a_duty_says_is_read_as_the_standard_says():
    said = [(0.05, 0), (0.09, 6000), (0.2, 12000), (0.8499, 51000), (0.90, 65000), (0.98, 0)]
    for part, ma in said:
        assert abs(advertised_ma(round(part * FULL)) - ma) <= 10


@pytest.mark.parametrize("copies", (1, 2))
def test_a_power_cut_in_a_write_leaves_the_old_value_or_the_new_one(copies):
    for cut_in in range(copies + 1):
        flash = Flash(copies)
        flash.on_write = lambda: None
        assert flash.write("group", b"old") and flash.write("group", b"mid")
        flash.cut_in = cut_in
        with pytest.raises(PowerCut):
            flash.write("group", b"new")
        assert flash.read("group") == (b"mid" if cut_in == 0 else b"new")
        flash.lose_newest()
        assert flash.read("group") == (b"new" if cut_in == 2 else b"mid" if cut_in or copies == 2
                                       else b"old")
