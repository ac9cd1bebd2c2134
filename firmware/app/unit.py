# SPDX-License-Identifier: MIT
"""One unit: moves values between the core and what it is given of the hardware. No logic.

The same object runs on the chip and in the simulator. `charge_step` is the pilot path, a plain
call every 20 ms from a timer; `share` is the sharing task. `hal` has clock, pilot, contactor,
guard, meter, rcm, temperature, proximity, radio, store, watchdog, random_u32, power_returned.
"""

from core import reasons
from core.connector.pilot_duty import F_U16, X1_U16
from core.load import NotLoaded, load
from core.sharing.member import LEFT
from core.timing import Timing
from core.values import Inputs, Offer
from micropython import const

RECORD = "group"  # a name in the store: what the unit knows of its group
JOIN = "join"  # what makes the next record: a new group, or the key of one

_FRAMES_AT_ONCE = const(2)  # two HMACs each 20 ms: a flood of frames must not starve the rest
_FLOOD_MS = const(20)
MEMBER_MS = const(1000)  # the watchdog is fed only while the member was ticked within it
_STORE_AGAIN_MS = const(10000)  # what cannot be loaded for it has cost one of the hour's writes
_LOOK_MS = const(1000)
_TURN_BYTES = const(10240)
_STORE_BYTES = const(14336)  # its files, and a record of six
_UNLOADED_MS = const(60000)  # so long nothing could be loaded: only a new start can help
_PAIRING_HIGH = const(0xA9)  # how messages of core/pairing begin
_PAIRING_LOW = const(0xC6)


class Unit:
    """settings, board: as stored, unchecked; hal: see above; timing: None for the product's.

    errors: sentences of what else forbids charging, for example a failed self-test. Afterwards
    all sentences of what forbids it. setup: made of these already, or None. jobs: what goes on
    beside sharing for a while, see _look(); events: of events.py; tested: of self_test.py; web: of
    web.py, or None. relieve: called with bytes that something wants, while nobody is in the middle
    of anything else: what was loaded goes if they are not free. None where memory is never short.
    """

    def __init__(self, settings: dict, board: dict, hal, timing=None, errors=(), setup=None):
        self.hal = hal
        self.timing = timing or Timing()
        self.unloaded = 0  # how often what was wanted could not be loaded
        self.pairing = self.jobs = self.web = None  # of on_demand/pairing.py, newcomer.py, jobs.py
        self.relieve = None
        setup = setup or load("app", "setup").Setup(settings, board, hal.serial, errors)
        load("app", "unit").begin(self, setup)

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
        counts: the clock is read for each. Raises NotLoaded if nothing can be loaded any more."""
        member = self.member
        hal = self.hal
        self._alive_until_ms = now_ms + MEMBER_MS
        missed = self.unloaded
        if now_ms >= self._look_ms:  # not in each turn: it would load anew what it has let go of
            self.make_room(_TURN_BYTES)
        news = self._receive()
        now_ms = hal.clock.now_ms()
        member.on_connector(self.connector.snapshot(now_ms), now_ms)
        leader = member.leader
        sequence = 0 if leader is None else leader.sequence
        try:
            member.tick(now_ms)
            if member.sessions is not None and member.leader is None:
                load("app", "sessions").answer(self, now_ms)
            if now_ms >= self._look_ms:
                self._look(now_ms)
        except NotLoaded as error:
            self._not_loaded(error, now_ms)
        for destination, payload in member.frames_to_send():
            self.goes_on()  # a driver whose buffers are full waits 2 s
            hal.radio.send(destination, payload)
        if leader is not None and leader.sequence != sequence:
            news = True  # a leader has heard what it said, also when it is alone
        try:
            if self.jobs is not None:
                self.jobs.step(now_ms)
                member = self.member  # a unit that was paired has another one
            if self.searching is None and (member.codec is None or member.leader is None
                                           and not member.has_lease(now_ms + MEMBER_MS)):
                self.searching = load("app", "searching").Searching(self, now_ms)
            if self.searching is not None:
                self.searching.step(now_ms)
            if (member.dirty or member.lazy) and now_ms >= self._store_at_ms:
                self._store_at_ms = now_ms + _STORE_AGAIN_MS
                self.make_room(_STORE_BYTES)
                news = load("app", "storing").store(self, now_ms) or news
                self._store_at_ms = now_ms
            if self._unloaded_ms is not None and missed == self.unloaded:
                load("app", "storing")  # can anything be loaded again?
                self._unloaded_ms = None
        except NotLoaded as error:
            self._not_loaded(error, now_ms)
        if news:
            self._step_at_ms = now_ms  # a grant may have come: the pilot path looks again

    def _look(self, now_ms):
        """Once a second: note what has happened, and go on with what takes more than a moment.
        jobs: objects with step(now_ms), which says whether it is to be called again."""
        self._look_ms = now_ms + _LOOK_MS
        signs = self._signs(now_ms)
        if signs != self.seen:
            load("app", "happening").look(self, signs, now_ms)
            self.seen = signs

    # What an owner wants to know when it changes, in 30 bits; events.py reads them.
    def _signs(self, now_ms):
        signs = self.connector.fault
        if self.errors:
            return signs
        leader = self.member.leader
        silent_ms = now_ms - self.timing.silent_ms
        if leader is None:
            return signs | 64 if self.member.follower.heard_ms < silent_ms else signs
        signs |= (now_ms // 60000 & 1) << 29
        for account in leader.ledger.accounts:
            heard_ms = account.received_ms
            if (leader.boot_ms if heard_ms is None else heard_ms) < silent_ms:
                signs |= 64 << (account.unit & 15)
        return signs

    # Nothing has been done, and the next turn tries again. But a flash or a heap that gives
    # nothing any more would keep the unit from storing and changing for ever.
    def _not_loaded(self, error, now_ms):
        self.unloaded += 1
        if self._unloaded_ms is None:
            self._unloaded_ms = now_ms
        elif now_ms - self._unloaded_ms > _UNLOADED_MS:
            raise error

    def make_room(self, wanted: int):
        """Where memory is short, what was loaded goes until so many bytes are free."""
        if self.relieve is not None:
            self.relieve(wanted)

    def goes_on(self):
        """What takes long has a second of its own: until here its task was well."""
        self._alive_until_ms = self.hal.clock.now_ms() + MEMBER_MS

    def _receive(self):
        """Hand on a few frames. True if one may have changed what may be offered."""
        self._more_frames = False
        news = False
        for _ in range(_FRAMES_AT_ONCE):
            frame = self.hal.radio.receive()
            if frame is None:
                return news
            # Read after the frame was taken: it must not count as older than it is.
            now_ms = self.hal.clock.now_ms()
            payload = frame[1]
            self.member.signal = self.hal.radio.signal
            try:
                if (len(payload) > 1 and payload[0] == _PAIRING_HIGH
                        and payload[1] == _PAIRING_LOW):
                    self._hear_pairing(payload, now_ms)
                else:
                    news = self.member.on_frame(frame[0], payload, now_ms) or news
            except NotLoaded as error:  # as if it had been lost
                self._not_loaded(error, now_ms)
        self._more_frames = True
        return news

    # Who is in a group has no use for it, and must not load anything for a stranger's frame.
    def _hear_pairing(self, payload, now_ms):
        if self.pairing is None:
            member = self.member
            if member.codec is None or member.role == LEFT or not member.group.confirmed_number:
                load("app", "newcomer").begin(self, now_ms)
        if self.pairing is not None:
            self.pairing.on_message(payload, self.hal.radio.signal, now_ms)

    def next_tick_ms(self) -> int:
        """When the sharing task must run at the latest if no frame arrives."""
        if self._more_frames:
            return self._alive_until_ms - MEMBER_MS + _FLOOD_MS
        at_ms = min(self.member.next_deadline_ms(), self._alive_until_ms - MEMBER_MS // 2)
        if self.jobs is not None:
            at_ms = min(at_ms, self.jobs.at_ms)
        return at_ms if self.searching is None else min(at_ms, self.searching.at_ms)
