# SPDX-License-Identifier: MIT
"""The hardware face that the firmware's app sees, on a simulated board.

Each part has the methods of `firmware/hal/`: plain reads and writes, nothing that decides. The
radio's `wait` hands its time to the runner (`node.py`), which is all that an event loop would do.
"""

import json
from collections import deque
from hashlib import sha256

from core.pairing.on_demand.label_code import make

SETTINGS = "settings"  # the block of the store for what is a file of its own on a chip

_FRAMES_KEPT = 16  # what the ESP-NOW receive buffer of 2 KB holds


class Clock:
    """The unit's own clock."""

    def __init__(self, clock, unit_clock, stalls):
        self._clock, self._unit_clock, self._stalls = clock, unit_clock, stalls

    def now_ms(self) -> int:
        """Ms on this unit's clock, ever growing."""
        now_ms = self._unit_clock.local(self._clock.now_ms)
        if self._stalls.due:
            self._stalls.come_to("clock")
        return now_ms


class Pilot:
    """Generator and measurement of the control pilot."""

    def __init__(self, board):
        self._board = board
        self.write = board.write_duty

    def read(self) -> tuple:
        """(high_mv, low_mv) at the vehicle's end, None for a half that was not seen."""
        levels = self._board.levels_mv
        odd = self._board.troubles.odd and self._board.troubles.take("pilot_outliers", None)
        if not odd or levels[odd[0]] is None:
            return levels
        half, stray_mv = odd
        return (levels[0], stray_mv) if half else (stray_mv, levels[1])

    def duty_u16(self) -> int:
        """Read back what the generator does."""
        return self._board.duty_u16


class Contactor:
    """Contactor with feedback."""

    def __init__(self, board):
        self._board = board
        self.write = board.write_output

    def closed(self) -> bool:
        """Is it closed, whatever it was told?"""
        return self._board.contact


class Guard:
    """Phases whose current opens the contactor, as a mask of the circuit's."""

    def __init__(self, board):
        self.write = board.write_guard


class Meter:
    """Current of each of the unit's own phases."""

    def __init__(self, board):
        self._board = board

    def read(self) -> "tuple | None":
        """Three currents in mA with this meter's error; None if it is not known."""
        board = self._board
        return board.troubles.meter_ma(board.meter_ma) if board.troubles.now else board.meter_ma


class Rcm:
    """Residual current monitor."""

    def __init__(self, board):
        self._board = board

    def tripped(self) -> bool:
        """Does it see a residual current?"""
        troubles = self._board.troubles
        odd = troubles.odd and troubles.take("rcm_outliers", False)
        return bool(odd) or "rcm" in self._board.faults


class Temperature:
    """Sensor at the contactor."""

    def __init__(self, board):
        self._board = board

    def read_dc(self) -> "int | None":
        """Tenths of a degree; None if the sensor cannot be read."""
        board = self._board
        if board.troubles.now:
            return board.troubles.temperature_dc(board.temperature_dc)
        return board.temperature_dc


class Proximity:
    """What the cable's resistor says."""

    def __init__(self, board):
        self._board = board

    def cable_ma(self) -> int:
        """Greatest current of the cable; a tethered one fits its board. 0: not recognised."""
        if "proximity" in self._board.faults:
            return 0
        cable_ma = self._board.spec.nameplate_a * 1000
        troubles = self._board.troubles
        return troubles.take("proximity_outliers", cable_ma) if troubles.odd else cable_ma


class Store:
    """Named blocks that survive reboots and power loss."""

    def __init__(self, board, stalls):
        self._board, self._stalls = board, stalls

    def read(self, key: str):
        """What was written last, or None."""
        return self._board.store.get(key)

    def write(self, key: str, data: bytes) -> bool:
        """True when it has been written and reads back equal."""
        if self._stalls.due:
            self._stalls.come_to("write")
        return self._board.write_block(key, bytes(data))

    def remove(self, key: str) -> bool:
        """Forget a block. True when it is gone."""
        self._board.remove_block(key)
        return True


class Watchdog:
    """Counts how often it is fed; a simulated program that stops is a `hang_s` instead."""

    def __init__(self):
        self.fed = 0

    def feed(self):
        """Not yet."""
        self.fed += 1


class Wait:
    """What `await radio.wait(ms)` awaits: gives the runner its ms, once."""

    def __init__(self):
        self.ms = 0

    def __await__(self):
        yield self.ms


class Radio:
    """Sends into the air, keeps what arrived until the program takes it."""

    def __init__(self, board, air, stalls, has_channels):
        self._channels = air.channels if has_channels else None
        self._unit, self._troubles, self._air, self._stalls = board.id, board.troubles, air, stalls
        self._wait = Wait()
        self.signal = 127
        self.woken, self.taken = lambda: None, lambda payload: None
        self.arrived = deque(maxlen=_FRAMES_KEPT)

    def receive(self):
        """(source, payload) of the oldest frame, or None."""
        if self._stalls.due:
            self._stalls.come_to("receive")
        if self._troubles.now:
            self._troubles.radio_error()
        if not self.arrived:
            return None
        frame = self.arrived.popleft()
        self.signal = frame[2]
        self.taken(frame[1])
        return frame[:2]

    def send(self, destination: int, payload: bytes):
        """To one unit, or to all with destination 0."""
        if self._stalls.due:
            self._stalls.come_to("send")
        if self._troubles.now:
            self._troubles.radio_error()
        self._air.send(self._unit, destination, payload)

    def channel(self) -> int:
        """1 to 13; 0: the transport has none."""
        return self._channels.of(self._unit) if self._channels else 0

    def tune(self, channel: int):
        """Go there, unless something holds it."""
        if self._channels:
            self._channels.tune(self._unit, channel)

    def pinned(self) -> bool:
        """Does a home Wi-Fi or a client hold it?"""
        return not self._channels or self._channels.pinned(self._unit)

    def wake(self):
        """End the wait: the pilot path has news for the sharing task."""
        self.woken()

    def wait(self, ms: int) -> Wait:
        """Awaitable that returns when a frame has arrived or `ms` have passed."""
        self._wait.ms = ms
        return self._wait


def facts_of(spec) -> dict:
    """What the core wants to know of a simulated board."""
    return {"nameplate_a": spec.nameplate_a, "metered": True, "feedback": True,
            "ventilation": False}


def label_code_of(serial: str) -> str:
    """The code on a simulated unit's label."""
    return make(int.from_bytes(sha256(b"label" + serial.encode()).digest()[:8], "big") >> 4)


class Hal:
    """All parts of one board, for one boot of its program. `serial`: the chip's own 6 bytes."""

    def __init__(self, clock, unit_clock, board, air, draw, power_returned, stalls,
                 has_channels=True):
        self.clock = Clock(clock, unit_clock, stalls)
        self.serial = bytes.fromhex(board.spec.serial)
        self._board = board
        self._power_returned = power_returned
        self.pilot, self.contactor, self.guard = Pilot(board), Contactor(board), Guard(board)
        self.meter, self.rcm = Meter(board), Rcm(board)
        self.temperature, self.proximity = Temperature(board), Proximity(board)
        self.radio = Radio(board, air, stalls, has_channels)
        self.store = Store(board, stalls)
        self.watchdog = Watchdog()
        self._draw = draw

    def identity(self) -> tuple:
        """(label code, name of the board, version of the firmware)."""
        return label_code_of(self._board.spec.serial), "simulated", "0.1.0"

    def board_facts(self) -> dict:
        """What is soldered."""
        return facts_of(self._board.spec)

    def set_settings(self, changes: dict) -> bool:
        """Store settings for the next boot. Are they stored?"""
        given = self.stored_settings()
        if {**given, **changes} == given:
            return True
        return self.store.write(SETTINGS, json.dumps({**given, **changes}).encode())

    def stored_settings(self) -> dict:
        """What set_settings() has stored."""
        return json.loads(self._board.store.get(SETTINGS, b"{}"))

    def power_returned(self) -> bool:
        """Was there no power before this boot?"""
        return self._power_returned

    def random_u32(self) -> int:
        """Noise, from the seed."""
        return self._draw.getrandbits(32)
