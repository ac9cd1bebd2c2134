# SPDX-License-Identifier: MIT
"""Memory that Python must leave to the system: held while the firmware is loaded, then given, in
pieces that Python cannot take."""

import pytest
from device.on_demand.memory import Reserve

_MAIN = 40960  # what the start of the radio leaves in one piece
_HOLES = (64, 96, 160, 320)  # ... and beside it
_GROWS = 2048  # MicroPython's py/gc.c: a piece that is not larger than that and what is wanted


class System:
    """The system's memory as an ESP32 has it: the smallest hole that fits is taken, from its
    front, and neighbours that are free become one. overhead: of a datagram and of its copy; pin:
    of an open name."""

    def __init__(self, overhead=80, pin=48):
        self._overhead, self._pin = overhead, pin
        self.blocks = []  # [size, is it free?], by their addresses
        for size in (*_HOLES, _MAIN):
            self.blocks += [[size, True], [16, False]]
        self.broken = False  # the network, or the table of settings
        self.taken = []
        self.slept_ms = 0

    def take(self, size):
        """A block of this size."""
        size = -(-size // 4) * 4
        fit = [block for block in self.blocks if block[1] and block[0] >= size]
        if not fit:
            raise OSError("ENOMEM")
        found = min(fit, key=lambda block: block[0])
        at = self.blocks.index(found)
        taken = [size, False]
        self.blocks[at:at + 1] = [taken] + ([[found[0] - size, True]] if found[0] > size else [])
        return taken

    def give(self, block):
        """It is free again."""
        block[1] = True
        at = 0
        while at + 1 < len(self.blocks):
            if self.blocks[at][1] and self.blocks[at + 1][1]:
                self.blocks[at][0] += self.blocks.pop(at + 1)[0]
            else:
                at += 1

    def free(self):
        """Sizes of all that is free."""
        return [size for size, free in self.blocks if free]

    # --- what a board's modules do

    AF_INET = SOCK_DGRAM = 0

    def socket(self, family, kind):
        if self.broken == "network":
            raise OSError("ENFILE")
        return Socket(self)

    def NVS(self, name):
        if self.broken == "table":
            raise OSError("ESP_ERR_NVS")
        self.taken.append("pin")
        self.take(self._pin)

    def sleep_ms(self, ms):
        self.slept_ms += ms

    def datagram(self, size):
        copy = self.take(size + self._overhead)
        kept = self.take(size + self._overhead)
        self.give(copy)
        self.taken.append("datagram")
        return kept


class Socket:
    """Six datagrams wait at it; more are lost."""

    open = {}

    def __init__(self, system):
        self._system, self._own, self._waiting = system, system.take(280), []

    def bind(self, address):
        Socket.open[address] = self

    def sendto(self, data, address):
        held = self._system.datagram(len(data))
        to = Socket.open[address]._waiting
        if len(to) < 6:
            to.append(held)
        else:
            self._system.give(held)

    def close(self):
        for held in self._waiting:
            self._system.give(held)
        self._system.give(self._own)


def held(system):
    """(free while the firmware is loaded, free afterwards), each a list of sizes."""
    with Reserve(system, system.NVS, system.sleep_ms):
        meanwhile = system.free()
    return meanwhile, system.free()


@pytest.mark.parametrize("overhead", range(48, 128, 8))
@pytest.mark.parametrize("pin", [48, 52, 56])
def test_what_is_held_is_the_systems_afterwards_in_pieces_that_python_cannot_take(
        overhead, pin):
    system = System(overhead, pin)
    meanwhile, after = held(system)
    assert 20000 < sum(after) - sum(meanwhile) < 25000
    rest = max(meanwhile)  # was never held: Python may take it
    assert sum(after) - rest > 20000 and len(after) > 11
    assert sorted(after)[-2] <= _GROWS, sorted(after)


def test_nothing_is_lost_but_pins():
    system = System()
    before = sum(system.free())
    _, after = held(system)
    assert before - sum(after) == 48 * system.taken.count("pin") < 4100


def test_no_datagram_is_lost():
    assert System().taken == []
    system = System()
    held(system)
    assert system.taken.count("datagram") == 23 <= 6 * 4


def test_small_holes_are_filled_first():
    system = System()
    held(system)
    assert system.taken.index("datagram") >= 16


def test_an_error_gives_it_back_too():
    system = System()
    with pytest.raises(KeyError), Reserve(system, system.NVS, system.sleep_ms):
        raise KeyError
    assert sum(system.free()) > _MAIN - 4100


@pytest.mark.parametrize("broken", ["network", "table"])
def test_the_firmware_is_loaded_all_the_same_without_network_or_table(broken):
    system = System()
    system.broken = broken
    held(system)
    assert sum(system.free()) == _MAIN + sum(_HOLES)


def test_where_there_is_no_room_the_firmware_is_loaded_all_the_same():
    system = System()
    system.take(_MAIN - 9000)
    _, after = held(system)
    assert sum(after) > 6000


def test_it_takes_less_than_half_a_second():
    system = System()
    held(system)
    assert 100 < system.slept_ms < 500
