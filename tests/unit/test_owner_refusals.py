# SPDX-License-Identifier: MIT
"""Every refusal of what an owner asks, as he reads it: what is wrong, what is allowed, and which
unit to go to. A table: the situation, what is asked, the exact sentence."""

from types import SimpleNamespace

import pytest

from app.on_demand.refusals import told
from core.sharing.on_demand.leadership import stop
from core.sharing.on_demand.naming import rename
from core.sharing.on_demand.proposing import propose
from host_tools.records import row
from tests import owner_calls as owner
from tests import owner_words
from tests.drills.scenes import settled
from tests.unit.owner_bench import place_of, said

LEADER = "unit 1 (serial A0B1C2000001)"


def group(**more):
    """Three units; the third one has a name."""
    world = settled(3, 42000, wants=(6000, 18000, 18000), **more)
    node = world.node(1)
    assert rename(node.member, 3, "garage left", node.local()) is None
    node.wake()
    world.run(3)
    return world


def waiting():
    """A lower limit waits for unit 3, which is off."""
    world = group()
    world.node(3).die()
    asked(world, 1, "limit", 30)
    world.run(10)
    return world


def leaving():
    """Unit 3 leaves, and cannot be asked."""
    world = group()
    world.node(3).die()
    asked(world, 1, "remove", 3)
    world.run(10)
    return world


def handing_over():
    world = group()
    asked(world, 1, "hand_over", 2)
    return world


def unsure():
    """Unit 3 holds newer settings, and has not sent them."""
    world = group()
    world.leader().others = ((9, 5, world.node(3).tag, 14000),)
    return world


def orphaned():
    """The leader has been dead for long enough."""
    world = group()
    world.node(1).die()
    world.run(40)
    return world


def stopped():
    world = group()
    stop(world.node(1).member, world.node(1).local())
    world.run(2)
    return world


def promoted_too():
    """Unit 2 was to lead, and has acknowledged that; unit 3 is waited for."""
    world = group()
    leader = world.leader()
    leader.revisions.in_force = leader.revisions.in_force._replace(leader=2)
    leader.others = ((9, 5, world.node(3).tag, 14000),)
    return world


def alone():
    world = group()
    world.node(1).member.codec = None
    return world


def asked(world, unit, name, *given):
    node = world.node(unit)
    place = place_of(node)
    error = getattr(owner, name)(place, *given)
    node.wake()
    return error if error is None else told(place, error)[2]


IN_IT = "unit 1, unit 2 and unit 3, garage left"
HANDED = "unit 2 and unit 3, garage left"
NUMBER = "a unit is named by its number, as members() shows it"
ELSEWHERE = "that is done on the leader, " + LEADER
STOPPED = ("this unit has stopped leading, because another one led too: lead_again() here, or on "
           "that one")
AGREEING = ("the group's settings are being agreed upon anew: wait until that is over, "
            "troubles() says what it waits for")
NEWER = ("unit 3, garage left, may hold newer settings that are not here yet: wait until they "
         "are, or go_on_without(N)")

TABLE = (
    # what cannot be a value
    (group, 1, "limit", ("24",), "limit_a is 24: must be a whole number of amperes"),
    (group, 1, "enable", (1,), "enabled is 1: must be true or false"),
    (group, 1, "fallback", ("all",), "fallback is all: must be one of equal, minimum, stop"),
    (group, 1, "remove", ("3",), "unit is 3: " + NUMBER),
    (group, 1, "hand_over", (None,), "unit is None: " + NUMBER),
    (group, 1, "go_on_without", (True,), "unit is True: " + NUMBER),
    (group, 1, "rename", ("3", "x"), "unit is 3: " + NUMBER),
    (group, 1, "replace", ("3",), "unit is 3: " + NUMBER),
    (group, 1, "identify", (3.5,), "unit is 3.5: " + NUMBER),
    (group, 1, "identify", (3, 0), "seconds is 0: must be 1 to 60"),
    (group, 1, "rename", (3, "a" * 25), "a name is text of at most 24 bytes, without line breaks"),
    # what the group cannot be
    (group, 1, "limit", (17,), "limit is 17 A: must be at least 18 A, 6 A for each of 3 units"),
    (group, 1, "limit", (144,), "limit is 144 A: must be at most 143 A, the sum of the nameplates "
     "minus 1 A; with more, sharing is not needed"),
    # a unit that is not there
    (group, 1, "remove", (9,), "unit 9 is not in the group: in it are " + IN_IT),
    (group, 1, "rename", (9, "x"), "unit 9 is not in the group: in it are " + IN_IT),
    (group, 1, "identify", (9,), "unit 9 is not in the group: in it are " + IN_IT),
    (group, 1, "hand_over", (9,), "unit 9 is not in the group: hand over to " + HANDED),
    (group, 1, "go_on_without", (3,), "unit 3, garage left, is not waited for: no change waits "
     "for a unit"),
    # the leader itself
    (group, 1, "remove", (1,), "unit 1 leads: hand_over(N) first, then remove(1) there"),
    (group, 1, "hand_over", (1,), "unit 1 leads already: hand over to " + HANDED),
    (group, 1, "promote", (True,), "this unit is the leader already: nothing is to be done"),
    (group, 1, "lead_again", (), "this unit has not stopped leading: lead_again() is for one that "
     "did, beside another leader"),
    # on a follower
    (group, 2, "limit", (30,), ELSEWHERE), (group, 2, "enable", (False,), ELSEWHERE),
    (group, 2, "fallback", ("stop",), ELSEWHERE), (group, 2, "remove", (3,), ELSEWHERE),
    (group, 2, "go_on_without", (3,), ELSEWHERE), (group, 2, "hand_over", (3,), ELSEWHERE),
    (group, 2, "rename", (3, "x"), ELSEWHERE),
    (group, 2, "identify", (3,), ELSEWHERE), (group, 2, "self_test", (), ELSEWHERE),
    (group, 2, "promote", (True,), "the leader, " + LEADER + ", was heard 0 s ago: hand_over(2) "
     "there, or take its power away and wait until it has been silent for 31 s"),
    (orphaned, 2, "promote", (), "promote(True) is your word that the old leader, " + LEADER +
     ", has no power, and gets none before it is reset or is where it hears the group"),
    # a change waits
    (waiting, 1, "go_on_without", (2,), "unit 2 is not waited for: the change waits for unit 3, "
     "garage left"),
    (waiting, 1, "hand_over", (2,), "a change of the group comes first: it waits for unit 3, "
     "garage left; go there, or go_on_without(N)"),
    (waiting, 1, "self_test", (), "a change of the group comes first: it waits for unit 3, "
     "garage left; go there, or go_on_without(N)"),
    (leaving, 1, "remove", (3,), "unit 3, garage left, is not in the group: in it are "
     "unit 1 and unit 2"),
    # the leadership moves
    (handing_over, 1, "limit", (30,), "unit 2 is about to lead: wait until it does, and change "
     "the group there"),
    (unsure, 1, "limit", (30,), NEWER), (unsure, 1, "hand_over", (2,), AGREEING),
    (promoted_too, 1, "go_on_without", (3,), "unit 3, garage left, may have been made the leader "
     "too: go there, switch it off, and then remove(3, True)"),
    (stopped, 1, "limit", (30,), STOPPED), (stopped, 1, "remove", (3,), STOPPED),
    # a unit alone
    (alone, 1, "limit", (30,), "limit_a of a unit without a group is a setting: stop it first, by "
     "Ctrl-C"),
    (group, 1, "change", ({"priority": 1},), "a setting is changed while the unit stands: stop it "
     "first, by Ctrl-C at its prompt, and run() afterwards"),
    (group, 1, "factory_reset", ("page",), "this unit leads a group of 3: hand_over(N) first, or "
     "remove(N) the others"),
)


@pytest.mark.parametrize("situation, unit, name, given, sentence", TABLE)
def test_a_refusal_says_what_is_wrong_what_is_allowed_and_where_to_go(situation, unit, name, given,
                                                                      sentence):
    world = situation()
    member = world.node(unit).member
    pending = None if member.leader is None else member.leader.revisions.pending
    assert asked(world, unit, name, *given) == sentence
    assert member.leader is None or member.leader.revisions.pending is pending


def test_without_power_is_the_word_about_a_unit_that_leaves():
    world = waiting()
    node = world.node(1)
    assert said(owner_words.without_power(node.member, 3, node.local())) == (
        "unit 3 stays in the group: go_on_without(3), or remove(3) first")


def test_what_a_unit_may_still_use_bounds_the_limit_that_is_gone_on_with():
    world = settled(3, 60000, wants=(6000, 18000, 18000))
    world.node(3).die()
    leader = world.leader()
    propose(leader, world.node(1).local(), limit_ma=19000, fallback="stop")
    assert asked(world, 1, "go_on_without", 3) == (
        "unit 3 may still use 20 A without being asked, and the limit is to be 19 A: choose at "
        "least 20 A, or go there and take the power away, then remove(N, True)")


REPLACE = (
    (1, row(4), "unit 1 leads: hand_over(N) first, then replace(1) there"),
    (9, row(4), "unit 9 is not in the group: in it are unit 1, unit 2 and unit 3"),
    (3, row(2), "serial A0B1C2000002 is unit 2 already: remove(2) first"))


@pytest.mark.parametrize("unit, new, sentence", REPLACE)
def test_a_replacement_that_cannot_be_is_refused(unit, new, sentence):
    world = group()
    node = world.node(1)
    assert said(owner_words.replace(node.member, unit, new, node.local())) == sentence
    assert said(owner_words.replace(world.node(2).member, 3, row(4), node.local())) == ELSEWHERE
    assert world.leader().revisions.pending is None


def test_what_does_not_run_and_what_may_not_is_said():
    nowhere = SimpleNamespace(device=None)
    for name, given in (("remove", (3,)), ("identify", ()), ("self_test", ()), ("rename", (3, "")),
                        ("promote", ()), ("pair", ()), ("replace", (3,))):
        assert said(getattr(owner, name)(nowhere, *given)) == "nothing runs: start with run()"
    place = place_of(group().node(1))
    place.device.unit.errors = ["region is missing"]
    assert said(owner.limit(place, 30)) == "this unit runs no group now: region is missing"
    assert said(owner.identify(place, 3)) == (
        "this unit runs no group now: identify() lets this one blink")
    assert owner.identify(place) is None  # and that it does


def test_at_the_cable_a_leader_is_told_how_many_it_leaves_alone():
    assert owner.leads_others(place_of(group().node(1))) == 2
    assert owner.leads_others(place_of(group().node(2))) == 0
