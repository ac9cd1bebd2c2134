# SPDX-License-Identifier: MIT
"""What the air shows of each follower's lease, for checkers (design 3, rules 2 to 4).

Reports are noted when they leave, grants when they reach a unit, whoever brought them there: a
recorded frame that is played again counts like the first one, a forged one is no frame. Nothing
is asked of a unit. Where a unit's clock decides, both of its ends are kept.
"""

import struct

_MAGIC = b"\xa9\xc5"
_HEADER = struct.Struct(">HBBBHB4sIII")
_HEAD = struct.Struct(">I4sIB")
_ENTRY = struct.Struct(">BIIH")
_REVISED = struct.Struct(">IB")  # number; bit 0: in force
_TAG_SIZE = 8
_HEAD_SIZE = 9  # of a revision
_ROW = struct.Struct(">B6sHHBB")
GRANT, REVISION, _REPORT, _REMOVED = 1, 2, 3, 6

_LEASE_MS = (9900, 10102)  # 10 s on a clock that is 1 % fast, and slow
_GROW_MS = (20792, 21213)  # 21 s
_SLOT_MS = 45  # two slots of the pilot path
LOOP_MS = 245  # `loop`, and two slots


class _State:
    """One boot of one unit: the newest frame heard, and the amount that it holds."""

    def __init__(self, booted_ms):
        self.booted_ms = booted_ms
        self.place = (0, 0)  # epoch and sequence of the newest frame
        self.amount_ma = 0
        # Rule 4: a boot counts as a lease of nothing.
        self.from_ms = booted_ms  # the report that the lease is counted from
        self.late_ms = booted_ms  # the same, if the unit took what it need not have taken
        self.in_force = self.counted = 0  # revisions that it has heard of, and is in
        self.confirmed = 0  # the newest that came as one in force
        self.larger = []  # (until_ms, amount_ma) of amounts that may still be in use


class Leases:
    """Follows the air of a simulation. nodes: all of them."""

    def __init__(self, clock, nodes, air):
        self._clock = clock
        self._nodes = {node.id: node for node in nodes}
        self._states = {node.id: _State(0) for node in nodes}
        self._reports = {}  # (unit, nonce, number): when it left
        self._frames = {}  # payload: (place, {unit: (nonce, number, amount_ma)})
        self._numbers = {node.id: node.id for node in nodes}  # by which each is granted amounts
        self._forgot = {}  # units that have lost what they knew of the group: are they blank?
        self._first = None  # number of the revision in force at the start
        self._held = {node.id: {0} for node in nodes}  # numbers of the revisions that came
        self._doubtful = set()  # units that took a proposal while they were perhaps not in force
        self._listeners = []
        air.listen(self._leaves)
        for node in nodes:
            node.listen(self._arrives)

    def listen(self, listener):
        """Call listener(unit) when a unit has been told to use less."""
        self._listeners.append(listener)

    def most_ma(self, unit: int, fallback_ma: int) -> int:
        """The most that a unit may offer now if its fallback is at most `fallback_ma`."""
        state, now_ms = self._state(unit), self._clock.now_ms
        most_ma = max([ma for until_ms, ma in state.larger if now_ms <= until_ms], default=0)
        if now_ms <= self.end_ms(unit):
            return max(most_ma, state.amount_ma)
        if now_ms < state.from_ms + _LEASE_MS[0] + _GROW_MS[0]:
            return max(most_ma, min(state.amount_ma, fallback_ma))
        return max(most_ma, fallback_ma)

    def end_ms(self, unit: int) -> int:
        """When a unit's lease is over at the latest."""
        return self._state(unit).late_ms + _LEASE_MS[1] + _SLOT_MS

    def fallback_ms(self, unit: int) -> int:
        """When a unit without a lease is due at its fallback at the latest."""
        return self.end_ms(unit) + _GROW_MS[1]

    def missed(self, unit: int) -> bool:
        """Has it heard of a revision in force that did not reach it, and not that it is in it?
        Until then a unit has no fallback (rule 5)."""
        state = self._state(unit)
        known = max(state.confirmed, state.counted, self._first or 0)
        return (unit in self._forgot or unit in self._doubtful
                or state.in_force > known and state.in_force not in self._held[unit])

    def forget(self, unit: int, is_blank):
        """A unit was reset, or has another one's flash: it is in no revision until one comes while
        is_blank() is no longer true."""
        self._forgot[unit] = is_blank

    def has_forgotten(self, unit: int) -> bool:
        """Was it reset, and has it not heard since that it is in the group?"""
        return unit in self._forgot

    def next_ms(self, unit: int) -> "int | None":
        """When `most_ma` falls next by time alone."""
        times = [until_ms for until_ms, _ in self._state(unit).larger] + [self.end_ms(unit)]
        return min([ms + 1 for ms in times if ms >= self._clock.now_ms], default=None)

    def _state(self, unit):
        state, booted_ms = self._states[unit], self._nodes[unit].booted_ms
        if state.booted_ms != booted_ms:
            state = self._states[unit] = _State(booted_ms)
        return state

    def _leaves(self, source, _, payload):
        if not kind_of(payload):
            return
        _, _, _, kind, _, _, _, epoch, nonce, number = _HEADER.unpack_from(payload)
        if kind == _REPORT:
            self._reports[source, nonce, number] = self._clock.now_ms
        elif kind in (GRANT, REVISION, _REMOVED):
            self._frames[payload] = (epoch, number), _entries(payload) if kind == GRANT else {}

    def _arrives(self, node, payload):
        frame = self._frames.get(payload)
        if frame is None:
            return
        state = self._state(node.id)
        place, entries = frame
        if place <= state.place:
            return
        state.place = place
        self._learns(node, state, payload)
        if self._numbers[node.id] in entries:
            nonce, number, amount_ma = entries[self._numbers[node.id]]
            sent_ms = self._reports.get((node.id, nonce, number))
            if self._grant(state, sent_ms, amount_ma):
                for listener in self._listeners:
                    listener(node.id)

    def _learns(self, node, state, payload):
        unit = node.id
        if kind_of(payload) == REVISION:
            number, bits = _REVISED.unpack_from(payload, _HEADER.size)
            if bits & 1:
                self._doubtful.discard(unit)
            elif number > max(self._held[unit]) and self.missed(unit):
                self._doubtful.add(unit)
            self._held[unit].add(number)
            own = [given for given, serial, _ in rows_of(payload)
                   if serial.hex() == node.board.spec.serial.lower()]
            if own:
                self._numbers[unit] = own[0]
                if bits & 1 and unit in self._forgot and not self._forgot[unit]():
                    del self._forgot[unit]
            if bits & 1 and number > state.confirmed:
                state.confirmed = number
                # By the one before it perhaps took no amount (rule 3), and this gives it a
                # fallback: amounts of nothing so far need not have put that off.
                if not state.amount_ma:
                    state.from_ms = state.booted_ms
        elif kind_of(payload) == GRANT:
            newest, _, in_force, _ = _HEAD.unpack_from(payload, _HEADER.size)
            if self._first is None:
                self._first = in_force
            state.in_force = max(in_force, state.in_force)
            if newest == in_force and self._numbers[unit] in self._frames[payload][1]:
                state.counted = max(in_force, state.counted)

    def _grant(self, state, sent_ms, amount_ma):
        """Take an amount as the unit will. True if it is less than before."""
        now_ms = self._clock.now_ms
        if sent_ms is None or sent_ms < state.booted_ms or now_ms > sent_ms + _LEASE_MS[1]:
            return False
        if now_ms >= sent_ms + _LEASE_MS[0]:  # it depends on its clock whether that was late
            state.late_ms = max(state.late_ms, sent_ms)
            state.amount_ma = max(state.amount_ma, amount_ma)
            return False
        less = amount_ma < state.amount_ma
        if less:
            state.larger = [one for one in state.larger if one[0] >= now_ms]
            state.larger.append((now_ms + LOOP_MS, state.amount_ma))
        state.amount_ma, state.from_ms, state.late_ms = amount_ma, sent_ms, sent_ms
        return less


def kind_of(payload) -> int:
    """Kind of a frame of a group, 0 if it is none."""
    whole = payload[:2] == _MAGIC and len(payload) >= _HEADER.size + _TAG_SIZE
    return payload[4] if whole else 0


def rows_of(payload) -> list:
    """(number, serial, fallback_ma) of each unit in a revision frame."""
    rows = payload[_HEADER.size + _HEAD_SIZE:-_TAG_SIZE]
    return [(number, serial, fallback * 10)
            for number, serial, fallback, *_ in _ROW.iter_unpack(rows)]


def amounts_ma(payload) -> list:
    """Amounts of a grant frame, mA."""
    return [amount_ma for _, _, amount_ma in _entries(payload).values()]


def _entries(payload):
    """{unit: (nonce, number, amount_ma)} of a grant frame."""
    offset = _HEADER.size
    count = _HEAD.unpack_from(payload, offset)[3] & 127
    rows = _ENTRY.iter_unpack(
        payload[offset + _HEAD.size:offset + _HEAD.size + count * _ENTRY.size])
    return {unit: (nonce, number, (amount & 8191) * 10) for unit, nonce, number, amount in rows}
