# SPDX-License-Identifier: MIT
"""Names that an owner gives to units: each keeps its own, the leader knows all, none is lost."""

import pytest

from core.on_demand.unit_name import name_error
from core.sharing import frames
from core.sharing.on_demand import revising
from core.sharing.on_demand.names import entries, name_of, spoken
from core.sharing.on_demand.name_frames import hears
from core.sharing.on_demand.naming import rename
from host_tools.records import row, serial_of
from tests import owner_calls as owner
from tests import owner_words
from tests.drills.scenes import heard, settled
from tests.rules import a_header
from tests.unit.owner_bench import place_of, run


def named(world, unit, name):
    """Its owner names a unit on the leader."""
    node = world.node(world.leader().unit)
    assert rename(node.member, unit, name, node.local()) is None
    node.wake()


def own(world, unit):
    return world.node(unit).member.group.name


def table(world):
    node = world.node(world.leader().unit)
    return {serial.hex()[-2:]: entry for serial, entry in entries(node.member).items()}


@pytest.fixture
def world():
    return settled(3, 42000)


def test_a_unit_takes_its_name_stores_it_and_says_so(world):
    named(world, 3, "garage left")
    world.run(5)
    assert own(world, 3) == "garage left" == world.node(3).record["group"]["name"]
    assert table(world) == {"03": ("garage left", True)}
    assert world.node(1).record["lead"]["names"] == {"A0B1C2000003": ["garage left", True]}


def test_the_leader_has_a_name_too_and_a_name_can_be_taken_away(world):
    named(world, 1, "door")
    named(world, 3, "garage")
    world.run(5)
    named(world, 3, "")
    world.run(5)
    assert world.node(1).record["group"]["name"] == "door"
    assert own(world, 3) == "" and name_of(world.node(1).member, 3) == ""


def test_a_group_without_names_sends_and_stores_nothing_for_them():
    world = settled(3, 42000, seconds=0)
    sent = heard(world, 1, lambda header, body: header.kind == frames.NAME)
    stores = [node.stores for node in world.nodes]
    world.run(60)
    assert sent == [] and world.node(1).member.names is None
    assert [node.stores - was for node, was in zip(world.nodes, stores)] == [1, 1, 1]


def test_nothing_is_said_any_more_when_all_have_their_names(world):
    sent = heard(world, 1, lambda header, body: header.kind == frames.NAME)
    named(world, 3, "garage")
    world.run(60)
    assert 1 <= len(sent) <= 5


def test_a_name_waits_for_a_unit_that_is_off_also_over_a_start_of_the_leader(world):
    world.node(3).die()
    named(world, 3, "garage")
    world.run(40)
    world.node(1).boot()
    place = place_of(world.node(1))
    run(world, 60, place)
    assert table(world) == {"03": ("garage", False)}
    world.node(3).boot()
    run(world, 20, place, until=lambda: table(world) == {"03": ("garage", True)})
    assert own(world, 3) == "garage"


def test_a_name_is_not_lost_with_the_leader(world):
    for unit, name in ((1, "one"), (2, "two"), (3, "three")):
        named(world, unit, name)
    world.run(10)
    world.node(1).die()
    world.run(40)
    node = world.node(2)
    assert owner_words.promote(node.member, node.local(), True) is None
    node.wake()
    place = place_of(node)
    run(world, 60, place)
    assert own(world, 2) == "two" and table(world)["03"] == ("three", True)
    world.node(1).boot()
    run(world, 90, place)
    assert table(world) == {"01": ("one", True), "03": ("three", True)}


def test_a_name_is_not_lost_when_the_leadership_is_handed_over(world):
    for unit, name in ((1, "one"), (2, "two"), (3, "three")):
        named(world, unit, name)
    world.run(10)
    node = world.node(1)
    assert owner_words.hand_over(node.member, 2, node.local()) is None
    world.run(90)
    assert world.leader().unit == 2
    assert table(world) == {"01": ("one", True), "03": ("three", True)}


def test_a_unit_that_has_lost_its_name_gets_it_again(world):
    named(world, 3, "garage")
    world.run(10)
    world.node(3).record["group"]["name"] = ""
    world.node(3).boot()
    place = place_of(world.node(1))
    run(world, 70, place, until=lambda: own(world, 3) == "garage")


def test_names_cost_a_unit_one_write_each_and_lost_frames_no_more(world):
    stores = world.node(3).stores
    world.base_loss = 0.5
    named(world, 3, "garage")
    world.run(30)
    assert own(world, 3) == "garage" and world.node(3).stores == stores + 1


def test_what_a_unit_said_earlier_or_another_boot_of_it_names_nothing(world):
    named(world, 3, "garage")
    world.run(10)
    leader = world.node(1).member
    account = leader.leader.ledger.accounts[2]
    good = a_header(account.number, 3, leader.leader.epoch, account.nonce, frames.NAMED)
    for old in (good._replace(epoch=good.epoch - 1), good._replace(nonce=good.nonce + 1),
                good._replace(sequence=good.sequence - 1), good._replace(tag=b"none")):
        hears(leader, old, "cellar")
    assert name_of(leader, 3) == "garage"
    hears(leader, good, "cellar")
    assert name_of(leader, 3) == "cellar"


def test_a_unit_that_is_removed_and_its_name_forget_each_other(world):
    named(world, 3, "garage")
    world.run(10)
    node = world.node(1)
    assert revising.revise(node.member, node.local(), members=[row(1), row(2)]) is None
    node.wake()
    world.run(60)
    named(world, 2, "two")
    assert set(table(world)) == {"02"} and world.node(3).record == {}


def test_a_replaced_units_name_goes_to_its_successor(world):
    named(world, 3, "garage")
    world.run(10)
    world.node(3).die()
    new = world.newcomer()
    node = world.node(1)
    assert owner_words.replace(node.member, 3, row(4), node.local(), True) is None
    node.wake()
    world.run(60)
    assert [(r.unit, r.serial) for r in world.leader().revisions.in_force.members] == [
        (1, serial_of(1)), (2, serial_of(2)), (3, serial_of(4))]
    assert new.member.group.name == "garage" and new.member.group.unit == 3


def test_a_unit_shows_which_one_it_is_for_as_long_as_it_was_asked(world):
    place = place_of(world.node(1))
    assert owner.identify(place, 3, 20) is None and owner.identify(place) is None
    world.node(1).wake()
    world.run(2)
    left_ms = [node.member.blink_ms - node.local() for node in world.nodes]
    assert left_ms[0] == 8000 and left_ms[1] <= 0 and 18000 <= left_ms[2] < 18200


@pytest.mark.parametrize("text, told", [
    ("unit 3 is missing", "unit 3, garage left, is missing"),
    ("go to unit 3: look", "go to unit 3, garage left: look"),
    ("unit 3 and unit 2", "unit 3, garage left, and unit 2"),
    ("unit 30, unit N, a unit", "unit 30, unit N, a unit"), ("unit ", "unit "), ("", ""),
    ("at unit 3", "at unit 3, garage left"), ("unit 33333333333333", "unit 33333333333333")])
def test_sentences_have_names_beside_numbers(world, text, told):
    named(world, 3, "garage left")
    assert spoken(world.node(1).member, text) == told


@pytest.mark.parametrize("name, fits", [
    ("", True), ("garage left", True), ("a" * 24, True), ("a" * 25, False), ("é" * 12, True),
    ("é" * 13, False), ("line\nbreak", False), ("\x7f", False), ("\x9b", False),
    ("\ud800", False), (3, False), (None, False)])
def test_a_name_is_short_text_that_can_be_shown(name, fits):
    assert (name_error(name) is None) == fits
