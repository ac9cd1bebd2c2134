# SPDX-License-Identifier: MIT
"""The meter on the RS485 port: one question at a time, and only a sound, fresh answer counts."""

import struct

import pytest
from hal.meter_modbus import STALE_MS, ModbusMeter, crc, milli

from tests.fakes.chip import Machine, Time

PORT = {"uart": 1, "rx_pin": 23, "tx_pin": 21, "dir_pin": 22}
DRIVER = 22


class Bus:
    """A UART with a meter at its other end. Bytes take their time on the wire, both ways."""

    def __init__(self, time, levels):
        self._time, self._levels = time, levels
        self.asked = []
        self.baudrate = None
        self.amps = (6.5, 0.0, 31.25)
        self.address = 1
        self.after_ms = 20
        self.change = lambda answer: answer  # what the wire does to it
        self.echo = False
        self.stuck = False
        self.broken = False
        self._sent_us = 0
        self._arriving = []

    def __call__(self, number, baudrate, tx, rx, timeout):
        assert (number, tx, rx, timeout) == (1, 21, 23, 0)
        self.baudrate = baudrate
        return self

    def byte_us(self, count):
        return count * 10 * 1000000 // self.baudrate

    def write(self, data):
        if self.broken:
            raise OSError
        assert self._levels[DRIVER] == 1
        self.asked.append(bytes(data))
        self._sent_us = self._time.us + self.byte_us(len(data))
        if self.echo:
            self.arrive(data, 0)
        address, function, register, count = struct.unpack(">BBHH", data[:6])
        if address == self.address:
            values = struct.pack(">%df" % (count // 2), *self.amps[:count // 2])
            frame = bytes((address, function, len(values))) + values
            self.arrive(self.change(frame + crc(frame)), self.byte_us(len(data))
                        + 1000 * self.after_ms)

    def arrive(self, data, delay_us):
        self._arriving += [(self._time.us + delay_us + self.byte_us(n + 1), byte)
                           for n, byte in enumerate(data)]

    def txdone(self):
        return not self.stuck and self._time.us >= self._sent_us

    def read(self):
        assert self._levels[DRIVER] == 0
        here = bytes(byte for at_us, byte in self._arriving if at_us <= self._time.us)
        self._arriving = [late for late in self._arriving if late[0] > self._time.us]
        return here or None


@pytest.fixture
def time():
    return Time(1000)


@pytest.fixture
def machine(time):
    machine = Machine(time)
    machine.UART = Bus(time, machine.levels)
    return machine


@pytest.fixture
def bus(machine):
    return machine.UART


@pytest.fixture
def meter(machine, time):
    return ModbusMeter(PORT, 3, 1, machine, time)


def poll(meter, time, seconds):
    for _ in range(int(seconds * 10)):
        meter.poll()
        time.sleep_ms(100)


def test_three_currents_are_asked_for_and_read(meter, time, bus):
    assert meter.read() is None
    poll(meter, time, 0.2)
    assert bus.asked == [b"\x01\x04\x00\x06\x00\x06\x90\x09"]
    assert meter.read() == (6500, 0, 31250)
    assert bus.baudrate == 9600


def test_a_meter_of_one_phase_stands_for_all_phases_of_the_unit(machine, time, bus):
    meter = ModbusMeter(PORT, 1, 1, machine, time)
    poll(meter, time, 0.2)
    assert bus.asked[0][:6] == b"\x01\x04\x00\x06\x00\x02"
    assert meter.read() == (6500, 6500, 6500)


def test_the_bus_is_let_go_as_soon_as_the_question_is_out(meter, time, machine):
    begin_us = time.us
    meter.poll()
    assert machine.levels[DRIVER] == 0
    assert 8333 <= time.us - begin_us <= 8500


def test_it_asks_twice_a_second_one_question_at_a_time(meter, time, bus):
    bus.after_ms = 150
    poll(meter, time, 10)
    assert len(bus.asked) in (19, 20)
    assert meter.read() is not None and meter.misses == 0


def test_no_call_waits_for_the_answer(meter, time, bus):
    bus.address = 99  # nobody answers
    for _ in range(50):
        begin_us = time.us
        meter.poll()
        assert time.us - begin_us < 9000
        time.sleep_ms(100)
    assert meter.read() is None and meter.misses > 5


def torn(answer):
    return answer[:-3]


def turned(answer):
    return answer[:5] + bytes((answer[5] ^ 4,)) + answer[6:]


def refused(answer):
    return answer[:1] + b"\x84\x02" + crc(answer[:1] + b"\x84\x02")


def of_another(answer):
    frame = b"\x02" + answer[1:-2]
    return frame + crc(frame)


def shorter(answer):
    frame = answer[:2] + b"\x04" + answer[3:7]
    return frame + crc(frame)


@pytest.mark.parametrize("change", (torn, turned, refused, of_another, shorter, lambda _: b""))
def test_an_answer_that_is_not_sound_is_none_and_the_next_good_one_is_taken(
        meter, time, bus, change):
    good = bus.change
    bus.change = change
    poll(meter, time, 5)
    assert meter.read() is None and meter.misses >= 5
    bus.change = good
    poll(meter, time, 1)
    assert meter.read() == (6500, 0, 31250)


def test_noise_and_an_echo_before_the_answer_do_no_harm(meter, time, bus):
    bus.echo = True
    bus.change = lambda answer: b"\x00\xff" + answer + b"\x00"
    poll(meter, time, 0.3)
    assert meter.read() == (6500, 0, 31250)


def test_an_answer_that_is_too_late_is_not_taken_for_the_next_one(meter, time, bus):
    bus.after_ms = 450
    poll(meter, time, 3)
    assert meter.read() is None


@pytest.mark.parametrize("amps", (float("nan"), float("inf"), 100.5, 1e30))
def test_a_current_that_cannot_be_is_no_data(meter, time, bus, amps):
    bus.amps = (6.0, amps, 6.0)
    poll(meter, time, 3)
    assert meter.read() is None and meter.misses >= 5


def test_a_meter_that_falls_silent_is_no_data_after_3_s_and_never_0_a(meter, time, bus):
    poll(meter, time, 1.2)
    bus.address = 99
    seen = set()
    for _ in range(40):
        seen.add(meter.read())
        poll(meter, time, 0.1)
    assert seen == {(6500, 0, 31250), None}
    assert meter.read() is None and STALE_MS == 3000


def test_what_is_old_stays_old_when_the_ticks_have_wrapped(meter, time):
    poll(meter, time, 0.3)
    time.sleep_ms(13 * 86400000)
    assert meter.read() is None
    poll(meter, time, 0.3)
    assert meter.read() is not None
    time.sleep_ms(7 * 86400000)
    poll(meter, time, 0.3)
    assert meter.read() is not None


def test_a_port_that_fails_is_counted_and_raises_nothing(meter, time, bus, machine):
    bus.broken = True
    poll(meter, time, 3)
    assert meter.read() is None and meter.misses >= 5 and machine.levels[DRIVER] == 0
    bus.broken, bus.stuck = False, True
    begin_us = time.us
    time.sleep_ms(1000)
    meter.poll()
    assert machine.levels[DRIVER] == 0 and time.us - begin_us < 1050000


@pytest.mark.parametrize("amps", (0.0, 0.001, 0.0004, 5.999, 6.0, 16.1, 31.25, 63.999, 99.9,
                                  -12.5))
def test_a_float_becomes_milliamperes_without_floats(amps):
    assert abs(milli(struct.pack(">f", amps)) - abs(amps) * 1000) <= 1


def test_the_check_is_that_of_modbus():
    assert crc(b"123456789") == b"\x37\x4b"  # the value that the standard's tables give
