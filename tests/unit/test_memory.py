# SPDX-License-Identifier: MIT
"""Memory that Python must leave to the system: held while the firmware is loaded, then given."""

import threading

import pytest
from device.on_demand.memory import Reserve


class Thread:
    """`_thread`, and the table of settings: what they take comes from the system's memory, one
    after the other."""

    def __init__(self, free=100000):
        self.free = free
        self.size = 0
        self.taken = []
        self.waiting = []

    def allocate_lock(self):
        return threading.Lock()

    def stack_size(self, size):
        self.size = size

    def start_new_thread(self, function, arguments):
        if self.size > self.free:
            raise OSError("can't create thread")
        self.free -= self.size
        self.taken.append("stack")
        self.waiting.append((threading.Thread(target=function, args=arguments), self.size))
        self.waiting[-1][0].start()

    def sleep_ms(self, ms):
        """Only while nobody runs does the chip give the stacks of threads that ended back."""
        assert 50 <= ms <= 200
        self.ended()

    def NVS(self, name):
        self.taken.append("pin")

    def ended(self):
        for thread, size in self.waiting:
            thread.join(10)
            assert not thread.is_alive()
            self.free += size


def test_pieces_are_kept_meanwhile_and_the_systems_afterwards():
    thread = Thread()
    with Reserve(thread, thread.NVS, thread.sleep_ms):
        assert thread.free == 100000 - 6 * 5120
    assert thread.free == 100000 and thread.size == 0


def test_between_two_pieces_something_stays_and_small_holes_are_filled_first():
    thread = Thread()
    with Reserve(thread, thread.NVS, thread.sleep_ms):
        pass
    first = thread.taken.index("stack")
    assert first >= 16
    assert "".join(what[0] for what in thread.taken[first:]) == "spp" * 6


def test_an_error_gives_it_back_too():
    thread = Thread()
    with pytest.raises(KeyError), Reserve(thread, thread.NVS, thread.sleep_ms):
        raise KeyError
    assert thread.free == 100000


@pytest.mark.parametrize("free", (1000, 20000))
def test_where_there_is_no_room_the_firmware_is_loaded_all_the_same(free):
    thread = Thread(free)
    with Reserve(thread, thread.NVS, thread.sleep_ms):
        assert thread.free == free % 5120
    assert thread.free == free and thread.size == 0


def test_a_table_of_settings_that_is_broken_does_not_prevent_the_start():
    thread = Thread()

    def broken(name):
        raise OSError("ESP_ERR_NVS")
    with Reserve(thread, broken, thread.sleep_ms):
        assert thread.size == 0
    assert thread.free == 100000
