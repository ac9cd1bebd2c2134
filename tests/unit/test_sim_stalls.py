# SPDX-License-Identifier: MIT
"""Time that passes inside a turn of the sharing task, and what goes on meanwhile."""

import pytest

from host_tools.simulate.simulation import Simulation
from tests.simulation.fake_unit import FakeFirmware, FakeUnit
from tests.simulation.outside import scenario


class Watcher(FakeUnit):
    """Notes when it makes each call of its hardware: (call, before, after), on its own clock."""

    def __init__(self, hal, amount_ma):
        self.calls = []
        super().__init__(hal, amount_ma)

    def _timed(self, name, call):
        clock = self.hal.clock
        before = clock._unit_clock.local(clock._clock.now_ms)
        result = call()
        after = clock._unit_clock.local(clock._clock.now_ms)
        self.calls.append((name, before - self.start_ms, after - self.start_ms))
        return result

    def tick_once(self, now_ms):
        """One turn, which asks everything once."""
        self.turns.append(now_ms - self.start_ms)
        clock = self.hal.clock
        came_ms = clock._unit_clock.local(clock._clock.now_ms)
        self.calls.append(("share", now_ms - self.start_ms, came_ms - self.start_ms))
        self._timed("clock", self.hal.clock.now_ms)
        frame = self._timed("receive", self.hal.radio.receive)
        while frame is not None:
            self.frames.append(frame)
            frame = self.hal.radio.receive()
        if now_ms >= self._send_ms:
            self._send_ms = now_ms + 1000
            self._timed("write", lambda: self.hal.store.write("at", b"%d" % now_ms))
            self._timed("send", lambda: self.hal.radio.send(0, b"turn %d" % now_ms))


def play(stalls, to_s=20, count=2, app=True, make=Watcher, more=(), **rest):
    """The simulation and the programs of unit 1, which stands still at 10 s and so on."""
    events = [{"do": "stall", "unit": 1, **stall} for stall in stalls] + list(more)
    made = scenario(count, events=events, **rest)
    firmware = FakeFirmware(16000, make)
    simulation = Simulation(made, firmware, trace=False, app=app)
    simulation.advance(to_s * 1000)
    return simulation, firmware.programs[1]


def stood(unit):
    """(call, ms) of all calls in which time passed."""
    return [(name, after - before) for name, before, after in unit.calls if after > before]


@pytest.mark.parametrize("app", [True, False])
@pytest.mark.parametrize("call", ["clock", "receive", "write", "send"])
def test_time_passes_once_in_the_call_that_is_named(call, app):
    _, (unit,) = play([{"at_s": 10, "in": call, "stall_s": 0.9}], app=app)
    # The app's task reads the clock itself, before its turn.
    assert stood(unit) == [("share" if app and call == "clock" else call, 900)]


def test_the_clock_is_read_before_time_passes():
    read = []

    class Reader(Watcher):
        """Notes what its clock says."""

        def tick_once(self, now_ms):
            """Read it twice."""
            read.append((self.hal.clock.now_ms(), self.hal.clock.now_ms()))

        def next_tick_ms(self):
            """Once a second."""
            return self.turns and 0 or self.hal.clock._unit_clock.local(
                self.hal.clock._clock.now_ms) + 1000
    play([{"at_s": 10, "in": "clock", "stall_s": 0.7}], count=1, make=Reader,
         app=False)
    assert [second - first for first, second in read if second > first] == [700]


def test_two_stalls_of_one_call_come_one_after_the_other():
    _, (unit,) = play([{"at_s": 10, "in": "send", "stall_s": 0.3},
                       {"at_s": 10, "in": "send", "stall_s": 0.2}])
    assert stood(unit) == [("send", 300), ("send", 200)]


@pytest.mark.parametrize("deaf, missed", [(False, 0), (True, 3)])
def test_frames_of_others_wait_or_are_lost(deaf, missed):
    _, (unit,) = play([{"at_s": 10, "in": "receive", "stall_s": 3, "deaf": deaf}])
    whole, = play([])[1]
    assert len(unit.frames) == len(whole.frames) - missed


@pytest.mark.parametrize("pilot", [True, False])
def test_the_pilot_path_goes_on_or_waits_for_the_end(pilot):
    # A vehicle leaves in the middle of it.
    simulation, (unit,) = play(
        [{"at_s": 10, "in": "receive", "stall_s": 2, "pilot": pilot}], to_s=11.9,
        vehicles=[{"unit": 1, "max_a": 16, "unplug_s": 11}])
    board = simulation.nodes[1].board
    assert board.contact == (not pilot)
    simulation.advance(13000)
    assert not board.contact
    late = [at_ms for at_ms in unit.steps if at_ms - unit.start_ms > 10900]
    first_ms = late[0] - unit.start_ms
    assert first_ms < 11100 if pilot else 11900 < first_ms < 13100


def test_the_world_goes_on_for_others():
    simulation, (unit,) = play([{"at_s": 10, "in": "receive", "stall_s": 3}], to_s=20)
    assert len(simulation.nodes[2].program.turns) > 30
    sent = [payload for _, payload in simulation.nodes[2].program.frames]
    assert len(sent) == len(set(sent)) and 15 <= len(sent) <= 18  # two or three less


@pytest.mark.parametrize("event, boots", [
    ({"do": "reboot", "unit": 1, "down_s": 0.2}, 2),
    ({"do": "reboot", "unit": 1, "hang_s": 0.3, "down_s": 5}, 2),
    ({"do": "reboot", "unit": 1, "hang_s": 5}, 2),
    ({"do": "power", "unit": 1, "on": False}, 1)])
@pytest.mark.parametrize("app", [True, False])
def test_a_unit_that_is_reset_while_it_stands_still_does_nothing_after_it(event, boots, app):
    simulation, units = play([{"at_s": 10, "in": "write", "stall_s": 3}], app=app, to_s=30,
                             more=[{"at_s": 11.5, **event}])
    assert len(units) == boots
    old = units[0]
    assert [name for name, _, _ in old.calls if name == "write"][10:] == []
    assert max(old.turns) < 11000
    stored = int(simulation.nodes[1].board.store["at"])
    node = simulation.nodes[1]
    if boots == 1:
        assert 9000 <= stored - old.start_ms < 10000  # the write in which it stood still is lost
    else:
        assert node.running and node.local_ms() - 1100 < stored <= node.local_ms()


def test_a_unit_that_stands_still_cannot_be_asked():
    simulation, _ = play([{"at_s": 10, "in": "receive", "stall_s": 2}], to_s=1)
    node, running = simulation.nodes[1], []
    for at_ms in (9000, 11500, 13500):
        simulation.clock.at(at_ms, 0, lambda _: running.append(node.running), None)
    simulation.advance(15000)
    assert running == [True, False, True]
