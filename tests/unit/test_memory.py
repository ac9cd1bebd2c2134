# SPDX-License-Identifier: MIT
"""Memory that Python must leave to the system: held while the firmware is loaded, then given."""

import pytest
from device.on_demand.memory import KEEP_BYTES, Reserve


class Thread:
    """`_thread`: a thread's stack comes from the system's memory."""

    def __init__(self, free=100000):
        self.free = free
        self.size = 0
        self.waiting = []

    def allocate_lock(self):
        return Lock(self)

    def stack_size(self, size):
        self.size = size

    def start_new_thread(self, function, arguments):
        if self.size > self.free:
            raise OSError("can't create thread")
        self.free -= self.size
        self.waiting.append((function.__self__, self.size))


class Lock:
    def __init__(self, thread):
        self._thread = thread

    def acquire(self):
        pass

    def release(self):
        self._thread.free += sum(size for lock, size in self._thread.waiting if lock is self)
        self._thread.waiting = []


def test_it_is_kept_meanwhile_and_the_systems_afterwards():
    thread = Thread()
    with Reserve(thread):
        assert thread.free == 100000 - KEEP_BYTES
    assert thread.free == 100000 and thread.size == 0


def test_an_error_gives_it_back_too():
    thread = Thread()
    with pytest.raises(KeyError), Reserve(thread):
        raise KeyError
    assert thread.free == 100000


def test_where_there_is_no_room_the_firmware_is_loaded_all_the_same():
    thread = Thread(free=1000)
    with Reserve(thread):
        assert thread.free == 1000
    assert thread.free == 1000 and thread.size == 0
