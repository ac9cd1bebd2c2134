# SPDX-License-Identifier: MIT
"""Why a unit has its current, as its leader knows it (owner.md 13)."""

import pytest

from app.on_demand import unit_reason, unit_rows
from core import reasons
from tests import owner_calls as owner
from tests.unit.test_wishes import Group


def said(units):
    """Reason of each unit, as the leader tells it."""
    node = units.simulation.nodes[1]
    return [row.reason for row in unit_rows.rows(node.program, node.program.hal.clock.now_ms())]


def test_units_on_a_full_circuit_share_it():
    units = Group()
    units.later()
    assert said(units) == [reasons.LEASE] * 3


@pytest.mark.parametrize("unit", [1, 2])
@pytest.mark.parametrize("by, paused, capped", [
    (owner.PAGE, unit_reason.PAUSED_OWNER, unit_reason.MOST_OWNER),
    (owner.MQTT, unit_reason.PAUSED_PROGRAM, unit_reason.MOST_PROGRAM)])
def test_who_asked_for_a_pause_or_a_maximum_is_the_reason(unit, by, paused, capped):
    """The leader's own unit and another's."""
    units = Group()
    assert units.asks("wish", unit, {"max_a": 8}, by=by) is None
    units.later()
    assert said(units)[unit - 1] == capped
    assert units.asks("wish", unit, {"pause": True}, by=by) is None
    units.later()
    assert said(units)[unit - 1] == paused
    assert units.asks("wish", unit, {"pause": False, "max_a": None}, by=by) is None
    units.later(60)
    assert said(units) == [reasons.LEASE] * 3


def test_of_two_maximums_the_smaller_one_is_the_reason():
    units = Group()
    assert units.asks("wish", 2, {"max_a": 10}) is None
    assert units.asks("wish", 2, {"max_a": 8}, by=owner.MQTT) is None
    units.later()
    assert said(units)[1] == unit_reason.MOST_PROGRAM
    assert units.asks("wish", 2, {"max_a": 12}, by=owner.MQTT) is None
    units.later()
    assert said(units)[1] == unit_reason.MOST_OWNER


def test_a_maximum_that_is_not_reached_is_none():
    units = Group()
    assert units.asks("wish", 2, {"max_a": 30}) is None
    units.later()
    assert said(units)[1] == reasons.LEASE


def test_a_softer_limit_is_the_reason_of_all_who_want_more():
    units = Group()
    assert units.asks("soft_limit", 24, 600) is None
    units.later()
    assert said(units) == [unit_reason.SOFT_LIMIT] * 3
    units.later(600)
    assert said(units) == [reasons.LEASE] * 3


def test_who_is_offered_all_that_his_vehicle_takes_wants_no_more():
    units = Group(limit_a=60)
    units.later(120)
    assert said(units) == [unit_reason.WANTS_NO_MORE] * 3
