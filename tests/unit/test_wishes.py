# SPDX-License-Identifier: MIT
"""What is wished of a unit and of a group: greatest and smallest useful current, priority, pause,
soft limit; who wished it, and when it ends. Whole units, and what stands on their pilots."""

import json

import pytest

from core.group.on_demand.record_check import record_error
from core.load import let_go
from core.on_demand.refusal_words import sentence
from core.sharing.on_demand.caps import to_record, wishes_of
from host_tools.simulate.place import Place
from tests import owner_calls as owner
from tests.unit.web_bench import group

SETTLE_S = 20  # a cut at once, a raise 5 s after the last change
# What these judges miss is what was wished.
_OF_WHAT_IS_WISHED = ("starving", "recovery", "fair_share")


class Group:
    """Three units on 40 A, each with a vehicle that wants 16 A. by: who asks."""

    def __init__(self, units=3, **more):
        self.simulation = group(units, 60, **more)
        self.place = Place(self.simulation.nodes[1])

    @property
    def leader(self):
        return self.simulation.nodes[1].program.member.leader

    def asks(self, function, *given, by=owner.PAGE, **more):
        """None, or the refusal in words."""
        return sentence(getattr(owner, function)(self.place, *given, by=by, **more))

    def later(self, seconds=SETTLE_S):
        self.simulation.advance(self.simulation.now_ms + 1000 * seconds)
        assert [found for found in self.simulation.violations()
                if found.checker not in _OF_WHAT_IS_WISHED] == []

    def offers_a(self):
        """Whole amperes on the pilots."""
        return [round(node.board.offer_ma / 1000) for node in self.simulation.nodes.values()]

    def wished(self, unit, **more):
        node = self.simulation.nodes[unit]
        return wishes_of(self.leader, node.program.hal.serial,
                         node.program.hal.clock.now_ms(), **more)


def test_a_maximum_binds_one_unit_and_the_others_get_what_it_leaves():
    units = Group()
    before = units.offers_a()
    assert units.asks("cap", 2, 8) is None
    units.later()
    after = units.offers_a()
    assert after[1] == 8 and after[0] >= before[0] and after[2] >= before[2]
    assert units.asks("cap", 2, None) is None
    units.later(40)
    assert units.offers_a() == before and units.leader.caps is None


def test_a_pause_keeps_the_maximum_and_ends_without_it():
    units = Group()
    assert units.asks("cap", 2, 8) is None
    assert units.asks("wish", 2, {"pause": True}) is None
    units.later()
    assert units.offers_a()[1] == 0
    assert units.asks("wish", 2, {"pause": False}) is None
    units.later(40)
    assert units.offers_a()[1] == 8


@pytest.mark.parametrize("what, value", [("max_a", 8), ("min_a", 10), ("priority", 5),
                                         ("pause", True)])
def test_what_a_program_wishes_ends_when_its_time_is_over_and_all_is_as_before(what, value):
    units = Group()
    before = units.offers_a()
    assert units.asks("wish", 2, {what: value}, by=owner.MQTT, ttl_s=30) is None
    units.later(25)
    assert units.wished(2).count(None) == 3
    units.later(60)
    assert units.wished(2) == [None] * 4 and units.leader.caps is None
    units.later(240)  # a pause of allocation lasts so long, whatever it came from
    assert units.offers_a() == before


def test_a_programs_wish_lies_over_the_owners_and_an_owner_has_the_last_word():
    units = Group()
    assert units.asks("wish", 2, {"max_a": 12, "priority": 3}) is None
    assert units.asks("wish", 2, {"max_a": 8, "priority": 7}, by=owner.MQTT) is None
    assert units.wished(2) == [8000, None, 7, None]
    assert units.asks("wish", 2, {"max_a": 14}, by=owner.MQTT) is None
    assert units.wished(2) == [12000, None, 7, None], "no program goes above its owner"
    assert units.asks("wish", 2, {"max_a": None, "priority": None}, by=owner.MQTT) is None
    assert units.wished(2) == [12000, None, 3, None]
    assert units.asks("wish", 2, {"pause": True}, by=owner.MQTT) is None
    assert units.asks("cap", 2, None) is None
    assert units.wished(2) == [None, None, 3, None]


def test_a_wish_that_comes_before_the_vehicle_holds_until_that_one_leaves():
    units = Group(vehicles=[{"unit": 2, "plug_s": 80, "unplug_s": 150, "max_a": 16},
                            {"unit": 2, "plug_s": 170, "max_a": 16}])
    assert units.asks("cap", 2, 7, by=owner.MQTT) is None
    units.later(60)
    assert units.offers_a()[1] == 7
    units.later(100)
    assert units.offers_a()[1] == 16


def test_a_higher_priority_is_served_first_while_it_is_wished():
    units = Group()
    assert units.asks("wish", 3, {"priority": 9}, by=owner.MQTT, ttl_s=40) is None
    units.later(30)
    assert units.offers_a()[2] == 16 and units.offers_a()[0] <= 12
    units.later(60)
    assert max(units.offers_a()) - min(units.offers_a()) <= 1


def test_a_larger_smallest_current_is_offered_or_nothing():
    """18 A for three units: two get 9 A or more, and no unit ever less than it can use."""
    units = Group(limit_a=18)
    for unit in (1, 2, 3):
        assert units.asks("wish", unit, {"min_a": 9}) is None
    units.later(60)
    for _ in range(30):
        units.later(1)
        assert all(amps == 0 or amps >= 9 for amps in units.offers_a()), units.offers_a()
    assert sum(units.offers_a()) == 18


@pytest.mark.parametrize("asked, words", [
    ({"max_a": 5}, "max_a is 5: must be 6 to 32"), ({"max_a": 0}, "max_a is 0: must be 6 to 32"),
    ({"max_a": 33}, "max_a is 33: must be 6 to 32"),
    ({"max_a": 10 ** 30}, "max_a is so many: must be 6 to 32"),
    ({"max_a": 8.0}, "max_a is 8.0: must be 6 to 32"),
    ({"max_a": True}, "max_a is True: must be 6 to 32"),
    ({"min_a": 5}, "min_a is 5: must be 6 to 16"),
    ({"min_a": 17}, "min_a is 17: must be 6 to 16"),
    ({"min_a": 12, "max_a": 9}, "max_a is 9: must be 12 to 32"),
    ({"priority": 10}, "priority is 10: must be 0 to 9"),
    ({"priority": "1"}, "priority is 1: must be 0 to 9"),
    ({"pause": 1.5}, "pause is 1.5: must be true or false"),
    ({"limit_a": 9}, "limit_a is not known here: known are max_a, min_a, priority, pause"),
    ([], "changes is []: must be names and values"),
])
def test_what_cannot_be_is_refused_and_nothing_of_it_is_done(asked, words):
    units = Group()
    if type(asked) is dict:
        asked = {"priority": 4, **asked}
    assert units.asks("wish", 2, asked) == words
    assert units.leader.caps is None


@pytest.mark.parametrize("ttl_s", [0, -1, 86401, 2.5, "9", True])
def test_a_time_that_cannot_be_is_refused(ttl_s):
    units = Group()
    words = "ttl_s is %s: must be 1 to 86400" % ttl_s
    assert units.asks("cap", 2, 8, by=owner.MQTT, ttl_s=ttl_s) == words
    assert units.asks("soft_limit", 30, ttl_s) == words
    assert units.leader.caps is None


def test_what_is_set_on_the_leader_is_refused_by_others_with_its_number():
    units = Group()
    place = Place(units.simulation.nodes[2])
    elsewhere = ("role", 1, "A0B1C2000001")
    assert owner.cap(place, 2, 8) == owner.wish(place, 2, {"max_a": 8}) == elsewhere
    assert owner.soft_limit(place, 20) == elsewhere
    assert owner.cap(units.place, 7, 8) == ("not_in_group", 7, [1, 2, 3])


def test_a_soft_limit_binds_at_once_and_ends_by_itself():
    units = Group()
    before = units.offers_a()
    assert units.asks("soft_limit", 24, 60, by=owner.MQTT) is None
    units.later(5)
    assert sum(units.offers_a()) <= 24
    units.later(50)
    assert 22 <= sum(units.offers_a()) <= 24
    units.later(60)
    assert units.offers_a() == before and units.leader.caps is None


def test_a_soft_limit_below_the_fallbacks_leaves_the_guarantee_as_it_is():
    """Nobody is offered anything; a unit that loses its leader goes by its fallback all the
    same."""
    units = Group()
    assert units.asks("soft_limit", 0, 600, by=owner.MQTT) is None
    units.later(10)
    assert units.offers_a() == [0, 0, 0]
    units.simulation.nodes[1].set_power(False)
    units.later(90)
    assert units.offers_a()[1:] == [13, 13]


@pytest.mark.parametrize("amps, words", [
    (41, "41 A is no soft limit: must be 0 to 40 A, in whole amperes"),
    (-1, "-1 A is no soft limit: must be 0 to 40 A, in whole amperes"),
    (9.5, "9.5 A is no soft limit: must be 0 to 40 A, in whole amperes")])
def test_a_soft_limit_is_never_above_the_limit(amps, words):
    units = Group()
    assert units.asks("soft_limit", amps) == words and units.leader.caps is None


def test_a_soft_limit_above_a_limit_that_was_lowered_later_raises_nothing():
    units = Group()
    assert units.asks("soft_limit", 38, 600) is None
    assert owner.limit(units.place, 24) is None
    units.later(60)
    assert sum(units.offers_a()) <= 24


def test_what_an_owner_wished_is_there_after_a_start_and_what_a_program_wished_is_not():
    units = Group()
    assert units.asks("wish", 2, {"max_a": 9, "priority": 2}) is None
    assert units.asks("cap", 3, 7, by=owner.MQTT) is None
    units.later()
    node = units.simulation.nodes[1]
    node.reboot(down_ms=1000, hang_ms=0)
    units.later(60)
    assert units.wished(2) == [9000, None, 2, None] and units.wished(3) == [None] * 4
    assert units.offers_a()[1] == 9
    assert units.asks("wish", 2, {"max_a": None, "priority": None}) is None
    units.later()
    node.reboot(down_ms=1000, hang_ms=0)
    units.later(60)
    assert units.leader.caps is None


def test_a_record_whose_wishes_cannot_be_is_no_record():
    units = Group()
    assert units.asks("wish", 2, {"max_a": 9}) is None
    units.later()
    record = json.loads(units.simulation.nodes[1].program.hal.store.read("group"))
    assert record_error(record) is None
    [serial] = record["lead"]["wishes"]
    for wrong in ({serial: [9000, None, 2]}, {serial: ["9", None, None, None]}, {"x": [None] * 4},
                  [], {serial: [True, None, None, None]}):
        record["lead"]["wishes"] = wrong
        assert record_error(record) == "what is wished of units"


def test_of_a_unit_that_is_not_in_the_group_any_more_nothing_is_kept():
    units = Group()
    assert units.asks("cap", 3, 9) is None
    assert owner.remove(units.place, 3) is None
    units.simulation.advance(units.simulation.now_ms + 60000)
    assert units.asks("cap", 2, 9) is None
    assert [row[0] for row in units.leader.caps.rows] == [
        units.simulation.nodes[2].program.hal.serial]
    assert len(to_record(units.leader)) == 1


def test_wishes_go_on_when_what_was_loaded_is_let_go_of():
    units = Group()
    assert units.asks("cap", 2, 8) is None
    let_go()
    units.later()
    assert units.offers_a()[1] == 8


def test_a_wish_that_changes_nothing_that_stays_writes_nothing():
    units = Group()
    member = units.simulation.nodes[1].program.member
    for value, by in ((None, owner.PAGE), (8, owner.MQTT), (None, owner.MQTT)):
        assert units.asks("cap", 2, value, by=by) is None
        assert not member.lazy and member.free_writes == 0
    assert units.asks("cap", 2, 8) is None
    assert member.lazy
    units.later()
    assert units.asks("cap", 2, 8) is None
    assert not member.lazy


def test_an_owner_that_ends_what_a_program_wished_over_his_own_stores_what_is_left():
    units = Group()
    assert units.asks("cap", 2, 9) is None
    units.later()
    assert units.asks("cap", 2, 7, by=owner.MQTT) is None
    units.later()
    assert units.asks("cap", 2, None) is None
    assert units.simulation.nodes[1].program.member.lazy
    units.later()
    assert units.wished(2) == [None] * 4


@pytest.mark.parametrize("amps, words", [
    (5, "5 A is no maximum of unit 2: must be 6 to 32 A, or 0 for nothing"),
    (33, "33 A is no maximum of unit 2: must be 6 to 32 A, or 0 for nothing"),
    (8.0, "amps is 8.0: must be a whole number of amperes, or nothing"),
    (False, "amps is False: must be a whole number of amperes, or nothing")])
def test_a_cap_that_cannot_be_says_that_0_is_nothing(amps, words):
    units = Group()
    assert units.asks("cap", 2, amps) == words and units.leader.caps is None


def test_a_maximum_that_was_set_is_kept_to_by_a_smallest_current_that_comes_later():
    units = Group()
    assert units.asks("cap", 2, 9) is None
    assert units.asks("wish", 2, {"min_a": 12}) == "max_a is 9: must be 12 to 32"
    assert units.asks("wish", 2, {"min_a": 12, "max_a": None}) is None
    assert units.wished(2) == [None, 12000, None, None]


def test_a_pause_of_0_is_none():
    units = Group()
    assert units.asks("wish", 2, {"pause": 0}) is None
    assert units.leader.caps is None and not units.simulation.nodes[1].program.member.lazy
