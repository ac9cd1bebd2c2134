# SPDX-License-Identifier: MIT
"""The unit on a chip: hardware, timer and tasks around app.unit.Unit."""

import asyncio
import gc
import sys

import machine
from app.unit import Unit
from app.web import Web
from core import reasons
from core.load import NotLoaded, drop, let_go, load
from device import last_run, panel
from device.last_run import LastRun
from device.prompt import LivePrompt
from device.serving import Serving
from hal.board import Hardware

_STEP_MS = 20
_LATE_MS = 60
_DEAD_MS = 500
# In its first turn the sharing task loads most, and the flash may be slow. Before it is over there
# is no lease and no fallback, so the contactor is open.
_START_WATCHDOG_MS = 15000
_WATCHDOG_MS = 2000  # with the member's second (unit.py) and 2 s to boot.py: Timing.hang_ms
_GC_MS = 1500
_FORGET_MS = 10000
_FILE_BYTES = 3072  # more than most take
_LIGHT_MS = 100
_NOTE_S = 30
_REPORT_MS = 1000  # it has run so long before it says that it does
_RADIO_WAIT_S = 60  # until the board starts again for its radio, doubled each time up to 64 min
_RADIO_DOUBLED = 6
_RADIO_WELL_S = 600
_REST_S = 3600  # so long without a lease, and that is worth an interrupted session


class Device:
    """Builds and runs one unit. `supervisor`: told what runs; `radio`: open already.

    watch: of on_demand/watch.py while a host wants to see each change of the offer, or None.
    serving: of serving.py, None before it is built.
    """

    def __init__(self, supervisor, radio):
        load("device", "device").begin(self, supervisor, radio)

    def build(self, stored):
        """Everything that takes memory, before `run()`. stored: of on_demand/stored.py.

        Raises whatever a broken board file or chip raises; what the owner can mend becomes
        sentences in the unit's errors: then it runs, offers nothing and says why.
        """
        load("device", "device").build(self, stored, LastRun, Hardware, Unit, LivePrompt,
                                        Web, Serving)

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

    def relieve(self, wanted: int):
        """What was loaded goes if fewer bytes than these are free of Python's own: else it would
        take what the network needs."""
        try:
            if len(sys.modules) > self._resident and self.hardware.heap_free() < wanted:
                gc.collect()  # to let go takes some memory itself
                let_go()
                gc.collect()
        except MemoryError:
            pass  # what needs it says so

    def has_room(self) -> bool:
        """Is there any for one more file? If not it is loaded later on, when others have been let
        go of."""
        if self.hardware.heap_free() >= _FILE_BYTES:
            return True
        gc.collect()
        return self.hardware.heap_free() >= _FILE_BYTES

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
        let_go()  # and it loads most
        self._resident = len(sys.modules)
        begin_ms = self.hardware.clock.now_ms()
        noted_s = 0
        collected_ms = forgotten_ms = begin_ms
        reported = False
        while True:
            now_ms = self.hardware.clock.now_ms()
            pressed = panel.step(self.unit, self.hardware, now_ms)
            if self.serving is not None:
                await self.serving.begin(now_ms)
                self.serving.step(self.unit, pressed, now_ms)
            for poll in self.hardware.polls:
                poll()
            if now_ms - collected_ms >= _GC_MS:
                # It takes milliseconds: at a fixed idle point, not in the pilot path.
                collected_ms = now_ms
                if now_ms - forgotten_ms >= _FORGET_MS:
                    forgotten_ms = now_ms
                    let_go()
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
            if self.watch is not None:
                self.watch.step(self.unit, now_ms)
            await asyncio.sleep_ms(_LIGHT_MS)

    def _forget_change(self):
        try:
            load("device", "device").forget_change(self)
        except NotLoaded:
            pass  # the next turn tries again

    # A radio that only the board's start can help: at once where that costs nothing, and where a
    # vehicle charges with its fallback after a long time. A radio that is dead for good must not
    # cost more than that.
    def _mind_radio(self, now_ms):
        member = self.unit.member
        self.hardware.radio.lead(member.leader is not None and member.codec is not None)
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

    def _restart(self):
        self.end(SystemExit("radio"))
        self.last_run.note(last_run.RADIO, 0)
        print("The radio does not work: the board starts again.")
        machine.reset()

    # What it needs is loaded file by file: between two of them the pilot's timer is served, before
    # and after them the sharing task. Memory or flash may fail at this moment: that must not end
    # the unit.
    async def _answer(self, line):
        await asyncio.sleep_ms(0)
        try:
            calls = load("app", "live_calls")
            name, _, inside = line.partition("(")
            for place in load("app", "needs").needs(name, inside):
                await asyncio.sleep_ms(0)
                load(*place)
            drop("app", "needs")
            await asyncio.sleep_ms(0)
            refusal = load("app", "answer").answer(calls, self._supervisor, line)
            if refusal is not None:
                for place in calls.WORDS:
                    await asyncio.sleep_ms(0)
                    load(*place)
                await asyncio.sleep_ms(0)
                load("app", "refusals").print_refusal(self._supervisor, refusal)
        except (NotLoaded, MemoryError) as error:
            print("Refused: %s." % error)
        let_go()  # the next call may want as much
        await asyncio.sleep_ms(0)

    def stopped(self, error, watchdog_ms: int):
        """It ended, after `safe()`: remember why, and give whoever is at the prompt their time."""
        if self.unit is not None:
            self.unit.halt()  # a step that its timer had asked for may still come
            self.hardware.watchdog.begin(watchdog_ms)
        interrupted = isinstance(error, KeyboardInterrupt)
        self.last_run.note(last_run.STOPPED if interrupted else last_run.FAILED, 0)
