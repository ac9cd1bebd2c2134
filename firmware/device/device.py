# SPDX-License-Identifier: MIT
"""The unit on a chip: hardware, timer and tasks around app.unit.Unit."""

import asyncio
import gc
import os
import sys

import machine

from device import panel
from app.forget import forget
from device.prompt import LivePrompt
from app.unit import Unit
from core import reasons
from core.seldom import seldom
from device import last_run
from hal.board import Hardware
from device.last_run import LastRun

_STEP_MS = 20
_LATE_MS = 60
_DEAD_MS = 500
# In its first turn the sharing task loads most, and the flash may be slow. Before it is over there
# is no lease and no fallback, so the contactor is open.
_START_WATCHDOG_MS = 15000
_WATCHDOG_MS = 2000  # with the member's second (unit.py) and 2 s to boot.py: Timing.hang_ms
_GC_MS = 1500
_FORGET_MS = 10000
_LIGHT_MS = 100
_NOTE_S = 30
_REPORT_MS = 1000  # it has run so long before it says that it does
_RADIO_WAIT_S = 60  # until the board starts again for its radio, doubled each time up to 64 min
_RADIO_DOUBLED = 6
_RADIO_WELL_S = 600
_REST_S = 3600  # so long without a lease, and that is worth an interrupted session


class Device:
    """Builds and runs one unit. `supervisor`: told what runs; `radio`: open already."""

    @seldom
    def __init__(self, supervisor, radio):
        self._supervisor = supervisor
        self._radio = radio
        self.hardware = self.unit = self.last_run = None
        self.about = {}  # who it is, for the host
        self.running = False
        self.late_stops = self.timer_restarts = 0
        self._modules = 0  # how many are loaded when nothing is that can be let go
        self._loaded = 0  # how many are now
        self._watch = None
        self._timer = None
        self._stepped_ms = None
        self._late = 0
        self._error = None
        self._proposed = False  # a change of the group, not stored yet
        self._deaf_ms = None  # since when the radio wants the board to start again

    @seldom
    def build(self):
        """Everything that takes memory, before `run()`.

        Raises whatever a broken board file or chip raises; what the owner can mend becomes
        sentences in the unit's errors: then it runs, offers nothing and says why.
        """
        from device.on_demand.files import BOARD, SETTINGS, read_json, read_table  # now only: see forget.py
        from hal.on_demand.facts import core_board
        board = read_json(BOARD)
        errors = list(self._supervisor.errors)
        settings = read_table(SETTINGS, errors)
        self.last_run = LastRun(machine)
        self.hardware = Hardware(board, self._radio, settings)
        self._supervisor.attach(self)  # from here on people can ask it
        errors += self.hardware.self_test()
        if self.last_run.locked:
            errors.append("three watchdog resets within 10 minutes: call clear_fault()")
        board = core_board(board)
        self._relax()
        self.unit = Unit(settings, board, self.hardware, errors=errors, relax=self._relax)
        if self.last_run.welded:
            self.unit.connector.protection.weld()
        self._prompt = LivePrompt(self._answer)
        self._change_group()
        if self.unit.member.leader is None:  # who leads stores its epoch at the start
            self.hardware.store.find_room()
        self._relax()
        from device.on_demand.identity import about
        self.about = about(settings)
        self._relax()
        self._modules = len(sys.modules)

    def _relax(self):
        """Memory is short: let go of what was needed so far."""
        forget()
        gc.collect()

    @seldom
    def _change_group(self):
        """What was changed at the prompt becomes a proposed revision, if this unit leads."""
        from device.on_demand.files import GROUP_CHANGE, read_table
        unfit = []
        changes = read_table(GROUP_CHANGE, unfit)
        if not unfit and (not changes or self.unit.errors):
            return
        leader = self.unit.member.leader
        error = unfit[0] if unfit else None
        if leader is None:
            error = error or "dropped, because this unit does not lead a group (any more)"
        if error is None:
            newest = leader.revisions.newest()
            if [key for key in changes if changes[key] != getattr(newest, key, None)]:
                error = self.unit.member.revise(self.hardware.clock.now_ms(), **changes)
            # It is forgotten here when it is stored as a proposal, not before.
            self._proposed = error is None
        print("Group change: %s" % (error or "proposed to all units"))
        if error:  # what cannot be must not be tried at every start
            os.remove(GROUP_CHANGE)

    @seldom
    def _forget_change(self):
        from device.on_demand.files import GROUP_CHANGE
        self._proposed = False
        os.remove(GROUP_CHANGE)

    def run(self):
        """Until Ctrl-C or an error. Raises what ended it."""
        self.hardware.watchdog.begin(_START_WATCHDOG_MS)
        self._timer = machine.Timer(0)
        self._start_timer()
        self.running = True
        try:
            asyncio.run(self._tasks())
        finally:
            self.running = False
            self._timer.deinit()

    def _start_timer(self):
        self._timer.init(period=_STEP_MS, mode=machine.Timer.PERIODIC, callback=self._step)

    # One that has lost an alarm never fires again, and the watchdog would start the board anew.
    def _mind_timer(self, now_ms):
        if self._stepped_ms is not None and self._error is None and (
                now_ms - self._stepped_ms >= _DEAD_MS):
            self.timer_restarts += 1
            self._start_timer()

    # The timer's callback: an error here, Ctrl-C too, would only be printed, so it is carried to
    # the tasks. Until they end the unit, and the board starts again, nothing but this is done at
    # each step: what failed half-way is not asked again. It needs no memory.
    def _step(self, _):
        if self._error is None:
            try:
                now_ms = self.hardware.clock.now_ms()
                self._watch_pace(now_ms)
                # Whoever loads a file is well, and the flash of a slow board takes its time: a
                # turn of the sharing task may need ten. A program that hangs loads nothing.
                if len(sys.modules) != self._loaded:
                    self._loaded = len(sys.modules)
                    self.unit.goes_on()
                self.unit.charge_step(now_ms)
                return
            except BaseException as error:
                self._error = error
        self.unit.halt()

    def end(self, error):
        """Offer nothing more, at once; the tasks end the unit with this error."""
        self._error = error
        self.unit.halt()

    def _watch_pace(self, now_ms):
        if self._stepped_ms is not None and now_ms - self._stepped_ms > _LATE_MS:
            self._late += 1
        else:
            self._late = 0
        self._stepped_ms = now_ms
        if self._late >= 2 and self.unit.connector.offered_ma:
            self.late_stops += 1
            self.unit.stop_late(now_ms)

    async def _tasks(self):
        tasks = [asyncio.create_task(job)
                 for job in (self.unit.share(), self._housekeeping(), self._prompt.run())]
        while True:
            for task in tasks:
                if task.done():
                    await task  # raises what ended it
                    raise RuntimeError("a task ended")
            if self._error is not None:
                raise self._error
            await asyncio.sleep_ms(200)

    async def _housekeeping(self):
        self.hardware.watchdog.begin(_WATCHDOG_MS)  # the sharing task has had its first turn
        begin_ms = self.hardware.clock.now_ms()
        noted_s = 0
        collected_ms = forgotten_ms = begin_ms
        reported = False
        while True:
            now_ms = self.hardware.clock.now_ms()
            panel.step(self.unit, self.hardware, now_ms)
            for poll in self.hardware.polls:
                poll()
            if now_ms - collected_ms >= _GC_MS:
                # It takes milliseconds: at a fixed idle point, not in the pilot path.
                collected_ms = now_ms
                if now_ms - forgotten_ms >= _FORGET_MS and len(sys.modules) > self._modules:
                    forgotten_ms = now_ms
                    forget()
                gc.collect()
            uptime_s = (now_ms - begin_ms) // 1000
            if uptime_s - noted_s >= _NOTE_S:
                noted_s = uptime_s
                if uptime_s >= _RADIO_WELL_S and self._deaf_ms is None:
                    self.last_run.radio_resets = 0
                self.last_run.note(last_run.RUNNING, uptime_s)
            welded = self.unit.connector.fault == reasons.WELDED
            if welded != self.last_run.welded:  # no reset may make it try again
                self.last_run.welded = welded
                self.last_run.note(last_run.RUNNING, uptime_s)
            self._mind_radio(now_ms)
            self._mind_timer(now_ms)
            if not reported and now_ms - begin_ms >= _REPORT_MS:
                reported = True
                await self._answer("amppool_health()")
            if self._proposed and not self.unit.member.dirty:
                self._forget_change()
            if self._watch is not None:
                self._watch.step(self.unit, now_ms)
            await asyncio.sleep_ms(_LIGHT_MS)

    # A radio that only the board's start can help: at once where that costs nothing, and where a
    # vehicle charges with its fallback after a long time. A radio that is dead for good must not
    # cost more than that.
    def _mind_radio(self, now_ms):
        if not self.hardware.radio.wants_reset():
            self._deaf_ms = None
            return
        if self._deaf_ms is None:
            self._deaf_ms = now_ms
        wait_s = _RADIO_WAIT_S << min(self.last_run.radio_resets, _RADIO_DOUBLED)
        if self.hardware.contactor.is_closed:
            if self.unit.member.has_lease(now_ms):
                return
            wait_s = max(wait_s, _REST_S)
        if now_ms - self._deaf_ms >= 1000 * wait_s:
            self._restart()

    @seldom
    def _restart(self):
        self.end(SystemExit("radio"))
        self.last_run.note(last_run.RADIO, 0)
        print("The radio does not work: the board starts again.")
        machine.reset()

    # File by file: while one is loaded the pilot's timer waits, and files that load each other
    # would be one wait. Memory may not suffice at this moment: that must not end the
    # unit.
    async def _answer(self, line):
        try:
            from core.on_demand import reason_words  # noqa: F401
            await asyncio.sleep_ms(0)
            from core.connector.on_demand import state_words  # noqa: F401
            await asyncio.sleep_ms(0)
            from core.sharing.on_demand import presence  # noqa: F401
            await asyncio.sleep_ms(0)
            from app import say  # noqa: F401
            await asyncio.sleep_ms(0)
            from app import health  # noqa: F401
            await asyncio.sleep_ms(0)
            from app.on_demand.live_calls import LIVE, OF_THE_GROUP, LiveCalls
            await asyncio.sleep_ms(0)
            if line.split("(")[0] in OF_THE_GROUP:
                from app.on_demand.owner_group import prepare
                await prepare()
            from app.on_demand.answer import answer
            await asyncio.sleep_ms(0)
            answer(LiveCalls(self._supervisor), LIVE, line)
        except (MemoryError, ImportError) as error:  # ImportError: a Ctrl-C while it was loaded
            print("Refused: %r" % error)

    @seldom
    def watch(self, on: bool):
        """Print what is offered at each change, or no longer."""
        self._watch = None
        if on:
            from device.on_demand.watch import Watch
            self._watch = Watch()

    def stopped(self, error, watchdog_ms: int):
        """It ended, after `safe()`: remember why, and give whoever is at the prompt their time."""
        if self.unit is not None:
            self.unit.halt()  # a step that its timer had asked for may still come
            self.hardware.watchdog.begin(watchdog_ms)
        interrupted = isinstance(error, KeyboardInterrupt)
        self.last_run.note(last_run.STOPPED if interrupted else last_run.FAILED, 0)
