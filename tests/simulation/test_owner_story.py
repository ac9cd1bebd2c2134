# SPDX-License-Identifier: MIT
"""What an owner does in a scenario: pairs, removes, replaces, resets, and gives his word."""

import copy

import pytest

from core.on_demand.refusal_words import sentence
from host_tools.simulate.fields import ScenarioError
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation

_UNIT = {"role": "follower", "breaker_a": 40, "region": "iec", "nameplate_a": 32, "phases": "L1"}
_UNITS = [{**_UNIT, "id": n} for n in (1, 2, 3)] + [
    {**_UNIT, "id": n, "paired": False, "role": role} for n, role in ((4, "follower"),
                                                                      (5, "alone"))]
_UNITS[0]["role"] = "leader"
_STORY = {"name": "owner", "duration_s": 300, "limit_a": 40, "units": _UNITS,
          "vehicles": [{"unit": n, "max_a": 32} for n in (1, 2, 3, 4, 5)], "events": []}


def played(to_s, *events, **more):
    """A group with these events, up to a time."""
    simulation = Simulation(load({**_STORY, "events": list(events), **more}), trace=False)
    simulation.advance(to_s * 1000)
    return simulation


def offers(simulation):
    """Whole amperes, unit by unit."""
    return [row["offered_ma"] // 1000 for row in simulation.rows()]


def test_a_blank_unit_offers_nothing_and_a_unit_alone_charges_on_its_own_circuit():
    simulation = played(60)
    assert offers(simulation) == [13, 13, 13, 0, 31]
    assert simulation.nodes[4].board.store == {} == simulation.nodes[5].board.store
    assert simulation.violations() == []


def test_who_is_paired_takes_part_and_a_unit_alone_gives_up_its_own_current():
    simulation = played(100, {"at_s": 30, "do": "pair", "unit": 4},
                        {"at_s": 50, "do": "pair", "unit": 5})
    assert simulation.owner.members == {1, 2, 3, 4, 5} and not simulation.changing
    assert offers(simulation) == [7, 7, 7, 7, 7] and simulation.violations() == []


@pytest.mark.parametrize("code", ["wrong", 5])
def test_a_wrong_code_pairs_nobody(code):
    simulation = played(120, {"at_s": 30, "do": "pair", "unit": 4, "code": code})
    assert simulation.owner.members == {1, 2, 3} and not simulation.changing


def test_who_replaces_a_unit_has_its_number_and_its_share():
    simulation = played(
        110, {"at_s": 30, "do": "power", "unit": 2, "on": False},
        {"at_s": 31, "do": "replace", "unit": 2, "by": 4, "no_power": True})
    assert simulation.owner.members == {1, 3, 4} and simulation.owner.number(4) == 2
    assert offers(simulation)[:4] == [13, 0, 13, 13] and simulation.violations() == []


def test_a_change_waits_for_a_silent_unit_until_the_owner_goes_on_without_it():
    events = [{"at_s": 30, "do": "power", "unit": 3, "on": False},
              {"at_s": 35, "do": "limit", "limit_a": 30}]
    assert played(120, *events).limit_ma == 40000
    simulation = played(140, *events, {"at_s": 80, "do": "go_on_without", "unit": 3})
    assert simulation.limit_ma == 30000 and simulation.owner.members == {1, 2, 3}
    assert simulation.violations() == []


def test_the_owners_word_ends_the_wait_for_a_unit_that_leaves():
    events = [{"at_s": 30, "do": "power", "unit": 3, "on": False},
              {"at_s": 35, "do": "remove", "unit": 3}]
    assert played(120, *events).owner.members == {1, 2, 3}
    for spoken in (events + [{"at_s": 60, "do": "no_power", "unit": 3}],
                   [events[0], {**events[1], "no_power": True}]):
        simulation = played(140, *spoken)
        assert simulation.owner.members == {1, 2} and not simulation.changing
        assert simulation.violations() == []


def test_a_word_that_is_not_true_any_more_is_not_given():
    simulation = played(100, {"at_s": 30, "do": "power", "unit": 3, "on": False},
                        {"at_s": 32, "do": "power", "unit": 1, "on": False},
                        {"at_s": 33, "do": "remove", "unit": 3, "no_power": True},
                        {"at_s": 34, "do": "air", "to": [3], "loss": 1.0},
                        {"at_s": 36, "do": "power", "unit": 3, "on": True},
                        {"at_s": 38, "do": "power", "unit": 1, "on": True})
    assert simulation.owner.members == {1, 2, 3} and simulation.changing
    assert simulation.violations() == []


def test_who_is_taken_in_again_at_once_is_not_told_that_it_was_removed():
    """Seed 13 of the owner's campaign: it was heard while the removal was still waited for."""
    simulation = played(150, {"at_s": 30, "do": "power", "unit": 3, "on": False},
                        {"at_s": 31, "do": "remove", "unit": 3, "no_power": True},
                        {"at_s": 40, "do": "power", "unit": 3, "on": True},
                        {"at_s": 60, "do": "pair", "unit": 3})
    assert offers(simulation)[:3] == [13, 13, 13] and simulation.violations() == []


def test_a_unit_that_was_reset_is_blank_and_can_be_paired_again():
    reset = {"at_s": 30, "do": "factory_reset", "unit": 2}
    simulation = played(70, reset)
    assert simulation.nodes[2].board.store == {} and offers(simulation)[1] == 0
    simulation = played(150, reset, {"at_s": 80, "do": "pair", "unit": 2})
    assert offers(simulation)[:3] == [13, 13, 13] and simulation.violations() == []


def test_a_flash_copied_onto_another_board_makes_no_second_leader():
    simulation = played(120, {"at_s": 30, "do": "clone", "unit": 1, "onto": 4},
                        {"at_s": 40, "do": "clone", "unit": 2, "onto": 3})
    assert simulation.leader.id == 1 and simulation.leader_moves == 0
    assert offers(simulation)[:4] == [13, 13, 13, 0] and simulation.violations() == []


def test_who_has_lost_its_record_can_leave_all_the_same():
    """Seed 18 of the owner's campaign: it has the key, says who it is, and was waited for for ever
    because who is in no revision sends no reports."""
    simulation = played(120, {"at_s": 30, "do": "air", "from": [3], "loss": 1.0},
                        {"at_s": 31, "do": "clone", "unit": 2, "onto": 3},
                        {"at_s": 32, "do": "remove", "unit": 3},
                        {"at_s": 50, "do": "air", "loss": 0.0})
    assert simulation.owner.members == {1, 2} and not simulation.changing
    assert simulation.violations() == []


def test_the_owner_can_go_on_without_a_unit_whose_number_another_one_has_by_then():
    """Seed 99 of the owner's campaign: it was refused, for two units of one number."""
    simulation = played(140, {"at_s": 30, "do": "power", "unit": 3, "on": False},
                        {"at_s": 35, "do": "replace", "unit": 3, "by": 4},
                        {"at_s": 60, "do": "go_on_without", "unit": 3})
    assert simulation.owner.members == {1, 2, 3, 4} and simulation.owner.number(4) == 3
    assert simulation.owner.number(3) == 4 and not simulation.owner.given_up
    assert simulation.violations() == []


def test_who_is_replaced_and_paired_again_at_once_charges_on_under_another_number():
    """Seed 123 of the owner's campaign: for a while two had one number, and the leader failed."""
    simulation = played(150, {"at_s": 30, "do": "replace", "unit": 2, "by": 4},
                        {"at_s": 45, "do": "pair", "unit": 2}, limit_a=50)
    assert simulation.owner.number(4) == 2 and simulation.owner.number(2) == 4
    assert offers(simulation)[:4] == [12, 12, 12, 12] and simulation.violations() == []


def test_who_is_promoted_leads_on_the_channel_where_the_group_was():
    """Seed 8 of the owner's campaign: it led where it had just looked for its leader, and the old
    leader and whoever came back with it never heard it."""
    for promoted_s in range(62, 66):
        simulation = played(160, {"at_s": 30, "do": "power", "unit": 1, "on": False},
                            {"at_s": promoted_s, "do": "promote", "unit": 2})
        assert simulation.leader.id == 2
        assert simulation.air.channels.of(2) == 1, promoted_s
        assert simulation.owner.members == {2, 3} and simulation.violations() == []


def test_a_member_that_was_reset_gets_the_key_also_while_its_leader_is_unsure():
    """Seed 4 of the owner's campaign: pairing waited for what waited for the unit."""
    simulation = played(150, {"at_s": 20, "do": "limit", "limit_a": 30},
                        {"at_s": 24, "do": "air", "from": [3], "loss": 1.0},
                        {"at_s": 32, "do": "older_copy", "unit": 1, "writes": 2},
                        {"at_s": 32.1, "do": "reboot", "unit": 1, "down_s": 1},
                        {"at_s": 33, "do": "factory_reset", "unit": 3},
                        {"at_s": 45, "do": "air", "loss": 0.0},
                        {"at_s": 60, "do": "pair", "unit": 3})
    assert not simulation.changing and simulation.owner.members == {1, 2, 3}
    assert offers(simulation)[2] and simulation.violations() == []


def test_who_has_not_stopped_leading_is_told_so_and_the_owner_gives_it_up():
    simulation = played(120, {"at_s": 30, "do": "lead_again", "unit": 2})
    words = ("this unit has not stopped leading: lead_again() is for one that did, beside another "
             "leader")
    assert {refused for _, refused in simulation.owner.refused} == {words}
    (at_ms, wish), = simulation.owner.given_up
    assert at_ms == 90_000 and wish.refused == words
    assert not simulation.changing


def test_a_pairing_that_does_not_come_about_is_given_up_and_the_group_stays_as_it_is():
    simulation = played(399, {"at_s": 20, "do": "power", "unit": 1, "on": False},
                        {"at_s": 30, "do": "pair", "unit": 4}, duration_s=400)
    assert [wish.key for _, wish in simulation.owner.given_up] == [("member", 4)]
    assert not simulation.changing


def test_the_owners_functions_are_given_the_place_of_a_unit():
    from app.on_demand.owner_place import runs
    from tests import owner_calls as owner
    simulation = played(60, {"at_s": 50, "do": "power", "unit": 3, "on": False})
    assert runs(simulation.place(1)) and not runs(simulation.place(3))
    assert [row["unit"] for row in owner.members(simulation.place(1))] == [1, 2, 3]
    assert sentence(owner.limit(simulation.place(2), 30)) == (
        "that is done on the leader, unit 1 (serial A0B1C2000001)")


@pytest.mark.parametrize("event, named, allowed", [
    ({"do": "pair", "unit": 2}, "unit", "must be no member yet"),
    ({"do": "pair", "unit": 1}, "unit", "must not be the leader"),
    ({"do": "pair", "unit": 4, "code": "old"}, "code", "must be one of right, wrong"),
    ({"do": "pair", "unit": 4, "code": 4}, "code", "right, wrong, or another one of"),
    ({"do": "pair", "unit": 4, "code": 9}, "code", "right, wrong, or another one of"),
    ({"do": "pair", "unit": 4, "replace": 5}, "replace", "must be a member"),
    ({"do": "pair", "unit": 4, "replace": 4}, "replace", "must be another one than unit"),
    ({"do": "pair", "unit": 4, "replace": 9}, "replace", "must be one of the units 1, 2, 3"),
    ({"do": "remove", "unit": 4}, "unit", "must be a member"),
    ({"do": "remove", "unit": 2, "no_power": True}, "no_power", "unit 2 must have no power"),
    ({"do": "replace", "unit": 2}, "by", "must be given"),
    ({"do": "replace", "unit": 2, "by": 3}, "by", "must be no member yet"),
    ({"do": "replace", "unit": 1, "by": 4}, "unit", "must not be the leader"),
    ({"do": "replace", "unit": 2, "by": 4, "no_power": True}, "no_power", "must have no power"),
    ({"do": "rename", "unit": 2, "name": "x" * 25}, "name", "at most 24 bytes"),
    ({"do": "rename", "unit": 2, "name": 5}, "name", "at most 24 bytes"),
    ({"do": "no_power", "unit": 2}, "unit", "must have no power"),
    ({"do": "factory_reset", "unit": 1}, "unit", "must not be the leader"),
    ({"do": "clone", "unit": 2}, "onto", "must be given"),
    ({"do": "clone", "unit": 2, "onto": 1}, "onto", "must not be the leader"),
    ({"do": "limit", "limit_a": 30.5}, "limit_a", "must be a whole number of amperes"),
])
def test_what_an_owner_cannot_do_is_refused_by_name(event, named, allowed):
    with pytest.raises(ScenarioError) as caught:
        load({**_STORY, "events": [{"at_s": 10, **event}]})
    assert caught.value.path == "events[0]." + named and allowed in str(caught.value)


@pytest.mark.parametrize("unit, more, named, allowed", [
    (3, {"member": True}, "member", "must be false for a unit that is not paired"),
    (3, {"starts_with": "nothing"}, "paired", "must be true for a unit with starts_with"),
    (2, {"role": "alone"}, "role", "must be leader or follower for a unit that is paired"),
    (0, {"paired": False}, "member", "must be true for the leader"),
    (3, {"paired": 1}, "paired", "True, False"),
])
def test_units_that_cannot_be_unpaired_so_are_refused_by_name(unit, more, named, allowed):
    content = copy.deepcopy(_STORY)
    content["units"][unit].update(more)
    with pytest.raises(ScenarioError) as caught:
        load(content)
    assert caught.value.path == f"units[{unit}].{named}" and allowed in str(caught.value)
