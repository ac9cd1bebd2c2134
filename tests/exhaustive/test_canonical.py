# SPDX-License-Identifier: MIT
"""What the search forgets and renames changes nothing: it plays as the plain world does."""

import random

import pytest

from core.allocation.usage import Usage
from core.connector.offer_history import OfferHistory
from core.group.group import Group
from core.sharing.account import Account
from core.sharing.follower import Follower
from core.sharing.leader import Leader
from core.sharing.ledger import Ledger
from core.sharing.lease import Lease
from core.sharing.member import Member

from host_tools.verify.exhaustive import canonical
from host_tools.verify.exhaustive.levels import Levels
from host_tools.verify.exhaustive.scale import (
    ALL_MA, LEADER, LITTLE_MA, STEP_MS, UNITS, record)
from host_tools.verify.exhaustive.search import Search
from host_tools.verify.exhaustive.unit import Unit
from host_tools.verify.exhaustive.world import EVENTS, WAYS, Way, World, mirrored
from tests.exhaustive.plain import Plain, granted, words

_STEPS = 150
WORLD = World()
AGES = Levels(WORLD).ages


class Walked:
    """One state of the search's world, stepped by chosen choices."""

    def __init__(self, wants_ma):
        self.leader, *self.places = WORLD.first(wants_ma)

    def step(self, event, delivery, ways):
        """As Plain.step, by what the search has worked out."""
        boots = (event.boots, mirrored(event.boots))
        reports = [WORLD.report(place, unit in event.boots, event.wants == unit)
                   for unit, place in zip((2, 3), self.places)]
        done = WORLD.round(self.leader, event.boots, tuple(
            (report.number if arrives else 0, WORLD.places.things[place][1])
            for report, arrives, place in zip(reports, delivery, self.places)))
        ends = [WORLD.end(place, boots[n], event.wants == n + 2, done.grants[n])
                for n, place in enumerate(self.places)]
        last = [done.later_ma] + [
            WORLD.may_draw(place, boots[n], event.wants == n + 2, done.grants[n], ways[n])
            for n, place in enumerate(self.places)]
        said = [words(WORLD.air.payload(report.number)) for report in reports]
        said += [granted(WORLD.air.payload(grant))[0] for grant in done.grants]
        self._settle(done.leader, [end.places[WAYS.index(way)] for end, way in zip(ends, ways)])
        return [done.ma] + [report.ma for report in reports], last, said

    def _settle(self, leader, places):
        head, own, *accounts = WORLD.leaders.things[leader]
        for n in (0, 1):
            accounts[n], places[n] = AGES.young(accounts[n], places[n])
        self.leader, self.places = WORLD.leader(head, own, *accounts), places


def choices(dice, mood):
    """A random step. mood: how good the air is, per way of either follower."""
    event = dice.choice(EVENTS[1:]) if dice.random() < mood["event"] else EVENTS[0]
    ways = []
    for unit in (0, 1):
        ways.append(Way(*[int(dice.random() < chance) for chance in (
            mood["loss"][unit][1], mood["wait"], mood["wait"])]))
    delivery = tuple([int(dice.random() >= mood["loss"][unit][0]) for unit in (0, 1)])
    return event, delivery, ways


def walk(seed):
    """Both worlds take the same random steps. How many of them said something of weight."""
    dice = random.Random(seed)
    wants_ma = (ALL_MA, dice.choice((ALL_MA, LITTLE_MA)), dice.choice((ALL_MA, LITTLE_MA)))
    plain, walked = Plain(wants_ma, record), Walked(wants_ma)
    kinds = set()
    for step in range(_STEPS):
        if step % 12 == 0:
            mood = {"event": dice.choice((0, 0, 0.1, 0.4)), "wait": dice.choice((0, 0, 0.3)),
                    "loss": [[dice.choice((0, 0, 0.3, 1)) for _ in (0, 1)] for _ in (0, 1)]}
        choice = choices(dice, mood)
        seen = plain.step(*choice)
        assert walked.step(*choice) == seen, (seed, step, choice)
        kinds.add(tuple(seen[1]))
    return len(kinds)


@pytest.mark.parametrize("part", range(4))
def test_random_walks_show_the_same_with_and_without_renaming(part):
    kinds = [walk(seed) for seed in range(part * 5, part * 5 + 5)]
    assert min(kinds) > 3 and max(kinds) > 10


@pytest.mark.parametrize("cls", (Account, Follower, Group, Leader, Ledger, Lease, Member,
                                 OfferHistory, Usage))
def test_an_attribute_that_is_new_in_the_core_and_changes_stops_the_search(cls, monkeypatch):
    def new(value):
        monkeypatch.setattr(cls, "_new", property(value, lambda it, value: None), raising=False)

    monkeypatch.setattr(cls, "__slots__", cls.__slots__ + ("_new",))
    new(lambda it: 7)
    assert Search(0, 4).run().states() > 100
    new(id)
    with pytest.raises(RuntimeError, match="does not tell _new of %s, which" % cls.__name__):
        Search(0, 4).run()


def test_how_long_a_unit_has_been_on_or_off_is_told():
    walk(0)
    usages = {thing[1] for thing in WORLD.accounts.things[1:]}
    assert {None, (True, None)} <= usages


def a_leader():
    """One that has started in the step that is over, and what its things are called."""
    unit, names = Unit.new(LEADER, ALL_MA), canonical.Names(UNITS)
    unit.boot(names.now_ms)
    unit.pilot(names.now_ms)
    unit.share(names.now_ms)
    assert canonical.tuple_of(unit, names)
    return unit, names


def test_a_leader_that_a_self_test_keeps_quiet_stops_the_search():
    unit, names = a_leader()
    unit.member.leader.quiet_ms = names.now_ms + 2 * STEP_MS
    with pytest.raises(RuntimeError, match="kept quiet"):
        canonical.tuple_of(unit, names)


@pytest.mark.parametrize("thing, name", (
    ("member", "names"), ("group", "name"),
    ("group", "signal"), ("codec", "foreign"), ("leader", "asked_by")))
def test_what_this_world_never_has_stops_the_search_when_it_is_there(thing, name):
    unit, names = a_leader()
    setattr(unit.member if thing == "member" else getattr(unit.member, thing), name, 5)
    with pytest.raises(RuntimeError, match="does not tell %s of" % name):
        canonical.tuple_of(unit, names)


def test_what_is_left_out_is_there():
    assert all(set(names) <= set(cls.__slots__) for cls, names in canonical._UNREAD.items())


@pytest.mark.long
def test_many_random_walks_show_the_same():
    for seed in range(1000, 1300):
        walk(seed)
