# SPDX-License-Identifier: MIT
"""Records what is done to objects while a scenario runs, for replay.py to do again elsewhere."""

import json

from core.timing import Timing
from tests.micropython import canonical


class Recording:
    """Calls of any number of objects, in order, as the lines that replay.py plays."""

    def __init__(self):
        self.lines = []
        self._numbers = 0

    def wrap(self, cls):
        """A stand-in for the class; its instances work the same and are recorded."""
        recording = self

        def make(*arguments, **named):
            return recording.new(cls, arguments, named)

        return make

    def new(self, cls, arguments, named=None):
        """Makes a recorded object."""
        self._numbers += 1
        name = "%s:%s" % (cls.__module__, cls.__name__)
        self._note(["new", self._numbers, name, *self._arguments(arguments, named or {})])
        return _Recorded(self, self._numbers, cls(*arguments, **(named or {})))

    def content(self) -> bytes:
        """The recording as a file."""
        return "".join(line + "\n" for line in self.lines).encode()

    def _arguments(self, arguments, named):
        # An empty dict at the end would be most of some recordings.
        encoded = [[canonical.encode(value, self._describe) for value in arguments]]
        if named:
            encoded.append({name: canonical.encode(named[name], self._describe)
                            for name in sorted(named)})
        return encoded

    @staticmethod
    def _describe(value):
        if isinstance(value, Timing):
            assert vars(value) == vars(Timing()), "only the product's own times can be recorded"
            return "core.timing:Timing", []
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return "%s:%s" % (type(value).__module__, type(value).__name__), list(value)
        return None

    def _note(self, entry):
        self.lines.append(json.dumps(entry, separators=(",", ":")))

    def note_call(self, number, method, arguments, named):
        """One call of object `number`, before it happens (its arguments may change in it)."""
        self._note(["call", number, method, *self._arguments(arguments, named)])

    def note_get(self, number, attribute):
        """One attribute read of object `number`."""
        self._note(["get", number, attribute])


class _Recorded:
    def __init__(self, recording, number, target):
        self.__dict__.update(_recording=recording, _number=number, _target=target)

    def __getattr__(self, name):
        value = getattr(self._target, name)
        if callable(value):
            def call(*arguments, **named):
                self._recording.note_call(self._number, name, arguments, named)
                return value(*arguments, **named)

            return call
        # Only plain values: what an object of the core hands out is compared by its own calls.
        if value is None or isinstance(value, (bool, int, str, bytes, tuple)):
            self._recording.note_get(self._number, name)
        return value

    def __setattr__(self, name, value):
        raise AssertionError("recorded objects are changed by calls only, not: %s" % name)
