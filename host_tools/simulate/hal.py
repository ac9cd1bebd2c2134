# SPDX-License-Identifier: MIT
"""The hardware face that the firmware's app sees, on a simulated board.

Each part has the methods of `firmware/hal/`: plain reads and writes, nothing that decides. The
radio's `wait` hands its time to the runner (`node.py`), which is all that an event loop would do.
"""

from collections import deque

from host_tools.records import serial_of

_FRAMES_KEPT = 16  # what the ESP-NOW receive buffer of 2 KB holds


class Clock:
    """The unit's own clock."""

    def __init__(self, clock, unit_clock):
        self._clock, self._unit_clock = clock, unit_clock

    def now_ms(self) -> int:
        """Ms on this unit's clock, ever growing."""
        return self._unit_clock.local(self._clock.now_ms)


class Pilot:
    """Generator and measurement of the control pilot."""

    def __init__(self, board):
        self._board = board
        self.write = board.write_duty

    def read(self) -> tuple:
        """(high_mv, low_mv) at the vehicle's end, None for a half that was not seen."""
        return self._board.levels_mv

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

    def read(self) -> tuple:
        """Three currents in mA with this meter's error."""
        return self._board.meter_ma


class Rcm:
    """Residual current monitor."""

    def __init__(self, board):
        self._board = board

    def tripped(self) -> bool:
        """Does it see a residual current?"""
        return "rcm" in self._board.faults


class Temperature:
    """Sensor at the contactor."""

    def __init__(self, board):
        self._board = board

    def read_dc(self) -> int:
        """Tenths of a degree."""
        return self._board.temperature_dc


class Proximity:
    """What the cable's resistor says."""

    def __init__(self, board):
        self._board = board

    def cable_ma(self) -> int:
        """Greatest current of the cable; a tethered one fits its board. 0: not recognised."""
        if "proximity" in self._board.faults:
            return 0
        return self._board.spec.nameplate_a * 1000


class Store:
    """Named blocks that survive reboots and power loss."""

    def __init__(self, board):
        self._board = board

    def read(self, key: str):
        """What was written last, or None."""
        return self._board.store.get(key)

    def write(self, key: str, data: bytes) -> bool:
        """True when it has been written and reads back equal."""
        self._board.write_block(key, bytes(data))
        return True

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

    def __init__(self, unit, air):
        self._unit, self._air = unit, air
        self._wait = Wait()
        self.woken = lambda: None
        self.arrived = deque(maxlen=_FRAMES_KEPT)

    def receive(self):
        """(source, payload) of the oldest frame, or None."""
        return self.arrived.popleft() if self.arrived else None

    def send(self, destination: int, payload: bytes):
        """To one unit, or to all with destination 0."""
        self._air.send(self._unit, destination, payload)

    def wake(self):
        """End the wait: the pilot path has news for the sharing task."""
        self.woken()

    def wait(self, ms: int) -> Wait:
        """Awaitable that returns when a frame has arrived or `ms` have passed."""
        self._wait.ms = ms
        return self._wait


class Hal:
    """All parts of one board, for one boot of its program."""

    def __init__(self, clock, unit_clock, board, air, draw, power_returned=True):
        self.clock = Clock(clock, unit_clock)
        self._power_returned = power_returned
        self.pilot, self.contactor, self.guard = Pilot(board), Contactor(board), Guard(board)
        self.meter, self.rcm = Meter(board), Rcm(board)
        self.temperature, self.proximity = Temperature(board), Proximity(board)
        self.radio = Radio(board.id, air)
        self.store = Store(board)
        self.watchdog = Watchdog()
        self._draw = draw
        self.serial = serial_of(board.id)

    def power_returned(self) -> bool:
        """Was there no power before this boot?"""
        return self._power_returned

    def random_u32(self) -> int:
        """Noise, from the seed."""
        return self._draw.getrandbits(32)
