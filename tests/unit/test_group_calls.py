# SPDX-License-Identifier: MIT
"""What an owner says of the group at the prompt of a unit that runs (field 18, 19; audit 11)."""

import importlib
import sys
from types import SimpleNamespace

import pytest
from app.on_demand import live_calls, owner as owner_py
from app.on_demand.refusals import print_refusal
from core.load import let_go, load
from core.on_demand.finding_words import words
from core.on_demand.refusal_words import sentence

from core.sharing.on_demand.change_waits import waiting_units
from core.sharing.on_demand.revising import revise
from host_tools import ROOT
from tests import owner_calls as owner
from tests.drills.scenes import settled
from tests.unit.owner_bench import place_of


@pytest.fixture
def world():
    return settled(3, 42000, "minimum", wants=(6000, 18000, 18000))


def said(capsys, world, unit, name, *given):
    capsys.readouterr()
    place = place_of(world.node(unit))
    refusal = live_calls.call(place, name, given)
    if refusal is not None:
        print_refusal(place, refusal)
    world.node(unit).wake()
    return capsys.readouterr().out


def shown(world, unit):
    return "\n".join([": ".join(words(*one)) for one in owner.troubles(
        place_of(world.node(unit))) if one[0] != "output_above"])


def test_every_call_of_the_group_can_be_made_while_the_unit_runs():
    assert {"go_on_without", "remove", "hand_over", "promote", "lead_again", "limit", "enable",
            "fallback"} <= set(live_calls.LIVE)


def on_demand():
    return {name for name in sys.modules if ".on_demand." in name}


@pytest.mark.parametrize("name, given", [
    ("status", ()), ("remove", (3,)), ("limit", (40,)), ("hand_over", (2,)),
    ("members", ()), ("troubles", ()), ("events", ()), ("tested", ()), ("rename", (3, "garage")),
    ("identify", (3,)), ("self_test", ()), ("help_me", ()), ("fallback", ("stop",)),
    ("go_on_without", (3,)), ("promote", (True,)), ("lead_again", ()), ("take_back", ())])
def test_what_a_call_needs_is_loaded_file_by_file_before(capsys, world, name, given):
    """The sharing task has its turn between two, however slow the flash is."""
    world.node(3).die()
    world.run(1)
    place = place_of(world.node(1))
    let_go()
    calls, needs = load("app", "live_calls"), load("app", "needs")
    for path in needs.needs(name, ")"):
        before = on_demand()
        load(*path)
        assert len(on_demand() - before) <= 1, path
    before = on_demand()
    refusal = calls.call(place, name, given)
    assert on_demand() == before and (capsys.readouterr().out or refusal)
    for path in calls.WORDS if refusal else ():
        before = on_demand()
        load(*path)
        assert len(on_demand() - before) <= 1, path
    before = on_demand()
    if refusal:
        load("app", "refusals").print_refusal(place, refusal)
    assert len(on_demand() - before) <= 1


def test_a_unit_without_power_is_removed_on_its_owners_word(capsys, world):
    world.node(3).die()
    world.run(5)
    assert said(capsys, world, 1, "remove", 3) == "Done: see status().\n"
    world.run(30)
    assert "It waits for unit 3" in shown(world, 1)
    assert world.leader().revisions.in_force.number == 1
    assert said(capsys, world, 1, "remove", 3, True) == "Done: see status().\n"
    world.run(30)
    assert [row.unit for row in world.leader().revisions.in_force.members] == [1, 2]
    assert shown(world, 1) == ""


def test_a_change_goes_on_without_a_unit_that_keeps_what_it_may_use(capsys):
    world = settled(3, 42000, wants=(6000, 18000, 18000))
    world.node(3).die()
    node = world.node(1)
    assert revise(node.member, node.local(), limit_ma=30000) is None
    world.run(30)
    assert waiting_units(world.leader()) == [3]
    assert said(capsys, world, 1, "go_on_without", 3) == "Done: see status().\n"
    world.run(30)
    in_force = world.leader().revisions.in_force
    assert in_force.limit_ma == 30000
    assert [row.fallback_ma for row in in_force.members] == [8000, 8000, 14000]


def test_a_dead_leader_is_followed_by_whom_its_owner_promotes(capsys, world):
    world.node(1).die()
    assert "Refused: the leader, unit 1 (serial A0B1C2000001), was heard" in said(
        capsys, world, 2, "promote", True)
    world.run(40)
    assert "no power" in said(capsys, world, 2, "promote")
    assert said(capsys, world, 2, "promote", True) == "Done: see status().\n"
    assert "differ" in shown(world, 2)
    world.run(40)
    assert world.leader().unit == 2 and shown(world, 2) == ""


def test_leading_is_handed_over(capsys, world):
    assert said(capsys, world, 1, "hand_over", 2) == "Done: see status().\n"
    world.run(60)
    assert world.leader().unit == 2


@pytest.mark.parametrize("unit, name, given, word", [
    (2, "remove", (3,), "unit 1"), (2, "go_on_without", (3,), "unit 1"),
    (2, "hand_over", (3,), "unit 1"), (1, "remove", ("3",), "by its number"),
    (1, "remove", (1,), "hand_over"), (1, "remove", (9,), "not in the group"),
    (1, "go_on_without", (3,), "not waited for"), (1, "hand_over", (9,), "hand over to unit 2"),
    (1, "promote", (True,), "leader already"), (1, "lead_again", (), "not stopped")])
def test_what_cannot_be_is_refused_with_what_can(capsys, world, unit, name, given, word):
    answer = said(capsys, world, unit, name, *given)
    assert answer.startswith("Refused: ") and word in answer


def test_nothing_is_asked_of_a_unit_that_does_not_run(capsys):
    assert live_calls.call(SimpleNamespace(device=None), "remove", (3,)) == ("not_running",)


def test_a_leader_shows_who_has_its_key_and_is_not_in_its_rows(capsys, world):
    world.newcomer()
    world.run(5)
    assert "A0B1C2000004. It gets nothing" in shown(world, 1)


def test_the_limit_and_whether_sharing_is_on_are_changed_while_the_unit_runs(capsys, world):
    for name, given in (("limit", 24), ("fallback", "stop"), ("enable", False)):
        assert said(capsys, world, 1, name, given) == "Done: see status().\n"
        world.run(60)
    in_force = world.leader().revisions.in_force
    assert (in_force.limit_ma, in_force.fallback, in_force.enabled) == (24000, "stop", False)


@pytest.mark.parametrize("unit, name, given, word", [
    (1, "limit", 7, "at least 18 A"), (1, "limit", "24", "whole number"),
    (1, "limit", True, "whole number"), (1, "enable", 1, "true or false"),
    (1, "fallback", "all", "one of equal, minimum, stop"), (2, "limit", 24, "unit 1"),
    (2, "enable", False, "unit 1"), (2, "fallback", "stop", "unit 1")])
def test_what_the_group_cannot_be_is_refused_and_changes_nothing(capsys, world, unit, name, given,
                                                                word):
    answer = said(capsys, world, unit, name, given)
    assert answer.startswith("Refused: ") and word in answer
    assert world.leader().revisions.pending is None


def test_a_setting_of_a_unit_alone_wants_it_to_stand(world):
    place = place_of(world.node(1))
    place.device.unit.member = SimpleNamespace(codec=None)
    assert "stop it first" in sentence(owner.limit(place, 20))
    assert "stop it first" in sentence(owner.change(place, {"priority": 1}))


def test_who_may_do_what_is_said_for_each_action():
    actions = [name for row in owner_py._ROWS.split("\n") for name in row.split(" ")[1:-1]]
    assert len(actions) == len(set(actions)) > 20
    said = {name: owner_py.find(name)[0] for name in actions}
    assert said["troubles"] == owner_py.ANYBODY and said["limit"] == owner_py.LOGGED_IN
    assert said["set"] == said["take_back"] == said["factory_reset"] == owner_py.LOGGED_IN
    assert said["change"] == owner_py.AT_THE_CABLE


def test_what_a_file_of_the_owner_has_is_in_the_table_and_the_other_way_round():
    actions = [name for row in owner_py._ROWS.split("\n") for name in row.split(" ")[1:-1]]
    rooms = [importlib.import_module("app.on_demand." + path.stem) for path in
             (ROOT / "firmware/app/on_demand").glob("owner_*.py")
             if path.stem not in ("owner_place", "owner_settings")]
    there = {name for room in rooms for name, kind in vars(room).items() if name[0] != "_"
             and getattr(kind, "__module__", "") == room.__name__}
    assert there == set(actions)
    assert all(callable(owner_py.function(name)) for name in actions)
