# SPDX-License-Identifier: MIT
"""A unit that runs says the same of its group as its flash would."""

import json
from types import SimpleNamespace

import pytest
from app.on_demand import membership, membership_now
from app.unit import JOIN, RECORD
from core.sharing.member import LEFT, STOPPED
from core.sharing.on_demand import handing_over, leadership
from core.sharing.on_demand.recording import record_of
from core.sharing.on_demand.revising import revise
from tests.drills.scenes import settled


def _both(node):
    """(what it says, what its flash says)."""
    serial = node.member.group.config.serial
    data = {} if node.member.role == LEFT else record_of(node.member)
    data = json.dumps(data).encode() if data else None
    store = SimpleNamespace(read=lambda key: {RECORD: data, JOIN: None}[key])
    unit = SimpleNamespace(member=node.member, errors=[],
                           hal=SimpleNamespace(store=store, serial=serial))
    return membership_now.membership(unit), membership.membership(data, None, serial)


@pytest.fixture
def world():
    return settled(3, 42000, "minimum", wants=(6000, 18000, 18000))


def _same(world):
    found = [_both(node) for node in world.nodes if node.member is not None]
    assert [now for now, _ in found] == [stored for _, stored in found]
    return [now for now, _ in found]


def test_a_settled_group(world):
    leader, *others = _same(world)
    assert (leader.role, leader.leader) == ("leader", "unit 1 (serial A0B1C2000001)")
    assert leader.newest.limit_ma == 42000 and [one.role for one in others] == ["follower"] * 2


def test_a_change_that_waits_is_the_newest(world):
    world.node(3).die()
    node = world.node(1)
    assert revise(node.member, node.local(), limit_ma=40000) is None
    node.wake()
    world.run(2)
    assert _same(world)[0].newest.limit_ma == 40000 and world.limit_ma() == 42000


def test_who_was_given_the_leadership_has_it(world):
    node = world.node(1)
    assert handing_over.hand_over(node.member, 2, node.local()) is None
    node.wake()
    world.run(60)
    assert [one.role for one in _same(world)] == ["follower", "leader", "follower"]


def test_who_has_stopped_or_left_is_asked_by_its_flash(world):
    leadership.stop(world.node(1).member, world.node(1).local())
    assert world.node(1).member.role == STOPPED
    assert _same(world)[0].barred
    world.node(3).member.role = LEFT
    assert _same(world)[2].role == ""


def test_a_newcomer_without_a_row_follows(world):
    node = world.newcomer()
    now, stored = _both(node)
    assert now == stored and (now.role, now.leader) == ("follower", "unit 1")


def test_a_unit_with_errors_is_asked_by_its_flash(world):
    unit = SimpleNamespace(member=None, errors=["settings"], hal=SimpleNamespace(
        store=SimpleNamespace(read=lambda key: None), serial=bytes(6)))
    assert membership_now.membership(unit).role == ""
