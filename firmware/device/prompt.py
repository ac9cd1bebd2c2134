# SPDX-License-Identifier: MIT
"""The serial line of a unit that runs: what is typed, character by character, and long lines."""

import asyncio
import select
import sys

from micropython import const

_POLL_MS = const(50)
_AT_ONCE = const(32)  # characters between two turns of the other tasks
_LINE_MAX = const(80)
_PIECE = const(64)  # 6 ms at 115200 baud; the port's own buffer takes 128
_ENDS = b"\r\n"
_RUBOUT = b"\x08\x7f"


class LivePrompt:
    """answer: a function that is given each line that was typed; what it returns is awaited."""

    def __init__(self, answer, stream=None):
        self._answer = answer
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
                answer = self.take(self._stream.read(1))
                if answer is not None:
                    await answer
            await asyncio.sleep_ms(_POLL_MS)

    def take(self, character: bytes):
        """One byte of what was typed. Returns what is to be awaited, or None."""
        if character in _ENDS:
            line, self._line = self._line, b""
            if line:
                print()
                return self._answer(line.decode().strip())
        elif character in _RUBOUT:
            if self._line:
                self._line = self._line[:-1]
                print("\x08 \x08", end="")
        elif b" " <= character < b"\x7f" and len(self._line) < _LINE_MAX:
            self._line += character
            print(character.decode(), end="")
        return None


def say(text: str):
    """Print a line piece by piece: while the port is waited for, the pilot's timer waits too."""
    for at in range(0, len(text), _PIECE):
        print(text[at:at + _PIECE], end="")
    print()
