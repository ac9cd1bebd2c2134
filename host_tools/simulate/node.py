# SPDX-License-Identifier: MIT
"""Runs one unit's program on its board: boot, pilot path, sharing task, hang, reboot, power.

The program is the firmware's own `app.unit.Unit` or anything with its face. The pilot path runs
on the 20 ms grid of the unit's clock, but only in slots where its inputs have changed or its
deadline is due; `full_pace` runs every slot, which must make no difference. The sharing task is a
coroutine that awaits nothing but `hal.radio.wait`, so this file is its event loop.
"""

from random import Random

from host_tools.simulate.clock import SHARE, STEP, Alarm, Clock, UnitClock
from host_tools.simulate.hal import Hal
from host_tools.simulate.stalls import Gone, Stalls

_CLOCK_WRAP_MS = (1 << 30) - 60000  # MicroPython's ints grow past 2**30: a third of boots do too
_BOOT_SPREAD_MS = 20  # units that get power together do not step in the same ms
_TURNS_MAX = 50
_RESTART_MS = 8000  # after an error: 5 s, a reset, and a second in which people get in


class Node:
    """Program of one unit. `factory(hal)` makes it anew at each boot.

    `app`: run its task `share()`; else call `tick_once` when frames arrive or a tick is due.
    `turned(node)` is called after each step and each turn of the task.
    """

    def __init__(self, clock: Clock, board, air, factory, seed, watchers, turned, app=True,
                 full_pace=False, has_channels=True):
        self._has_channels = has_channels
        self.board, self.id = board, board.id
        self.program = None
        self.boots = 0
        self._power_returned = True
        self.booted_ms = 0
        self.heard_ms = {}  # by source: when a frame of it arrived last
        self._listeners = []
        self._watchers = watchers
        self._clock, self._air, self._factory, self._turned = clock, air, factory, turned
        self._app, self._full_pace = app, full_pace
        self._draw = Random(f"{seed}/unit/{board.id}")
        self._step = Alarm(clock, STEP, self._run_step)
        self._share = Alarm(clock, SHARE, self._run_share)
        self._reboot = Alarm(clock, SHARE, self._start)
        self._halt = Alarm(clock, SHARE, self._end_hang)
        self._down_ms = 0
        self._stepped_ms = -1
        self._in_step = False
        self._in_share = False
        self._nudged = False
        self.life = 0  # grows when the program is stopped
        self.stalls = Stalls(clock, self)
        self._stale = False
        self._planned_ms = None  # the program's deadline that the next step is planned for
        self._task = None
        self._radio = None
        self._unit_clock = None
        board.inputs_changed = self._inputs_changed
        air.join(board.id, self._receive)

    def boot(self, after_ms: int = 0):
        """The program starts `after_ms` from now."""
        self._reboot.set(self._clock.now_ms + after_ms + self._draw.randrange(_BOOT_SPREAD_MS))

    def reboot(self, down_ms: int, hang_ms: int):
        """The program stops now, its pins after `hang_ms`; it starts `down_ms` after that."""
        if not self.board.powered:
            return
        self._stop_running()
        self._down_ms = down_ms
        self._reboot.set(None)
        if hang_ms and self.program is not None:
            self.board.hung = True
            self._halt.set(self._clock.now_ms + hang_ms)
            self._watchers.program_changed(self.board)
        else:
            self._end_hang()

    def set_power(self, on: bool):
        """Power comes or goes; nothing happens if it is there (or gone) already."""
        if on == self.board.powered:
            return
        if not on:
            self._stop_running()
            self._discard()
            self._reboot.set(None)
        self.board.set_power(on)
        if on:
            self._power_returned = True
            self.boot()
        self._watchers.program_changed(self.board)

    def listen(self, listener):
        """Call listener(node, payload) when the program has taken a frame from its radio."""
        self._listeners.append(listener)

    def nudge(self):
        """The sharing task has something to do now."""
        if self._in_share:
            self._nudged = True
        elif self.running:
            self._share.sooner(self._clock.now_ms)

    def freeze(self):
        """Nothing of the program runs for a while, and its pins stay as they are."""
        self.board.hung = True
        self._step.set(None)
        self._watchers.program_changed(self.board)

    def thaw(self):
        """It goes on where it stood."""
        self.board.hung = False
        self._step.set(self._unit_clock.slot_after(self._clock.now_ms))
        self._watchers.program_changed(self.board)

    @property
    def in_turn(self) -> bool:
        """Is the sharing task in the middle of a turn, and nothing else of the unit in it?"""
        return self._in_share and not self._in_step

    def local_ms(self) -> int:
        """What the unit's own clock shows; 0 while it is down."""
        return self._unit_clock.local(self._clock.now_ms) if self._unit_clock else 0

    @property
    def running(self) -> bool:
        """Is there a program, does it run, and can it be asked something now?"""
        return self._alive and not self._in_share

    @property
    def _alive(self):
        return self.program is not None and not self.board.hung

    def _start(self):
        self.boots += 1
        self._air.channels.boot(self.id)
        now_ms = self.booted_ms = self._clock.now_ms
        start_ms = self._draw.choice((0, 0, _CLOCK_WRAP_MS)) + self._draw.randrange(2000)
        self._unit_clock = UnitClock(start_ms, now_ms, self.board.spec.clock_ppm)
        self.board.booted(self._power_returned)
        hal = Hal(self._clock, self._unit_clock, self.board, self._air, self._draw,
                  self._power_returned, self.stalls, self._has_channels)
        self._power_returned = False
        self._radio = hal.radio
        self._radio.woken, self._radio.taken = self.nudge, self._take
        self._stepped_ms = -1
        self._planned_ms = None
        self.program = self._factory(hal)
        self._step.set(now_ms)
        if self._app:
            self._task = self.program.share()
        self._share.set(now_ms)
        self._watchers.program_changed(self.board)

    def _stop_running(self):
        self.life += 1
        self._in_share = self._nudged = False
        self.stalls.deaf = False
        for alarm in (self._step, self._share, self._halt):
            alarm.set(None)

    def _discard(self):
        # One that stands still in a call ends when that returns (stalls.Gone).
        if self._task is not None and not self._task.cr_running:
            self._task.close()  # whatever it still writes is overruled by the safe pins
        self._task = self.program = self._radio = self._unit_clock = None
        self.board.hung = False

    def _end_hang(self):
        self._discard()
        self.board.safe_pins()
        self._watchers.program_changed(self.board)
        self.boot(self._down_ms)

    # As main.py does it: an error of any task opens the contactor, and the board starts anew.
    def _fail(self):
        self._stop_running()
        self._down_ms = _RESTART_MS
        self._end_hang()

    def _inputs_changed(self):
        if self._in_step:
            self._stale = True
        elif self._alive:
            self._step.sooner(self._next_slot())

    def _next_slot(self):
        now_ms = self._clock.now_ms
        if now_ms == self._stepped_ms:
            return self._unit_clock.slot_after(now_ms)
        return self._unit_clock.slot(now_ms)

    def _run_step(self):
        now_ms = self._stepped_ms = self._clock.now_ms
        self._in_step, self._stale = True, False
        self.program.charge_step(self._unit_clock.local(now_ms))
        self._in_step = False
        self._plan_step(now_ms)
        self._turned(self)

    def _plan_step(self, now_ms):
        unit_clock = self._unit_clock
        if self._stale or self._full_pace:
            self._planned_ms = None
            self._step.set(unit_clock.slot_after(now_ms))
            return
        self._planned_ms = due_ms = self.program.next_step_ms()
        self._step.set(unit_clock.slot_after(max(unit_clock.true(due_ms) - 1, now_ms)))

    def _receive(self, frame):
        if self.stalls.deaf or self._air.is_dead(self.id):
            return
        radio = self._radio
        origin = frame[2] if len(frame) > 2 else frame[0]
        if origin is not None:  # else it is forged
            self.heard_ms[origin] = self._clock.now_ms
        if radio is not None and len(radio.arrived) < radio.arrived.maxlen:
            radio.arrived.append((frame[0], frame[1], self._air.signal(frame[0], self.id)))
            if self.running:
                self._share.sooner(self._clock.now_ms)

    def _take(self, payload):
        for listener in self._listeners:
            listener(self, payload)

    def _run_share(self):
        unit_clock, program = self._unit_clock, self.program
        self._in_share = True
        try:
            wait_ms = self._turn()
        except Gone:
            return
        except Exception as error:
            if not getattr(error, "injected", False):
                raise
            self._fail()
            return
        self._in_share = False
        # Later than at its start only where a stall was in it.
        now_ms = self._clock.now_ms
        local_ms = unit_clock.local(now_ms)
        self._share.set(max(now_ms + 1, unit_clock.true(local_ms + wait_ms)))
        if self._nudged:
            self._nudged = False
            self._share.sooner(now_ms + 1)
        # A grant or a lease that ended changes what the pilot path has to do.
        due_ms = program.next_step_ms()
        if due_ms != self._planned_ms:
            self._planned_ms = due_ms
            due_ms = max(now_ms, unit_clock.true(due_ms) - 1)
            self._step.sooner(unit_clock.slot_after(due_ms))
        self._turned(self)

    def _turn(self):
        """One turn of the sharing task; ms that it waits for the next at most."""
        if self._app:
            return self._turn_task()
        program, now_ms = self.program, self._clock.now_ms
        program.tick_once(self._unit_clock.local(now_ms))
        if self._clock.now_ms > now_ms and self._radio.arrived:
            return 0  # they came while it stood still
        return program.next_tick_ms() - self._unit_clock.local(self._clock.now_ms)

    def _turn_task(self):
        for _ in range(_TURNS_MAX):
            wait_ms = self._task.send(None)
            if not self._radio.arrived:
                return wait_ms
        raise RuntimeError(f"unit {self.id} leaves its frames where they are")
