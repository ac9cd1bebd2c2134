# SPDX-License-Identifier: MIT
"""Energy is counted whole, kept over losses of power, and never runs backwards."""

import random
import struct

import pytest
from app.on_demand import session_list, session_store
from app.on_demand.session import begin
from core.connector.pilot_state import A, B, C
from core.on_demand import session_record
from core.on_demand.session_count import SessionCount
from core.on_demand.session_record import IN_BLOCK, KEPT, SIZE, Record
from host_tools.simulate.bare_hal import Hal, Store

from host_tools.fleet.web import Servers
from tests.unit.web_bench import Bench, group

_MASK = 0x3FFFFFFF


@pytest.mark.parametrize("draws, volts", [((16000, 0, 0), 230), ((0, 10500, 0), 240),
                                          ((32000, 32000, 32000), 230), ((6000, 5900, 0), 230)])
@pytest.mark.parametrize("step_ms", (1000, 999, 9000))
def test_an_hour_of_a_draw_is_its_energy(draws, volts, step_ms):
    charge = (1 << 30) - 12345
    count = SessionCount(1 << 30, charge & _MASK, volts)
    steps = 3600000 // step_ms
    for number in range(1, steps + 1):
        charge += max(draws) * step_ms
        count.step((1 << 30) + number * step_ms, charge & _MASK, draws, True, False)
    wanted_wh = sum(draws) * volts * steps * step_ms / 3600 / 1e6
    assert abs(count.energy_wh - wanted_wh) <= 1 + wanted_wh / 90, "a hundredth of the ratio"
    assert (count.most_ma, count.charged_ms, count.estimate) == (
        max(draws), steps * step_ms, False)


def test_a_draw_that_is_not_measured_makes_an_estimate_and_a_pause_none():
    count = SessionCount(0, 0, 230)
    count.step(1000, 0, (0, 0, 0), False, True)
    assert not count.estimate and count.charged_ms == 0
    count.step(2000, 16000000, (16000, 0, 0), True, True)
    assert count.estimate


def test_what_comes_after_a_long_silence_is_not_made_up():
    count = SessionCount(0, 0, 230)
    count.step(60000, 500000000, (16000, 0, 0), True, False)
    assert count.energy_wh == 0


def test_a_record_comes_back_as_it_was():
    source = random.Random(1)
    for _ in range(500):
        record = Record(source.randrange(1, 1 << 32), source.randrange(1 << 32),
                        source.randrange(1 << 32), source.randrange(1 << 32),
                        source.randrange(1 << 32), 100 * source.randrange(1 << 16),
                        source.randrange(3), source.random() < 0.5)
        assert session_record.record_from(session_record.packed(record)) == record
    assert len(session_record.packed(record)) == SIZE
    assert session_record.record_from(session_record.packed(record)[:-1]) is None
    assert session_record.record_from(bytes(SIZE)) is None
    assert session_record.record_from(struct.pack(">IIIIIHBB", 1, 0, 0, 0, 0, 0, 9, 0)) is None


def test_what_has_no_room_in_a_record_becomes_the_most_that_has():
    record = session_record.record_from(session_record.packed(
        Record(1, 0, 1 << 40, 1 << 40, 1 << 40, 1 << 40, 1, True)))
    assert record.energy_wh == (1 << 32) - 1 and record.most_ma == 6553500


class Bare:
    """A unit whose vehicle draws as it is told; its store may lose power at any write."""

    def __init__(self, store=None):
        self.hal = Hal(1000)
        self.hal.store = store or Store({})
        self.hal.meter.draw_ma = (16000, 0, 0)
        self.connector = self
        self.state, self.charge, self.went_on = C, 0, 0
        self.session = begin(self, self.hal.clock.ms, 230)

    def snapshot(self, now_ms):
        from types import SimpleNamespace
        draw_ma = (16000, 0, 0) if self.state == C else (0, 0, 0)
        return SimpleNamespace(charge=self.charge & _MASK, draw_ma=draw_ma,
                               closed=self.state == C, pilot_state=self.state)

    def goes_on(self):
        self.went_on += 1

    def run(self, seconds, calendar_s=None):
        for _ in range(seconds):
            self.hal.clock.ms += 1000
            if self.state == C:
                self.charge += 16000000
            if self.session.step(self.hal.clock.ms, calendar_s):
                return True
        return False

    def records(self):
        found = []
        for name in session_store.BLOCKS:
            block = self.hal.store.read(name) or b""
            found += [session_record.record_from(block, at) for at in range(0, len(block), SIZE)]
        return sorted(record for record in found if record is not None)


def test_a_session_is_kept_when_the_vehicle_leaves():
    unit = Bare()
    assert not unit.run(3600) and unit.records() == []
    unit.state = B
    assert not unit.run(60)
    unit.state = A
    assert unit.run(1, calendar_s=1800000000)
    [record] = unit.records()
    assert record == Record(1, 1800000001, 3661, 3679, 3679, 16000, 1, False) or (
        record.energy_wh in (3679, 3680))
    assert unit.hal.store.read(session_store.OPEN) is None


def test_it_is_stored_every_15_minutes_and_not_more_often():
    unit = Bare()
    unit.run(4 * 3600)
    assert [name for name, _ in unit.hal.store.written] == [session_store.OPEN] * 16


def test_a_loss_of_power_costs_at_most_15_minutes_and_no_total_runs_backwards():
    store, totals, number = Store({}), [0], 0
    source = random.Random(2)
    for _ in range(30):
        unit = Bare(store)
        assert unit.session.before[1] >= totals[-1] and unit.session.before[0] >= number
        number = unit.session.before[0]
        seconds = source.randrange(60, 7200)
        unit.run(seconds)
        if source.random() < 0.5:
            unit.state = A
            assert unit.run(1)
        totals.append(session_store.last(store)[1])
        if store.read(session_store.OPEN) is not None:
            at_least = (seconds - 900) * 16 * 230 // 3600
            record = session_record.record_from(store.read(session_store.OPEN))
            assert record.energy_wh >= at_least - 5
    assert totals == sorted(totals) and totals[-1] > 10000
    ends = {record.ended for record in Bare(store).records()}
    assert ends == {session_record.UNPLUGGED, session_record.INTERRUPTED}


def test_plugs_that_come_and_go_write_nothing():
    unit = Bare()
    for _ in range(50):
        unit.state = B
        unit.run(5)
        unit.state = A
        assert unit.run(1)
        unit.session = begin(unit, unit.hal.clock.ms, 230)
    assert unit.hal.store.written == []


def test_a_flash_that_keeps_nothing_is_tried_again_after_a_minute():
    unit = Bare()
    unit.run(600)
    unit.state, unit.hal.store.keeps = A, False
    assert not unit.run(50)
    unit.hal.store.keeps = True
    assert not unit.run(9) and unit.run(3)
    assert len(unit.records()) == 1


def test_the_last_200_are_kept():
    store = Store({})
    for number in range(1, 451):
        record = Record(number, 0, 10, 100, 100 * number, 6000, 1, False)
        name = session_store.BLOCKS[session_record.block_of(number)]
        store.write(name, session_record.put(store.read(name) or b"", record))
        assert session_store.last(store) == (number, 100 * number)
    sizes = [len(store.read(name)) for name in session_store.BLOCKS]
    assert sizes == [IN_BLOCK * SIZE] * 2
    unit = Bare(store)
    assert [record.number for record in unit.records()] == list(range(451 - KEPT, 451))


def test_beside_a_closed_contactor_nothing_but_the_24_bytes_of_the_session_is_written():
    """Those every 15 min; all else waits until no vehicle is there, also after a restart."""
    simulation = group(2, 1, vehicles=[
        {"unit": 1, "plug_s": 10, "unplug_s": 2600, "max_a": 16},
        {"unit": 1, "plug_s": 2700, "unplug_s": 3000, "max_a": 16}],
        events=[{"at_s": 1500, "do": "reboot", "unit": 1, "down_s": 2}])
    node, written = simulation.nodes[1], []
    write = node.board.write_block

    def noted(key, data):
        if "session" in key:
            written.append((key, len(data), node.board.contact))
        return write(key, data)

    node.board.write_block = noted
    servers = Servers(simulation)
    for second in range(1, 3200):
        simulation.advance(1000 * second)
        servers.step()
    closed = [(key, size) for key, size, contact in written if contact]
    assert closed and set(closed) == {(session_store.OPEN, SIZE)}
    assert {key for key, _, contact in written if not contact} >= {session_store.BLOCKS[0]}
    kept = [session_record.record_from(node.board.store[session_store.BLOCKS[0]], at)
            for at in range(0, IN_BLOCK * SIZE, SIZE)]
    assert [record.ended for record in kept if record] == [
        session_record.INTERRUPTED, session_record.UNPLUGGED, session_record.UNPLUGGED]


def test_no_total_that_was_told_runs_backwards_whenever_power_is_lost():
    """On the unit itself, as a Wall Connector, and of a member on its leader."""
    source = random.Random(5)
    cuts = [{"at_s": at_s, "do": "reboot", "unit": unit, "down_s": 2} for unit in (1, 2)
            for at_s in sorted(source.sample(range(100, 5000), 4))]
    simulation = group(2, 1, vehicles=[
        {"unit": unit, "plug_s": plug_s, "unplug_s": plug_s + 1400, "max_a": 16}
        for unit in (1, 2) for plug_s in (10, 1500, 3000)], events=cuts)
    servers, told = Servers(simulation), {1: [], 2: []}
    for second in range(1, 5000):
        simulation.advance(1000 * second)
        servers.step()
        for server in servers.units:
            if second % 20 == 0 and server.web is not None:
                told[server.node.id].append(session_store.so_far(server.web)[1])
                first = next(iter(session_list.records(server.node.program, server.web)), None)
                assert first is None or first.total_wh == told[server.node.id][-1]
    for totals in told.values():
        assert len(totals) > 200 and totals == sorted(totals) and totals[-1] > 2000


def test_the_api_tells_sessions_and_totals_as_they_are():
    simulation = group(2, 60, vehicles=[{"unit": 1, "plug_s": 0, "unplug_s": 1000, "max_a": 16},
                                        {"unit": 1, "plug_s": 1100, "max_a": 16}])
    bench = Bench(simulation)
    for _ in range(1200):
        bench.later(1)
        bench.web.step()
    head = bench.log_in() + "X-AmpPool-Now: 1800000000\r\n"
    said = bench.ask("/api/sessions").json
    assert [(one["number"], one["ended"]) for one in said["sessions"]] == [
        (0, "goes_on"), (1, "unplugged")]
    assert all(one["start_age_ms"] is None for one in said["sessions"][1:])
    wanted_wh = 16 * 230 * 930 // 3600  # of the first one from the second minute on
    assert abs(said["sessions"][1]["energy_wh"] - wanted_wh) < 30
    assert said["total_wh"] == said["sessions"][1]["energy_wh"] > said["sessions"][0]["energy_wh"]
    assert bench.ask("/api/sessions?unit=1", head=head).json == said
    assert bench.ask("/api/live", head=head).json["me"]["login"]
    assert bench.web.calendar_s + bench.hal.clock.now_ms() // 1000 == 1800000000
    assert bench.ask("/api/sessions?unit=x").status == 400
    assert bench.ask("/api/1/lifetime").json["energy_wh"] == said["total_wh"]
    [own] = [unit for unit in bench.ask("/api/live").json["units"] if unit["me"]]
    assert own["energy_wh"] == said["sessions"][0]["energy_wh"] and own["estimate"] is False
