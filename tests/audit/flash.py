# SPDX-License-Identifier: MIT
"""What survives without power: two copies of each value, and all that can happen to them."""


class PowerCut(BaseException):
    """Power was lost in the middle of a write."""


class Flash:
    """The `store` of a board. copies: how many of the two a write renews before it says that it
    is done. writes: of values that are new; given: those that came by cable."""

    def __init__(self, copies: int):
        self._copies = copies
        self._values = {}  # key: [(number, data) or None, the same]
        self.writes = self.given = 0
        self.fails = False
        self.cut_in = None  # power is lost when so many more copies were written
        self.on_write = None

    def read(self, key):
        best = max(self._values.get(key, [None]), key=_number)
        return None if best is None else best[1]

    def write(self, key, data) -> bool:
        pair = self._values.setdefault(key, [None, None])
        newest = max(pair, key=_number)
        whole = pair[0] == pair[1] or self._copies == 1
        if newest is not None and newest[1] == data and whole:
            return True
        if self.fails:
            return False
        self.writes += 1
        self.on_write()
        number = _number(newest) + 1
        for _ in range(self._copies):
            self._cut()
            older = 0 if _number(pair[0]) <= _number(pair[1]) else 1
            pair[older] = (number, data)
        self._cut()
        return True

    def _cut(self):
        if self.cut_in is not None:
            self.cut_in -= 1
            if self.cut_in < 0:
                self.cut_in = None
                raise PowerCut

    def remove(self, key) -> bool:
        pair = self._values.get(key)
        if pair is None:
            return True
        if self.fails:
            return False
        self.writes += key != "join"  # by cable: an action of the owner
        self.on_write()
        for _ in (0, 1):
            self._cut()
            older = 0 if _number(pair[0]) <= _number(pair[1]) else 1
            if pair[older] is None:
                older = 1 - older
            pair[older] = None
        self._cut()
        self.forget(key)
        return True

    def put(self, key, data):
        """By cable."""
        self.given += 1
        self._values[key] = [(1, data), (1, data)]

    def forget(self, key):
        """By cable."""
        self._values.pop(key, None)

    def lose_newest(self):
        """The file written last is gone after a blackout; the copy before it is still there."""
        for pair in self._values.values():
            if None not in pair:
                pair[0 if _number(pair[0]) > _number(pair[1]) else 1] = None

    def image(self):
        return {key: list(pair) for key, pair in self._values.items()}

    def restore(self, image):
        self._values = {key: list(pair) for key, pair in image.items()}


def _number(copy):
    return -1 if copy is None else copy[0]
