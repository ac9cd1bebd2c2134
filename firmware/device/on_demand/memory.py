# SPDX-License-Identifier: MIT
"""Memory of the system, kept from Python while Python loads the firmware.

Python's heap doubles whenever it is full, and takes for it all that the system has left: then the
radio finds none. So the radio starts before the firmware is loaded, and meanwhile a thread that
does nothing holds a stack as large as what the system must keep. When the firmware is there, the
thread ends, and its stack is the system's again.
"""

from micropython import const

KEEP_BYTES = const(36864)  # with what else is left: 33 KB, an access point running


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
