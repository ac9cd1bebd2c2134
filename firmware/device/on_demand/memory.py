# SPDX-License-Identifier: MIT
"""Memory of the system, kept from Python while Python loads the firmware.

Python's heap doubles whenever it is full, and takes for it all that the system has left: then the
radio finds none. So the radio starts before the firmware is loaded, and meanwhile a thread that
does nothing holds a stack as large as what the system must keep. What the firmware leaves of the
heap is full of small holes, where a file that is wanted later finds no room; so Python takes what
is left beside the thread while that is still there: one piece, and not all. Then the thread ends,
and its stack is the system's again.
"""

from micropython import const

KEEP_BYTES = const(24576)  # with what else is left: 29 KB
_PIECE_BYTES = const(8192)  # no hole is so large, and what is left beside the thread is larger


class Reserve:
    """A context: so many bytes of the system's memory stay out of Python's heap.

    thread: the module `_thread`.
    """

    def __init__(self, thread, size=KEEP_BYTES):
        self._thread = thread
        self._size = size
        self._lock = thread.allocate_lock()

    def __enter__(self):
        self._lock.acquire()
        self._thread.stack_size(self._size)
        try:
            self._thread.start_new_thread(self._lock.acquire, ())
        except OSError:
            pass  # a start that failed is tried again: the heap has its size already
        finally:
            self._thread.stack_size(0)
        return self

    def __exit__(self, *_):
        self._lock.release()


def grow():
    """Let Python's heap take what is left now, in one piece, if it is worth it."""
    try:
        bytearray(_PIECE_BYTES)
    except MemoryError:
        pass  # what there is was taken before
