# SPDX-License-Identifier: MIT
"""What the air shows of a lease, frame by frame: its amount, its end, rest level and fallback."""

from types import SimpleNamespace

import pytest

from core.sharing import frames
from core.sharing.frames import NO_DIGEST, Grant, GrantFrame, Header
from core.sharing.on_demand.digest import revision_body
from core.sharing.on_demand.rare_frame import rare_frame
from host_tools.records import serial_of
from host_tools.simulate.air import Air
from host_tools.simulate.clock import Clock
from host_tools.simulate.firmware import codec
from host_tools.simulate.leases import LOOP_MS, Leases
from tests.rules import a_report, a_revision, tag

_FALLBACK_MA = 10000
_NONCE = 77


class Program:
    """What Leases asks of a node."""

    def __init__(self, unit):
        self.id, self.booted_ms, self._listeners = unit, 0, []
        self.board = SimpleNamespace(spec=SimpleNamespace(serial=serial_of(unit).hex().upper()))

    def listen(self, listener):
        """As Node.listen."""
        self._listeners.append(listener)

    def hear(self, payload):
        """A frame reaches it."""
        for listener in self._listeners:
            listener(self, payload)


class World:
    """Unit 2 and what it hears of unit 1."""

    def __init__(self):
        self.clock = Clock()
        self.nodes = [Program(1), Program(2)]
        self.air = Air(self.clock, (1, 2), {"loss": 1.0, "duplicate": 0.0, "delay_ms": (1, 1)}, 1)
        self.leases = Leases(self.clock, self.nodes, self.air)
        self.codec = codec()
        for node in self.nodes:
            self.air.join(node.id, lambda frame: None)

    def report(self, number, nonce=_NONCE):
        """Unit 2 reports now."""
        body = a_report(echo_nonce=5, echo_sequence=0, phases=1)
        self.air.send(2, 1, self.codec.report(
            Header(frames.REPORT, 2, 1, nonce, number, tag(2)), body))

    def grant(self, sequence, amount_ma, number, epoch=1, nonce=_NONCE, unit=2, in_force=1,
              newest=None):
        """A frame of unit 1 that answers a report; it leaves now and is lost."""
        entries = [Grant(unit, nonce, number, amount_ma, 1)]
        payload = self.codec.grant(
            Header(frames.GRANT, 1, epoch, 5, sequence, tag(1)),
            GrantFrame(newest or in_force, NO_DIGEST, in_force, entries, False))
        self.air.send(1, 0, payload)
        return payload

    def revision(self, sequence, number):
        """A revision that unit 1 sends now; it is lost."""
        payload = rare_frame(self.codec, Header(frames.REVISION, 1, 1, 5, sequence, tag(1)),
                                  revision_body(a_revision(number=number), True))
        self.air.send(1, 0, payload)
        return payload

    def most_ma(self, at_ms=None):
        """The most that unit 2 may offer, now or at a time."""
        self.clock.run(self.clock.now_ms if at_ms is None else at_ms)
        return self.leases.most_ma(2, _FALLBACK_MA)


def granted(amount_ma=16000):
    """A world in which unit 2 has reported at 40 s and heard a grant at 41 s."""
    world = World()
    world.clock.run(40000)
    world.report(1)
    world.clock.run(41000)
    world.nodes[1].hear(world.grant(1, amount_ma, 1))
    return world


def test_a_grant_counts_from_the_report_that_it_answers():
    world = granted()
    assert [world.most_ma(at_ms) for at_ms in (41000, 50100, 50150)] == [16000, 16000, 10000]
    assert world.leases.end_ms(2) == 50147 and world.leases.fallback_ms(2) == 71360


def test_after_a_small_grant_the_rest_is_small_until_the_fallback_is_due():
    world = granted(7000)
    assert [world.most_ma(at_ms) for at_ms in (50150, 70690, 70695)] == [7000, 7000, 10000]


def test_after_a_boot_nothing_may_be_offered_until_lease_and_grow_are_over():
    world = World()
    world.nodes[1].booted_ms = 2000
    assert [world.most_ma(at_ms) for at_ms in (2000, 32690, 32695)] == [0, 0, 10000]
    world = granted()
    world.nodes[1].booted_ms = 42000
    assert world.most_ma(42001) == 0
    world.nodes[1].hear(world.grant(2, 16000, 1))  # answers a report from before the boot
    assert world.most_ma() == 0


def test_less_must_be_followed_within_loop_and_more_counts_at_once():
    world = granted()
    told = []
    world.leases.listen(told.append)
    world.nodes[1].hear(world.grant(2, 6000, 1))
    assert told == [2]
    assert [world.most_ma(41000 + ms) for ms in (0, LOOP_MS, LOOP_MS + 1)] == [16000, 16000, 6000]
    assert world.leases.next_ms(2) == world.leases.end_ms(2) + 1
    world.nodes[1].hear(world.grant(3, 20000, 1))
    assert world.most_ma() == 20000 and told == [2]


@pytest.mark.parametrize("change", [
    {"sequence": 1}, {"sequence": 9, "epoch": 0}, {"sequence": 9, "number": 2},
    {"sequence": 9, "nonce": 3}, {"sequence": 9, "unit": 3}])
def test_a_frame_that_gives_the_unit_nothing_changes_nothing(change):
    world = granted()
    told = {"sequence": 9, "amount_ma": 32000, "number": 1, **change}
    world.nodes[1].hear(world.grant(**told))
    assert world.most_ma() == 16000


def test_forged_frames_are_none_and_replays_of_old_ones_are_worth_nothing():
    world = granted()
    forged = bytearray(world.grant(5, 32000, 1))
    forged[-1] ^= 1
    world.nodes[1].hear(bytes(forged))
    assert world.most_ma() == 16000
    late = world.grant(6, 32000, 1)
    world.clock.run(50200)
    world.nodes[1].hear(late)  # the report that it answers left 10.2 s ago
    assert world.most_ma() == 10000


def test_whether_a_grant_of_nearly_a_lease_was_late_depends_on_the_units_clock():
    world = granted(7000)
    late = world.grant(2, 9000, 1)
    world.clock.run(50000)
    world.nodes[1].hear(late)
    assert [world.most_ma(at_ms) for at_ms in (50000, 50200)] == [9000, 9000]
    assert world.leases.end_ms(2) == 50147


@pytest.mark.parametrize("more, missed", [
    ({"unit": 1}, True), ({}, False), ({"newest": 3}, True), ({"unit": 1, "in_force": 1}, False)])
def test_a_revision_that_did_not_come_is_missed_unless_the_unit_is_shown_to_be_in(more, missed):
    world = granted()
    world.nodes[1].hear(world.grant(2, 16000, 1, **{"in_force": 2, **more}))
    assert world.leases.missed(2) is missed


def test_a_revision_that_came_is_not_missed():
    world = granted()
    world.nodes[1].hear(world.grant(2, 16000, 1, in_force=2, unit=1))
    world.nodes[1].hear(world.revision(3, 2))
    assert not world.leases.missed(2)


@pytest.mark.parametrize("comes, then, most_ma", [
    (False, False, 0), (True, False, _FALLBACK_MA), (True, True, 0)])
def test_amounts_of_nothing_before_a_revision_is_in_force_put_nothing_off(comes, then, most_ma):
    world = granted(0)
    if comes:
        world.nodes[1].hear(world.revision(2, 2))
    if then:
        world.nodes[1].hear(world.grant(3, 0, 1))
    assert world.most_ma(52000) == most_ma
