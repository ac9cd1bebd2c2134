# SPDX-License-Identifier: MIT
"""The unit's own Wi-Fi: open when somebody may want it, never closed over who is logged in; names
in it lead to the unit, whatever is asked."""

import asyncio
import random
import socket
import struct
import sys
from hashlib import sha256
from types import SimpleNamespace

import pytest
from core.load import NotLoaded, let_go, load
from device import serving as module
from device.serving import OPEN_MS, Serving

from app.on_demand import dns
from tests.unit.web_bench import group


class Wlan:
    """A driver: config and active in their order."""

    IF_AP, SEC_WPA2 = 1, 3

    def __init__(self, interface, log):
        assert interface == self.IF_AP
        self._log = log

    def config(self, **wanted):
        self._log.append(wanted)
        if self._log.refuses and True not in self._log:
            raise OSError(0x3001)

    def active(self, on):
        self._log.append(on)


class Log(list):
    refuses = False


@pytest.fixture
def chip(monkeypatch):
    """What the driver was told; the name server's port is any free one."""
    log = Log()
    wlan = type("WLAN", (Wlan,), {"__init__": lambda self, interface: Wlan.__init__(
        self, interface, log)})
    monkeypatch.setitem(sys.modules, "network", SimpleNamespace(WLAN=wlan))
    let_go()
    from device.on_demand import access_point
    monkeypatch.setattr(access_point, "_DNS_PORT", 0)
    yield log
    let_go()


class Bench:
    """One unit's serving, stepped by hand."""

    def __init__(self, blank=False, until_ms=0):
        self.web = SimpleNamespace(mqtt=None, asked_ms=None, counts=[0, 0, 0], steps=0,
                                   identity=lambda: ("0123-4567-89AB-C", "bench", "0.1.0"),
                                   step=self._step, serve=None)
        radio = SimpleNamespace(client=False, channel=lambda: 11)
        self.unit = SimpleNamespace(
            hal=SimpleNamespace(serial=bytes.fromhex("a0b1c27f3a19"), radio=radio),
            member=SimpleNamespace(config=None, leader=None, codec=None))
        self.serving = Serving(self.web, blank, until_ms)

    def _step(self):
        self.web.steps += 1

    def open_at(self, now_ms, pressed=False):
        self.serving.step(self.unit, pressed, now_ms)
        return self.serving.access is not None


def test_it_is_open_for_fifteen_minutes_after_power_came_back(chip):
    bench = Bench(until_ms=OPEN_MS)
    assert [bench.open_at(ms) for ms in (0, 60000, OPEN_MS - 1, OPEN_MS + 1000)] == [
        True, True, True, False]
    assert chip[-1] is False


def test_it_is_open_for_fifteen_minutes_after_the_button_was_held(chip):
    bench = Bench()
    assert not bench.open_at(5000)
    assert bench.open_at(7000, pressed=True) and bench.open_at(7000 + OPEN_MS - 1)
    assert not bench.open_at(9000 + OPEN_MS)


def test_it_is_always_open_while_the_unit_was_never_set_up(chip):
    bench = Bench(blank=True)
    assert [bench.open_at(ms) for ms in (0, OPEN_MS, 100 * OPEN_MS)] == [True] * 3


def test_once_it_is_set_up_it_is_not_open_for_that_any_more(chip):
    bench = Bench(blank=True)
    assert bench.open_at(0)
    bench.unit.member.config = "a unit's"
    assert not bench.open_at(1000) and not bench.serving.blank


def test_the_button_lets_a_leader_pair_file_by_file_and_nobody_else(chip):
    simulation = group(2, 60)
    for number, opens in ((1, True), (2, False)):
        unit = simulation.nodes[number].program
        bench = Bench()
        let_go()
        load("app", "needs")
        bench.serving.step(unit, True, 0)
        for step in range(1, 100):
            before = {name for name in sys.modules if ".on_demand." in name}
            bench.serving.step(unit, False, step)
            after = {name for name in sys.modules if ".on_demand." in name}
            assert len(after - before) <= 1, after - before
        assert hasattr(unit.pairing, "until_ms") == opens and bench.web.counts[2] == 0
    simulation.advance(simulation.now_ms + 5000)
    assert simulation.violations() == []


def test_a_unit_alone_does_not_become_a_leader_by_its_button():
    simulation = group(1, 60, limit_a=30)
    unit = simulation.nodes[1].program
    unit.member.codec = None
    bench = Bench()
    for step in range(100):
        bench.serving.step(unit, step == 0, step)
    assert unit.pairing is None and unit.member.codec is None


def test_it_is_not_closed_over_who_is_logged_in_and_the_channel_stays(chip):
    bench = Bench(until_ms=OPEN_MS)
    bench.open_at(0)
    bench.web.asked_ms = OPEN_MS - 10
    assert bench.open_at(OPEN_MS + 1000) and bench.unit.hal.radio.client
    bench.web.asked_ms = OPEN_MS + 500000
    assert bench.open_at(OPEN_MS + 600000)
    assert not bench.open_at(OPEN_MS + 500000 + 601000)
    bench.open_at(OPEN_MS + 1200000)
    assert not bench.unit.hal.radio.client


def test_who_has_come_over_the_home_wifi_does_not_open_it(chip):
    """It would take 7 KB of the system's memory, found on an emulated chip."""
    bench = Bench()
    bench.web.asked_ms = 1000
    assert not bench.open_at(2000) and not bench.unit.hal.radio.client


@pytest.mark.parametrize("refuses", (False, True))
def test_it_has_the_name_and_password_of_the_label_and_the_channel_of_the_group(chip, refuses):
    chip.refuses = refuses
    Bench(blank=True).open_at(0)
    wanted = [entry for entry in chip if isinstance(entry, dict)][-1]
    number = int.from_bytes(sha256(b"ap0123456789ABC").digest()[:8], "big")
    digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    assert wanted == {"ssid": "AmpPool_7F3A19", "security": 3, "max_clients": 4, "channel": 11,
                      "key": "".join(digits[number >> 5 * at & 31] for at in reversed(range(12)))}
    assert True in chip and (refuses or chip.index(True) > 0), "never on the air without it"


@pytest.mark.parametrize("error", [NotLoaded("x"), MemoryError(), OSError(5)])
def test_what_fails_is_tried_again_and_the_unit_goes_on(chip, monkeypatch, error):
    def fail(*path):
        raise error

    bench = Bench(blank=True)
    with monkeypatch.context() as patch:
        patch.setattr(module, "load", fail)
        assert not bench.open_at(0) and bench.web.counts[2] == 1
        assert not bench.open_at(500), "once a second"
        assert bench.web.counts[2] == 1
    assert bench.open_at(1000)


@pytest.mark.parametrize("error", (OSError(-203), MemoryError()))
def test_a_server_that_cannot_begin_tries_again_every_five_seconds(monkeypatch, error):
    """Seen on an emulated chip: at the start the system had no memory for its first socket."""
    tried, fails = [], [True]

    async def begin(*given):
        tried.append(given[1:])
        if fails[0]:
            raise error

    bench = Bench()
    monkeypatch.setattr(module.asyncio, "start_server", begin)
    for now_ms in (0, 100, 4999):
        asyncio.run(bench.serving.begin(now_ms))
    assert len(tried) == bench.web.counts[2] == 1 and not bench.serving.listens
    fails[0] = False
    for now_ms in (5000, 5100, 20000):
        asyncio.run(bench.serving.begin(now_ms))
    assert tried == [("0.0.0.0", 80)] * 2 and bench.serving.listens
    assert bench.web.counts[2] == 1


# ---- names

ADDRESS = b"\xc0\xa8\x04\x01"


def question(name="captive.apple.com", kind=1, flags=0x0100, count=1, group=1):
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return struct.pack(">HHHHHH", 0x1234, flags, count, 0, 0, 0) + labels + b"\0" + struct.pack(
        ">HH", kind, group)


def test_every_name_is_the_unit():
    asked = question()
    told = dns.answer(asked, ADDRESS)
    assert told[:12] == struct.pack(">HHHHHH", 0x1234, 0x8500, 1, 1, 0, 0)
    assert told[12:len(asked)] == asked[12:]
    assert told[len(asked):] == b"\xc0\x0c\0\1\0\1\0\0\0\x0a\0\4" + ADDRESS


def test_other_kinds_of_questions_have_no_answer_but_an_end():
    told = dns.answer(question(kind=28), ADDRESS)
    assert told[:12] == struct.pack(">HHHHHH", 0x1234, 0x8500, 1, 0, 0, 0)
    assert len(told) == len(question())


@pytest.mark.parametrize("query", [
    b"", bytes(12), question()[:-1], question(flags=0x8000), question(flags=0x2800),
    question(count=0), question(count=2), question()[:12] + b"\xc0\x0c\0\1\0\1",
    question()[:12] + b"\x3f" * 200, question()[:12] + b"\1a" * 140 + b"\0\0\1\0\1"])
def test_what_is_no_plain_question_gets_nothing(query):
    assert dns.answer(query, ADDRESS) is None


def test_no_bytes_raise_and_no_answer_is_much_longer_than_its_question():
    source = random.Random(3)
    base = question()
    for _ in range(20000):
        data = bytearray(base[:source.randrange(len(base) + 1)] + source.randbytes(
            source.randrange(8)))
        for _ in range(source.randrange(4)):
            if data:
                data[source.randrange(len(data))] = source.randrange(256)
        told = dns.answer(bytes(data), ADDRESS)
        assert told is None or len(told) <= len(data) + 16


def test_the_name_server_answers_and_waits_for_nobody(chip):
    bench = Bench(blank=True)
    bench.open_at(0)
    port = bench.serving.access._port.getsockname()[1]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2)
        for _ in range(3):
            client.sendto(b"garbage", ("127.0.0.1", port))
            client.sendto(question(), ("127.0.0.1", port))
            bench.open_at(100)
            assert client.recv(512)[-4:] == ADDRESS
    bench.open_at(200)  # nobody asks
    bench.serving.access.close()
