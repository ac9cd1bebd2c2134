# SPDX-License-Identifier: MIT
"""One unit: moves values between the core and what it is given of the hardware. No logic.

The same object runs on the chip and in the simulator. `charge_step` is the pilot path, a plain
call every 20 ms from a timer; `share` is the sharing task. `hal` has clock, pilot, contactor,
guard, meter, rcm, temperature, proximity, radio, store, watchdog, random_u32, power_returned.
"""

import json

from core import reasons
from core.connector.connector import Connector
from core.sharing.member import Member
from core.connector.pilot_duty import F_U16, X1_U16
from core.records import Inputs, Offer
from core.seldom import seldom
from core.timing import Timing

_FRAMES_AT_ONCE = 2  # two HMACs each 20 ms: a flood of frames must not starve the rest
_FLOOD_MS = 20
_MEMBER_MS = 1000  # the watchdog is fed only while the member was ticked within it
_START_DELAY_MS = 30000  # power is back: vehicles start one after the other


class Unit:
    """settings, board: as stored, unchecked; hal: see above; timing: None for the product's.

    errors: sentences of what else forbids charging, for example a failed self-test. Afterwards
    all sentences of what forbids it. relax: called between the steps of making one, to let go of
    what the last one needed.
    """

    @seldom
    def __init__(self, settings: dict, board: dict, hal, timing=None, errors=(), relax=None):
        now_ms = hal.clock.now_ms()
        self.hal = hal
        self.timing = timing or Timing()
        from app.on_demand.setup import Setup  # only now: see forget.py
        setup = Setup(settings, board, hal.serial, errors)
        if relax is not None:
            relax()
        self.member = self._make_member(setup, now_ms)
        self.errors = setup.errors
        delay_ms = hal.random_u32() % _START_DELAY_MS if hal.power_returned() else 0
        self.connector = Connector(setup.connector, self.timing, now_ms, delay_ms,
                                   hal.temperature.read_dc() is not None)
        self._sound = True  # every step so far has come to its end
        self._late_until_ms = now_ms
        self._wiring = setup.wiring
        self._closed = False
        self._alive_until_ms = now_ms + _MEMBER_MS
        self._step_at_ms = now_ms
        self._changes = None  # that the sharing task knows of
        self._more_frames = False
        hal.contactor.write(False)

    @seldom
    def _make_member(self, setup, now_ms):
        record = None if setup.errors else setup.record(self.hal.store)
        if record is None:
            from core.sharing.on_demand.refusing_member import RefusingMember
            reason = reasons.NO_GROUP if setup.no_group else reasons.NO_SETTINGS
            return RefusingMember(setup.connector.wired, setup.errors, reason)
        return Member(setup.unit, record, self.timing, self.hal.random_u32() or 1, now_ms,
                      radio=not setup.alone)

    # --- the pilot path

    def charge_step(self, now_ms: int):
        """Read the hardware, step the connector, apply its levels. Every 20 ms.

        After an error, which is raised, nothing is known any more: from then on it only opens.
        Whoever catches one calls `halt()`: there may have been no memory even to come in here.
        """
        sound = self._sound
        self._sound = False
        try:
            if sound:
                self._step(now_ms)
            else:
                self.halt()
        except BaseException:
            self.halt()
            raise
        self._sound = sound  # nothing may come after this

    def halt(self):
        """Open the contactor, offer nothing, and that for good; needs no memory."""
        self._sound = False
        try:
            self.hal.contactor.write(False)
        finally:
            self.hal.pilot.write(X1_U16)

    def _step(self, now_ms):
        hal = self.hal
        connector = self.connector
        high_mv, low_mv = hal.pilot.read()
        inputs = Inputs(high_mv, low_mv, hal.pilot.duty_u16(), hal.contactor.closed(),
                        self._circuit_draw(), hal.rcm.tripped(), hal.temperature.read_dc(),
                        hal.proximity.cable_ma())
        allowed = self.member.offer(now_ms)
        if now_ms < self._late_until_ms:
            allowed = Offer(0, allowed.phases, reasons.STALLED, True)
        outputs = connector.step(inputs, allowed, now_ms)
        self._closed = outputs.contactor
        hal.contactor.write(outputs.contactor)
        hal.pilot.write(outputs.duty_u16)
        hal.guard.write(outputs.guard)
        # A burst without a high half is no measurement, but where we hold the pilot at -12 V.
        if now_ms <= self._alive_until_ms and (high_mv is not None or inputs.duty_u16 == F_U16):
            hal.watchdog.feed()
        self._step_at_ms = min(connector.next_deadline_ms(), self.member.offer_until_ms(now_ms))
        if connector.changes != self._changes:
            self._changes = connector.changes
            hal.radio.wake()

    def stop_late(self, now_ms: int):
        """The timer is too late too often to keep the 100 ms of an unplug: stop, open at once."""
        self._late_until_ms = now_ms + self.timing.reaction_own_ms

    # The unit's own phases to the circuit's: the one place where the wiring matters.
    def _circuit_draw(self):
        draws = self.hal.meter.read()
        # Without a meter a vehicle is taken to draw all that it is offered.
        all_ma = self.connector.offered_ma if self._closed else 0
        was_ma = self.connector.draw_ma
        draw_ma = None
        own = 0
        for phase in self._wiring:
            ma = all_ma if draws is None else draws[own]
            own += 1
            # The same tuple while nothing changes: 50 times a second it would be garbage.
            if ma != was_ma[phase]:
                draw_ma = draw_ma or list(was_ma)
                draw_ma[phase] = ma
        return was_ma if draw_ma is None else tuple(draw_ma)

    def next_step_ms(self) -> int:
        """When `charge_step` must run at the latest if no input changes."""
        return self._step_at_ms

    # --- the sharing task

    async def share(self):
        """Receive, tick, store, send; for ever."""
        while True:
            self.tick_once(self.hal.clock.now_ms())
            await self.hal.radio.wait(self.next_tick_ms() - self.hal.clock.now_ms())

    def tick_once(self, now_ms: int):
        """What the sharing task does each time it wakes. Time may pass in each of its parts, and
        counts: the clock is read for each."""
        member = self.member
        hal = self.hal
        self._alive_until_ms = now_ms + _MEMBER_MS
        news = self._receive()
        now_ms = hal.clock.now_ms()
        member.on_connector(self.connector.snapshot(now_ms), now_ms)
        leader = member.leader
        sequence = 0 if leader is None else leader.sequence
        member.tick(now_ms)
        for destination, payload in member.frames_to_send():
            self.goes_on()  # a driver whose buffers are full waits 2 s
            hal.radio.send(destination, payload)
        if leader is not None and leader.sequence != sequence:
            news = True  # a leader has heard what it said, also when it is alone
        record = member.record_to_store(now_ms)
        if record is not None:
            self._store(record)
            news = True
        if news:
            self._step_at_ms = now_ms  # a grant may have come: the pilot path looks again

    def goes_on(self):
        """What takes long has a second of its own: until here its task was well."""
        self._alive_until_ms = self.hal.clock.now_ms() + _MEMBER_MS

    @seldom
    def _store(self, record):
        from app.on_demand.setup import RECORD
        store = self.hal.store
        self.goes_on()
        if record:
            ok = store.write(RECORD, json.dumps(record).encode())
        else:
            ok = store.remove(RECORD)
        self.member.on_stored(ok, self.hal.clock.now_ms())

    def _receive(self):
        """Hand on a few frames. True if one may have changed what may be offered."""
        self._more_frames = False
        news = False
        for _ in range(_FRAMES_AT_ONCE):
            frame = self.hal.radio.receive()
            if frame is None:
                return news
            # Read after the frame was taken: it must not count as older than it is.
            news = self.member.on_frame(frame[0], frame[1], self.hal.clock.now_ms()) or news
        self._more_frames = True
        return news

    def next_tick_ms(self) -> int:
        """When the sharing task must run at the latest if no frame arrives."""
        if self._more_frames:
            return self._alive_until_ms - _MEMBER_MS + _FLOOD_MS
        return min(self.member.next_deadline_ms(), self._alive_until_ms - _MEMBER_MS // 2)
