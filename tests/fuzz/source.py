# SPDX-License-Identifier: MIT
"""Values out of the bytes of a fuzzer: a small change of the bytes is one of the values."""

_WORDS = ("", "L1", "L1L2L3", "leader", "follower", "alone", "us", "iec", "equal", "stop",
          "espnow", "udp", "home", "1:48:48:L1 2:48:48:L1", "\u00b2", "\u0663", "\u00e9\U0001f50c",
          "0" * 64, "9" * 5000, "nan", "a\nb", "'", "%s %d")
_NUMBERS = (0, 1, -1, 2, 5, 6, 7, 13, 16, 48, 80, 81, 250, 251, 255, 1000, 6000, 65535, 65536,
            (1 << 30) - 1, 1 << 30, 1 << 31, 1 << 32, 1 << 62, 1 << 64, 10 ** 400)
_FLOATS = (0.0, -0.0, 0.1, 6.0, 7.5, 1e-9, 1e308, float("inf"), float("-inf"), float("nan"))
_DEPTH_MAX = 4


class Source:
    """Bytes to take values from. When they are used up everything is 0."""

    def __init__(self, data: bytes):
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes not taken yet."""
        return len(self._data) - self._at

    def content(self, length: int) -> bytes:
        """The next bytes, fewer at the end."""
        found = self._data[self._at:self._at + length]
        self._at += len(found)
        return found

    def rest(self) -> bytes:
        """All that is left."""
        return self.content(self.left)

    def number(self, size: int = 1) -> int:
        """An unsigned number of `size` bytes."""
        return int.from_bytes(self.content(size), "big")

    def below(self, limit: int) -> int:
        """0 to limit - 1."""
        return self.number(1 if limit <= 256 else 2) % limit

    def among(self, choices):
        """One of a sequence."""
        return choices[self.below(len(choices))]

    def times(self, most: int) -> range:
        """To do something up to `most` times, but not more often than there are bytes."""
        return range(min(self.below(most + 1), self.left))

    def text(self) -> str:
        """A word that means something somewhere, or anything short."""
        if self.below(3):
            return self.among(_WORDS)
        return self.content(self.below(70)).decode("latin-1")

    def whole(self) -> int:
        """A whole number, often one at an edge."""
        way = self.below(3)
        if way == 0:
            return self.among(_NUMBERS)
        return self.number(1) if way == 1 else -self.number(4)

    def value(self, depth: int = 0):
        """Anything that JSON can hold."""
        way = self.below(8 if depth < _DEPTH_MAX else 6)
        if way < 2:
            return self.whole()
        if way == 2:
            return self.text()
        if way < 6:
            return self.among((None, True, False, *_FLOATS))
        if way == 6:
            return [self.value(depth + 1) for _ in self.times(4)]
        return {self.text(): self.value(depth + 1) for _ in self.times(4)}

    def edit(self, value):
        """A JSON value with one place in it changed; dicts and lists are changed in place."""
        if self.below(8) == 0 or not isinstance(value, (dict, list)) or not value:
            return self._edited(value)
        places = sorted(value) if isinstance(value, dict) else range(len(value))
        place = self.among(places)
        way = self.below(8)
        if way == 0:
            del value[place]
        elif way == 1 and isinstance(value, dict):
            value[self.among((self.text(), *places))] = self.value()
        elif way == 1:
            value.insert(place, self.value())
        else:
            value[place] = self.edit(value[place])
        return value

    def _edited(self, value):
        if isinstance(value, int) and not isinstance(value, bool) and self.below(2):
            return value + self.among((1, -1, 10, -10, 100, 1000, -1000))
        return self.value()
