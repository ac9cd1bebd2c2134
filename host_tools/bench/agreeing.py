# SPDX-License-Identifier: MIT
"""A leader and a unit that pair in one process, without air or clock, with chance of a seed.

For measuring, on CPython and on MicroPython (so no newer Python in here).
"""

from core.load import load

_LEADER = b"leader"
_UNIT = b"unit 1"
_CODE = 123456789012345678
_MET_MS = 400  # a unit has shown itself until then


class Chance:
    """chance(n) gives n bytes, the same on every Python."""

    def __init__(self, seed):
        self._state = seed

    def __call__(self, count):
        out = bytearray(count)
        for i in range(count):
            self._state = (self._state * 1664525 + 1013904223) & 0xFFFFFFFF
            out[i] = self._state >> 24
        return bytes(out)


def new_leader():
    """A leader that has pairing open."""
    opening = load("core", "pairing", "opening")
    return opening.new_opening(opening.Leader(_LEADER, 1, 77), (0, None), 0, Chance(1),
                               _record_for, 6)


def _record_for(serial):
    return load("core", "pairing", "grant").made(bytes(range(32)), 1, b"tag.", 5, 6, 7)


def new_unit():
    """A unit without a group."""
    newcomer = load("core", "pairing", "newcomer")
    unit = newcomer.Unit(_UNIT, "garage", "esp32", "0.1.0")
    return newcomer.new_newcomer(unit, _CODE, 0, Chance(2))


def type_code(leader):
    """The label's code is typed at the leader, which has heard the unit."""
    label = load("core", "pairing", "label_code").make(_CODE)
    refusal = leader.give(_UNIT, label, _MET_MS)
    if refusal:
        raise ValueError(refusal)


def work(side, slices):
    """Up to so many slices of a side's work."""
    for _ in range(slices):
        side.step(_MET_MS)
    side.messages()


def hear(side, payload):
    """A message arrives; what is to be stored is stored."""
    side.on_message(payload, 55, _MET_MS)


class Pairing:
    """All of it. leader, unit: the two sides; heard: messages that each has heard, in order."""

    def __init__(self):
        self.leader, self.unit = new_leader(), new_unit()
        self.heard = {"leader": [], "unit": []}
        self.leader.step(0)
        self._hand(self.leader, "unit", self.unit, 0)
        self.unit.step(_MET_MS)
        self._hand(self.unit, "leader", self.leader, _MET_MS)
        type_code(self.leader)

    def run(self, took):
        """Until the unit has said that it has stored the key. took(name, side, now_ms) does one
        step of a side and says what it said."""
        now_ms = _MET_MS
        while self.leader.result is None:
            now_ms += 1
            for name, other in (("leader", "unit"), ("unit", "leader")):
                side = getattr(self, name)
                while took(name, side, now_ms):
                    pass
                if name == "unit" and side.taken is not None:
                    side.stored(True, now_ms)
                self._hand(side, other, getattr(self, other), now_ms)
        if self.leader.result[0] != "done":
            raise ValueError(self.leader.result)

    def _hand(self, side, name, other, now_ms):
        for payload in side.messages():
            self.heard[name].append(payload)
            other.on_message(payload, 55, now_ms)
