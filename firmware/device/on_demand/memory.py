# SPDX-License-Identifier: MIT
"""Memory of the system, kept from Python while Python loads the firmware, and kept in pieces.

Python's heap doubles whenever it is full, and takes for it the largest piece that the system has:
then the radio finds none. So the radio starts before the firmware is loaded, and meanwhile threads
that do nothing hold stacks as large as what the system must keep. Then the threads end, and their
stacks are the system's again as soon as it is idle for a moment: so there is a pause for it,
before the first turn of the sharing task, which may not be over for seconds.

Between two stacks lies a pin, a few bytes of the system that are never given back (an open name in
its table of settings, which has no end in MicroPython). So the pieces stay apart: when the heap is
full although much was let go of, it grows by one of them, not by all that the system has, and
gives it back when nothing is left in it.
"""

from micropython import const

_PIECE_BYTES = const(5120)  # what the heap may still take at once; a thread takes 360 bytes more
_PIECES = const(6)
_PINS = const(2)
# The first ones only fill the small holes that the start of the radio has left.
_FIRST_PINS = const(20)
_PINNED = "amppool"
_IDLE_MS = const(100)


class Reserve:
    """A context: PIECES of the system's memory stay out of Python's heap, and apart for ever.

    thread: the module `_thread`; table: esp32.NVS; sleep_ms: of the module `time`.
    """

    def __init__(self, thread, table, sleep_ms):
        self._thread = thread
        self._table = table
        self._sleep_ms = sleep_ms
        self._lock = thread.allocate_lock()

    def __enter__(self):
        self._lock.acquire()
        self._thread.stack_size(_PIECE_BYTES)
        try:
            self._pin(_FIRST_PINS)
            for _ in range(_PIECES):
                self._thread.start_new_thread(self._hold, ())
                self._pin(_PINS)
        except OSError:
            pass  # a start that failed is tried again: the heap has its size already
        finally:
            self._thread.stack_size(0)
        return self

    def _hold(self):
        with self._lock:
            pass

    def _pin(self, count):
        for _ in range(count):
            self._table(_PINNED)

    def __exit__(self, *_):
        self._lock.release()
        self._sleep_ms(_IDLE_MS)
