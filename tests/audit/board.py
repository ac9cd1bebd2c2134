# SPDX-License-Identifier: MIT
"""One board: pins, clock, flash and radio around a whole unit, with power or without.

The unit is stepped only when it said that it must be, or when something that it can see has
changed: always on the 20 ms grid of its own timer.
"""

import random
import traceback

from tests.audit import setup
from tests.audit.clock import Clock
from tests.audit.flash import Flash, PowerCut
from tests.audit.outlet import Outlet

_GRID_MS = 20
_IDLE_MS = 1000
_WATCHDOG_MS = 3000
_INBOX = 16
_NEVER = 1 << 62
_RESTART_MS = 5000
_SIGNAL_UNKNOWN = 127


class Board:
    """settings: what its owner chose; facts: what is soldered; serial: 6 bytes of the chip.

    unit: None while it does not run. late_ms: its tasks are late by up to so much. stall: (part
    of its steps, ms at most) in which time passes.
    """

    def __init__(self, world, circuit, wiring, facts, ppm, rng):
        self.world, self.circuit, self.rng = world, circuit, rng
        self.index = len(world.boards)
        self.serial = bytes([0x24, 0x6F, self.index]) + rng.randbytes(3)
        self.address = bytes([0x24, 0x6F]) + rng.randbytes(4)
        self.dice = random.Random(rng.random())  # of its frames in the air
        self.settings, self.facts, self._ppm = {}, facts, ppm
        self.outlet = Outlet(world, wiring, self.touch, self._look)
        self.flash = Flash(setup.COPIES)
        self.flash.on_write = lambda: world.judge.writes(self)
        self.unit = self.clock = None
        self.powered = False
        self.starts = 0
        self.late_ms, self.stall = 0, (0.0, 0)
        self._inbox, self._later = [], []
        self._phase = rng.randrange(_GRID_MS)
        self._boot = 0  # which one: what was planned in an earlier one is void
        self._wake_ms = self._step_ms = self._tick_ms = _NEVER
        self._stale_ms = None
        self._touched = self._changed = self._writing = False
        self._busy_ms = self._fed_ms = self._stepped_ms = 0
        self.reading_ms = 0  # how long the pilot path takes to read, in its present step
        self.returned = True  # there was no power before the last start
        world.boards.append(self)

    # What one step writes is seen together.
    def _look(self):
        self._changed = True
        if not self._writing:
            self._changed = False
            self.world.judge.look(self.circuit)

    # --- power

    def power(self, on: bool):
        if on == self.powered:
            return
        self.powered = on
        self._stop()
        self.outlet.set_pins(duty=65535, closed=False, guard=0, dead=not on)
        if on:
            self._start_in(300 + self.rng.randrange(2000), True)

    def restart(self, hang_ms=0):
        """The program stops, the pins stay for `hang_ms`; then boot.py makes them safe."""
        if self.powered:
            self._stop()
            self.world.at(self.world.now + hang_ms, self._safe, self._boot)

    def _safe(self, boot):
        if boot == self._boot and self.powered:
            self.outlet.set_pins(duty=65535, closed=False, guard=0)
            self._start_in(50 + self.rng.randrange(1500), False)

    def _stop(self):
        self._boot += 1
        self.unit = None
        self._inbox, self._later = [], []
        self._wake_ms = self._step_ms = self._tick_ms = _NEVER

    def _start_in(self, span_ms, returned):
        self.world.at(self.world.now + span_ms, self._start, self._boot, returned)

    def _start(self, boot, returned):
        if boot != self._boot or not self.powered:
            return
        self.clock = Clock(self.world, self._ppm, self.rng)
        self.returned = returned
        self.starts += 1
        self._stale_ms, self._busy_ms = None, 0
        self._fed_ms = self._stepped_ms = self.world.now
        if self._guarded(self._make):
            self._step_ms = self._tick_ms = self.world.now
            self._plan()

    def _make(self):
        self.unit = setup.make(self, Hal(self))

    # --- time

    def touch(self):
        """Something that the pilot path reads has changed."""
        if self.unit is not None:
            self._touched = True
            self._step_ms = min(self._step_ms, self._grid(self.world.now + 1))
            self._plan_wake()

    def receive(self, address, payload):
        if self.unit is not None and len(self._inbox) < _INBOX:
            self._inbox.append((address, payload))
            self.hurry()

    def hurry(self):
        """The sharing task looks within 20 ms."""
        self._tick_ms = min(self._tick_ms, self._grid(self.world.now + 1) + 3)
        self._plan_wake()

    def _grid(self, true_ms):
        return true_ms + (self._phase - true_ms) % _GRID_MS

    def _plan(self):
        unit, now = self.unit, self.world.now
        idle_ms = self._stepped_ms + _IDLE_MS
        step_ms = unit.next_step_ms()
        step_ms = min(idle_ms, self.clock.true_ms(step_ms)) if step_ms < _NEVER >> 2 else idle_ms
        soon = self._touched
        self._step_ms = self._grid(now + 1 if soon else max(now + 1, step_ms))
        if self._stale_ms is None:
            late_ms = self.rng.randrange(self.late_ms) if self.late_ms else 0
            self._tick_ms = max(now + 3, self.clock.true_ms(unit.next_tick_ms())) + late_ms
            if self._inbox:
                self._tick_ms = min(self._tick_ms, self._grid(now + 1) + 3)
        self._plan_wake()

    def _plan_wake(self):
        at_ms = max(self._busy_ms, min(self._step_ms, self._tick_ms))
        if at_ms < self._wake_ms:
            self._wake_ms = at_ms
            self.world.at(at_ms, self._wake, at_ms, self._boot)

    def _wake(self, at_ms, boot):
        if boot != self._boot or at_ms != self._wake_ms:
            return
        self._wake_ms = _NEVER
        now = self.world.now
        if now >= self._step_ms and not self._guarded(self._charge):
            return
        if now >= self._tick_ms and self._busy_ms <= now and not self._guarded(self._share):
            return
        if now - self._fed_ms > _WATCHDOG_MS:
            self.world.tell("%s: reset by its watchdog" % self)
            self.restart()
            return
        self._plan()

    def _guarded(self, do) -> bool:
        """Errors of the unit end it, as on the chip. False if it has ended."""
        boot = self._boot
        try:
            do()
        except PowerCut:
            self.world.tell("%s: power cut in a write" % self)
            self.power(False)
            self.world.at(self.world.now + 4000, self.power, True)
        except Exception:
            self.world.judge.raised(self, traceback.format_exc())
            self.restart(_RESTART_MS)
        return boot == self._boot and self.unit is not None

    def _stalls(self):
        part, most_ms = self.stall
        return self.rng.randrange(most_ms) if part and self.rng.random() < part else 0

    def _charge(self):
        self.clock.burn_ms = 0
        self._stepped_ms, self._touched = self.world.now, False
        self.reading_ms = self._stalls()
        self._writing = True
        try:
            self.unit.charge_step(self.clock.now_ms())
        finally:
            self._written()
        self._after()

    def _share(self):
        self.clock.burn_ms = 0
        if self._stale_ms is None:
            stall_ms = self._stalls()
            if stall_ms:
                # It has read the clock; when it goes on, time has passed.
                self._stale_ms = self.clock.now_ms()
                self._tick_ms = self.world.now + stall_ms
                if self.rng.random() < 0.5:
                    self._busy_ms = self._tick_ms
                return
        now_ms = self.clock.now_ms() if self._stale_ms is None else self._stale_ms
        self._stale_ms = None
        setup.tick(self.unit, now_ms)
        self._after()
        self.world.judge.leads(self)

    def _after(self):
        """What was written after time had passed inside the step happens then."""
        burn_ms, self.clock.burn_ms = self.clock.burn_ms, 0
        if burn_ms:
            self._busy_ms = self.world.now + burn_ms
            self.world.at(self._busy_ms, self._write_late, self._later, self._boot)
        self._later = []

    def _write_late(self, later, boot):
        if boot == self._boot:
            self._writing = True
            for pins in later:
                self.outlet.set_pins(**pins)
            self._written()

    def _written(self):
        self._writing = False
        if self._changed:
            self._look()

    def write_pins(self, **pins):
        if self.clock.burn_ms:
            self._later.append(pins)
        else:
            self.outlet.set_pins(**pins)

    def __str__(self):
        return "board %d" % self.index


class Hal:
    """What a unit is given of its board."""

    def __init__(self, board):
        self._board = board
        self.clock, self.store, self.serial = board.clock, board.flash, board.serial
        self.pilot = self.contactor = self.guard = self.meter = self.rcm = self.temperature = None
        for part in (_Pilot, _Contactor, _Guard, _Meter, _Radio, _Nothing):
            part(self, board)

    def random_u32(self):
        return self._board.rng.getrandbits(32)

    def identity(self):
        return "", "audited", "0"  # no label: owners here set up by cable, and nobody pairs

    def set_settings(self, changes):
        self._board.settings.update(changes)
        return True

    def power_returned(self):
        return self._board.returned


class _Pilot:
    def __init__(self, hal, board):
        hal.pilot = self
        self._board, self._outlet = board, board.outlet
        self._asked = self._outlet.duty

    def read(self):
        board = self._board
        board.clock.burn_ms += board.reading_ms
        return self._outlet.levels()

    def duty_u16(self):
        return self._asked

    def write(self, duty):
        self._asked = duty
        if duty != self._outlet.duty or self._board.clock.burn_ms:
            self._board.write_pins(duty=duty)


class _Contactor:
    def __init__(self, hal, board):
        hal.contactor = self
        self._board, self._outlet = board, board.outlet

    def write(self, closed):
        if closed != self._outlet.closed or self._board.clock.burn_ms:
            self._board.write_pins(closed=closed)

    def closed(self):
        return self._outlet.closed if self._board.facts.get("feedback") else None


class _Guard:
    def __init__(self, hal, board):
        hal.guard = self
        self._board, self._outlet = board, board.outlet

    def write(self, mask):
        if mask != self._outlet.guard or self._board.clock.burn_ms:
            self._board.write_pins(guard=mask)


class _Meter:
    def __init__(self, hal, board):
        hal.meter = self
        self._outlet, self._fitted = board.outlet, board.facts.get("metered") or board.index % 2

    def read(self):
        return self._outlet.draws() if self._fitted else None


class _Radio:
    def __init__(self, hal, board):
        hal.radio = self
        self._board = board
        self.counts = {}
        self.signal = _SIGNAL_UNKNOWN

    def receive(self):
        inbox = self._board._inbox
        return inbox.pop(0) if inbox else None

    def send(self, destination, payload):
        board = self._board
        board.world.air.send(board, payload, board.world.now + board.clock.burn_ms)

    def wake(self):
        self._board.hurry()

    # One air for all, in which there is no channel to choose.
    def channel(self):
        return 0

    def tune(self, channel):
        raise AssertionError("a unit without channels was sent to channel %d" % channel)

    def pinned(self):
        return True


class _Nothing:
    """Sensors that are well, and a watchdog."""

    def __init__(self, hal, board):
        hal.rcm = hal.temperature = hal.proximity = hal.watchdog = self
        self._board = board

    def tripped(self):
        return False

    def read_dc(self):
        return 250

    def cable_ma(self):
        return 80000

    def feed(self):
        self._board._fed_ms = self._board.world.now
