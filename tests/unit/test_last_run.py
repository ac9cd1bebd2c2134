# SPDX-License-Identifier: MIT
"""How the last run ended: what RTC memory keeps, and the lock that nothing but its owner lifts."""

import pytest
from core.load import load
from device import last_run

from tests.fakes.chip import Machine, Time


@pytest.fixture
def machine():
    return Machine(Time(1000))


def test_three_watchdog_resets_within_ten_minutes_lock(machine):
    machine.cause = machine.PWRON_RESET
    assert not last_run.LastRun(machine).locked
    machine.cause = machine.WDT_RESET
    assert [last_run.LastRun(machine).locked for _ in range(3)] == [False, False, True]


def test_a_long_run_between_two_watchdog_resets_starts_the_count_anew(machine):
    machine.cause = machine.WDT_RESET
    for _ in range(2):
        run = last_run.LastRun(machine)
    run.note(last_run.RUNNING, 601)
    assert not last_run.LastRun(machine).locked


def test_loss_of_power_and_the_owner_unlock(machine):
    machine.cause = machine.WDT_RESET
    for _ in range(3):
        run = last_run.LastRun(machine)
    load("device", "last_run").unlock(run)
    assert not last_run.LastRun(machine).locked


def test_garbage_in_rtc_memory_is_no_count(machine):
    machine.rtc = b"\xff" * 10
    assert not last_run.LastRun(machine).locked


def test_the_lock_stays_whatever_number_of_resets_follows(machine):
    """The counter was one byte: at the 256th it was 0."""
    machine.cause = machine.WDT_RESET
    locked = [last_run.LastRun(machine).locked for _ in range(600)]
    assert locked == [False, False] + [True] * 598
    run = last_run.LastRun(machine)
    run._count = 60000
    run.note(last_run.RUNNING, 0)
    assert last_run.LastRun(machine).locked and last_run.LastRun(machine).locked


def test_the_lock_does_not_hang_on_one_copy(machine):
    machine.cause = machine.WDT_RESET
    for _ in range(3):
        run = last_run.LastRun(machine)
    assert run.locked
    whole = machine.rtc
    machine.cause = machine.HARD_RESET
    for at in range(len(whole)):
        machine.rtc = whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1:]
        assert last_run.LastRun(machine).locked, at
    for broken in (whole[:17] + b"\xff" * 17, b"\xff" * 17 + whole[17:], whole[:17]):
        machine.rtc = broken
        assert last_run.LastRun(machine).locked


def test_resets_for_the_radio_are_counted_until_it_works_or_power_is_lost(machine):
    machine.cause = machine.HARD_RESET
    for count in range(3):
        run = last_run.LastRun(machine)
        assert run.radio_resets == count
        run.note(last_run.RADIO, 0)
    assert last_run.LastRun(machine).words == "a radio that did not work"
    run = last_run.LastRun(machine)
    assert run.radio_resets == 3 and not run.locked
    run.radio_resets = 0  # as housekeeping does
    run.note(last_run.RUNNING, 30)
    assert last_run.LastRun(machine).radio_resets == 0
    run.radio_resets = 5
    run.note(last_run.RADIO, 0)
    machine.cause = machine.PWRON_RESET
    assert last_run.LastRun(machine).radio_resets == 0
