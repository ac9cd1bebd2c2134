# SPDX-License-Identifier: MIT
"""Memory of the system, kept from Python while Python loads the firmware, and kept in pieces.

Python's heap doubles whenever it is full, and takes for it the largest piece that the system has:
then the radio finds none. It takes none that is not 2 KB larger than what it wants just then
(MicroPython's py/gc.c, gc_try_add_heap). So the radio starts before the firmware is loaded, and
what the system must keep is held meanwhile: by datagrams that this chip sends to itself and does
not read. They lie in pieces of less than 2 KB, which the network can use and Python cannot, not
even later on: whatever Python wants then, the radio has its memory.

Between two pieces lies a pin, a few bytes of the system that are never given back (an open name in
its table of settings, which has no end in MicroPython). Pins go into the smallest hole that there
is. Whoever sends a datagram leaves a hole as large as it, for a copy of it, that is gone when it
has arrived; so each larger datagram is followed by a smaller one, which fills the hole of the one
before up to a rest for the pins:

    copy of a larger one | larger ..      then      smaller | pins | larger | copy of the next ..
"""

from micropython import const

_LARGER = const(940)  # bytes; the system adds about 80 to each
_SMALLER = const(760)
_PIECES = const(11)  # of a smaller and a larger one
_PINS = const(3)
# The first ones only fill the small holes that the start of the radio has left, the last ones the
# hole where each smaller one was copied.
_FIRST_PINS = const(20)
_LAST_PINS = const(22)
_PINNED = "amppool"
_AT_ONCE = const(6)  # datagrams that wait at a socket; more are lost
_HERE = "127.0.0.1"
_PORT = const(5990)
_ARRIVES_MS = const(3)
_IDLE_MS = const(100)


class Reserve:
    """A context: PIECES of the system's memory stay out of Python's heap, and apart for ever.

    socket: the module; table: esp32.NVS; sleep_ms: of the module `time`.
    """

    def __init__(self, socket, table, sleep_ms):
        self._socket = socket
        self._table = table
        self._sleep_ms = sleep_ms
        self._sockets = []
        self._sent = 0

    def __enter__(self):
        larger, smaller = bytes(_LARGER), bytes(_SMALLER)
        try:
            # All of them first: one that is closed leaves a hole.
            for port in range(_PORT, _PORT + (2 * _PIECES + _AT_ONCE) // _AT_ONCE):
                one = self._socket.socket(self._socket.AF_INET, self._socket.SOCK_DGRAM)
                self._sockets.append(one)
                one.bind((_HERE, port))
            self._pin(_FIRST_PINS)
            self._send(larger)
            self._pin(1)  # its hole is too small for another larger one now
            for _ in range(_PIECES):
                self._send(larger)
                self._send(smaller)
                self._pin(_PINS)
            self._pin(_LAST_PINS)
        except OSError:
            pass  # a start that failed is tried again: the heap has its size already
        return self

    def _send(self, data):
        to = self._sent // _AT_ONCE
        self._sent += 1
        self._sockets[to].sendto(data, (_HERE, _PORT + to))
        self._sleep_ms(_ARRIVES_MS)

    def _pin(self, count):
        for _ in range(count):
            self._table(_PINNED)

    def __exit__(self, *_):
        while self._sockets:
            self._sockets.pop().close()
        self._sleep_ms(_IDLE_MS)
