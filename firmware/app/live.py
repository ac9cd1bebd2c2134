# SPDX-License-Identifier: MIT
"""The serial line of a unit that runs: calls that only look are answered, charging goes on.

Whatever would touch the flash, and so delay the pilot path, wants the unit stopped by Ctrl-C.
"""

import asyncio
import json
import select
import sys

from micropython import const

_LOOK_MS = const(50)
_AT_ONCE = const(32)  # characters between two looks of the other tasks
_LINE_MAX = const(80)
_ENDS = b"\r\n"
_RUBOUT = b"\x08\x7f"


# Values alone: an expression could take for ever, or reach what only Ctrl-C gives.
def _values(text):
    for python, other in (("'", '"'), ("True", "true"), ("False", "false"), ("None", "null")):
        text = text.replace(python, other)
    try:
        return json.loads("[%s]" % text)
    except ValueError:
        raise ValueError("between the brackets: texts, numbers, True or False")


class LivePrompt:
    """look: an object with the calls as methods; calls: their names."""

    def __init__(self, look, calls, stream=None):
        self._look = look
        self._calls = calls
        self._stream = stream or sys.stdin.buffer
        self._line = b""

    async def run(self):
        """Reads and answers; for ever."""
        poll = select.poll()
        poll.register(self._stream, select.POLLIN)
        while True:
            for _ in range(_AT_ONCE):
                if not poll.poll(0):
                    break
                self.take(self._stream.read(1))
            await asyncio.sleep_ms(_LOOK_MS)

    def take(self, character: bytes):
        """One byte of what was typed."""
        if character in _ENDS:
            line, self._line = self._line, b""
            if line:
                print()
                self._answer(line.decode().strip())
        elif character in _RUBOUT:
            if self._line:
                self._line = self._line[:-1]
                print("\x08 \x08", end="")
        elif b" " <= character < b"\x7f" and len(self._line) < _LINE_MAX:
            self._line += character
            print(character.decode(), end="")

    def _answer(self, line):
        name, bracket, inside = line.partition("(")
        if name not in self._calls or not bracket or inside[-1:] != ")":
            print("Refused: while the unit runs there are %s. For all else press Ctrl-C first: "
                  "that stops charging." % ", ".join([known + "()" for known in self._calls]))
            return
        inside = inside[:-1].strip()
        # An error of what was typed must not end the unit.
        try:
            getattr(self._look, name)(*_values(inside))
        except Exception as error:
            print("Refused: %r" % error)
