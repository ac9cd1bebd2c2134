# SPDX-License-Identifier: MIT
"""What reports do not say a leader with a broker asks for: once a minute, two frames."""

from types import SimpleNamespace

from app.on_demand import mqtt_ask, mqtt_more, session_now
from core.on_demand.session_record import SIZE, Record, packed
from core.sharing.on_demand import fetching
from tests.mqtt.test_published import state
from tests.unit.test_member_sessions import kept

_ASKED, _SESSIONS = 10, 11  # kinds of frames


def more(fleet, unit):
    found = state(fleet, unit)
    return found["total_wh"], found["session_s"], found["temp_c"]


def frames_of(fleet, seconds):
    """[(from, kind, bytes)] of all that is rare on the air meanwhile."""
    seen = []
    fleet.simulation.air.listen(lambda source, _, payload: seen.append(
        (source, payload[4], len(payload))))
    fleet.later(seconds)
    return seen


def test_energy_time_and_temperature_of_every_unit_are_published(fleet):
    fleet.until(lambda: None not in more(fleet, 2) + more(fleet, 3), 30)
    fleet.later(70)
    for unit in (1, 2, 3):
        total_wh, seconds, celsius = more(fleet, unit)
        assert total_wh == 0 and 40 < seconds < 120 and celsius == 35, (unit, more(fleet, unit))


def test_all_the_energy_runs_never_backwards_and_grows_with_each_quarter_of_an_hour(fleet):
    kept(SimpleNamespace(node=fleet.simulation.nodes[2]), 3)
    fleet.servers.units[1].web.session = fleet.servers.units[1].web.total = None
    seen = []
    for _ in range(20):
        for _ in range(55):  # most of the time in steps of a second
            fleet.simulation.advance(fleet.simulation.now_ms + 1000)
            fleet.servers.step()
            for _ in range(5):
                fleet.servers.turn()
        fleet.later(5)
        seen.append(more(fleet, 2)[0] or 0)
    assert seen == sorted(seen) and 30 in seen and seen[-1] > 300, seen


def test_it_costs_two_frames_a_minute_and_unit(fleet):
    fleet.later(35)
    seen = [(source, size) for source, kind, size in frames_of(fleet, 60)
            if kind in (_ASKED, _SESSIONS)]
    assert len(seen) == 2 * 2
    assert sum(size for _, size in seen) / 60 < 5, "bytes a second"


def test_a_unit_without_a_server_keeps_nobody_waiting(fleet):
    fleet.simulation.nodes[2].program.web = None
    fleet.later(5)
    fleet.mqtt.more[:] = bytes(24)  # as if nobody had been asked
    two, three = [fleet.simulation.nodes[n].program.hal.serial for n in (2, 3)]
    fleet.until(lambda: mqtt_more.kept(fleet.mqtt, three)[1] is not None, 90)
    fleet.later(5)
    assert mqtt_more.kept(fleet.mqtt, two) == (None, None, None) and fleet.mqtt.client.is_up


def test_what_a_page_asks_for_goes_first(fleet):
    member = fleet.simulation.nodes[1].program.member
    page = member.sessions = fetching.Fetch(b"page", fleet.mqtt.web.clock_ms() + 100000)
    job = mqtt_ask.ask(fleet.mqtt, fleet.simulation.nodes[2].program.hal.serial)
    assert list(job) == [] and member.sessions is page


def test_a_unit_that_has_just_lost_its_leadership_answers_nothing_it_was_not_asked(fleet):
    """What it was asking for itself is no question to it."""
    unit = fleet.simulation.nodes[2].program
    unit.member.sessions = fetching.Fetch(b"page", 1 << 40)
    fleet.later(2)
    assert unit.member.sessions is None and not unit.errors


CELSIUS = [(None, None), (-600, None), (-500, -40), (-400, -40), (-5, -1), (0, 0), (254, 25),
           (860, 86), (1200, 86)]


def test_a_temperature_is_said_in_seven_bits(fleet, monkeypatch):
    unit = fleet.simulation.nodes[2].program
    fleet.mqtt.more = bytearray(24)
    for dc, celsius in CELSIUS:
        monkeypatch.setattr(type(unit.hal.temperature), "read_dc", lambda it, dc=dc: dc)
        session_now.say(unit, fetching.NOW, unit.hal.clock.now_ms())
        (_, frame), = unit.member.frames_to_send()
        mqtt_more.keep(fleet.mqtt, unit.hal.serial, frame[-8 - SIZE:-8])  # before its tag
        assert mqtt_more.kept(fleet.mqtt, unit.hal.serial)[2] == celsius, dc


def test_what_is_larger_than_its_place_is_the_most_and_what_is_nothing_is_nothing(fleet):
    serial = fleet.simulation.nodes[3].program.hal.serial
    fleet.mqtt.more = bytearray(24)
    assert mqtt_more.kept(fleet.mqtt, serial) == (None, None, None)
    mqtt_more.keep(fleet.mqtt, serial, b"")
    assert mqtt_more.kept(fleet.mqtt, serial) == (0, 0, None)
    mqtt_more.keep(fleet.mqtt, serial, packed(Record(1, 0, 1 << 30, 1, 1 << 40, 0, 0, 3)))
    assert mqtt_more.kept(fleet.mqtt, serial) == (0xFFFFFFFF, 0xFFFFFF, -40)
    mqtt_more.keep(fleet.mqtt, b"nobody", b"")
    fleet.mqtt.more = b""
    assert mqtt_more.kept(fleet.mqtt, serial) == (None, None, None)
