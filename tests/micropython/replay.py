# SPDX-License-Identifier: MIT
"""Plays a recording and says what came out. Runs on CPython and on MicroPython alike.

A recording is one JSON list a line, made by recorder.py:
    ["new", number, "module:Class", [argument, ..]]             makes object `number`
    ["call", number, "method", [argument, ..]]                  calls it
    ["call", number, "method", [argument, ..], {name: ..}]      the same with keywords
    ["get", number, "attribute"]                                reads it
"""

import hashlib
import json

import canonical


class Player:
    """Plays a file of recorded calls bit by bit."""

    def __init__(self, path):
        self._file = open(path)
        self._objects = {}
        self._sha = hashlib.sha256()
        self.line = 0

    def play(self, count, show=False):
        """Plays up to `count` lines. Prints a digest of all outputs so far, or each of them.

        Returns False at the end of the recording.
        """
        for _ in range(count):
            line = self._file.readline()
            if not line:
                break
            self.line += 1
            answer = canonical.text(self._step(json.loads(line)))
            self._sha.update(answer.encode() + b"\n")
            if show:
                print(self.line, answer)
        if not show:
            # A copy of the running hash is not possible on MicroPython: chain them instead.
            digest = self._sha.digest()
            print(self.line, "".join("%02x" % byte for byte in digest))
            self._sha = hashlib.sha256(digest)
        return line != ""

    def _step(self, entry):
        if entry[0] == "get":
            return getattr(self._objects[entry[1]], entry[2])
        arguments = canonical.decode(entry[3])
        named = {}
        if len(entry) > 4:
            for name in entry[4]:
                named[name] = canonical.decode(entry[4][name])
        if entry[0] == "new":
            self._objects[entry[1]] = canonical.lookup(entry[2])(*arguments, **named)
            return None
        return getattr(self._objects[entry[1]], entry[2])(*arguments, **named)
