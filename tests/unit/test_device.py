# SPDX-License-Identifier: MIT
"""The unit on a chip: the timer after an error, calls while it runs, and a radio that is dead."""

import asyncio
import sys
from importlib import import_module
from types import SimpleNamespace

import pytest

from core.load import NotLoaded, let_go
from core.timing import Timing
from tests.fakes import loaded
from tests.fakes.chip import Machine, Time

CONTACTOR = {"pins": [32, 27], "active_level": 1, "min_on_ms": 0, "min_off_ms": 0}
PILOT = {"pwm_pin": 19, "adc_pin": 36, "offset_mv": 1338, "gain_mv_per_v_x10": 1021}
ERRORS = (RuntimeError("x"), MemoryError(), KeyboardInterrupt(), OSError(5), SystemExit())

class Reset(Exception):
    """machine.reset() does not return."""


class Board:
    """A device with contactor and pilot of a real board; its unit closes it at each step."""

    def __init__(self, monkeypatch):
        self.time = time = Time(100000)
        self.machine = machine = Machine(time)
        machine.reset = self.reset
        monkeypatch.setitem(sys.modules, "machine", machine)
        for name in ("device.device", "hal.board"):
            monkeypatch.delitem(sys.modules, name, raising=False)
        # Not `from app import`: that would find what an earlier test has left there.
        module = import_module("device.device")
        from hal.clock import Clock
        from hal.contactor import Contactor
        from device.last_run import LastRun
        from hal.pilot import ControlPilot
        self.module = module
        self.ill = False
        self.lease = "live"
        self.fails = None
        self.steps = self.resets = self.went_on = 0
        self.leads = []  # what the radio was told
        hardware = SimpleNamespace(
            clock=Clock(time), contactor=Contactor(CONTACTOR, machine, time),
            pilot=ControlPilot(PILOT, machine, time), polls=(), bench=None,
            radio=SimpleNamespace(wants_reset=lambda: self.ill, lead=self.leads.append))
        self.device = device = module.Device(SimpleNamespace(), hardware.radio)
        device.hardware = hardware
        machine.cause = machine.HARD_RESET
        device.last_run = LastRun(machine)
        from app.unit import Unit
        device.unit = SimpleNamespace(
            charge_step=self.charge_step, halt=lambda: Unit.halt(device.unit), hal=hardware,
            goes_on=self.goes_on,
            connector=SimpleNamespace(offered_ma=16000),
            member=SimpleNamespace(has_lease=lambda now_ms: self.lease == "live",
                                   leader=None, codec=None))
        self.closes = True

    def reset(self):
        self.resets += 1
        raise Reset

    def goes_on(self):
        self.went_on += 1

    def charge_step(self, now_ms):
        self.steps += 1
        hardware = self.device.hardware
        if self.closes:
            hardware.contactor.write(True)
            hardware.pilot.write(17000)
        if self.fails is not None:
            raise self.fails

    def run(self, steps):
        for _ in range(steps):
            self.time.sleep_ms(20)
            self.device._step(None)

    def next_run(self):
        from device.last_run import LastRun
        return LastRun(self.machine)

    def levels(self):
        return self.machine.levels[32], self.machine.levels[27], self.machine.pwms[0].duty_u16()


@pytest.fixture
def board(monkeypatch):
    return Board(monkeypatch)


def test_a_timer_that_fires_no_more_is_started_again(board):
    """Seen on an emulated chip, whose timer had lost an alarm: the watchdog would have come."""
    started = []
    board.device._timer = SimpleNamespace(init=lambda **how: started.append(how))
    board.machine.Timer = SimpleNamespace(PERIODIC=1)
    mind, now_ms = board.device._mind_timer, board.device.hardware.clock.now_ms
    mind(now_ms())  # no step yet: it has not been started
    board.run(5)
    for _ in range(24):
        board.time.sleep_ms(20)
        mind(now_ms())
    assert started == [] and board.device.timer_restarts == 0
    board.time.sleep_ms(20)
    mind(now_ms())
    assert [how["period"] for how in started] == [20] and board.device.timer_restarts == 1
    assert started[0]["callback"] == board.device._step
    board.run(5)
    mind(now_ms())
    assert len(started) == 1
    board.device.end(RuntimeError("over"))
    board.time.sleep_ms(5000)
    mind(now_ms())
    assert len(started) == 1


def test_a_file_that_was_loaded_shows_that_the_unit_is_well(board, monkeypatch):
    """Each gives the sharing task its second anew, and nothing else does."""
    board.run(3)
    assert board.went_on == 1  # those of the start
    board.run(100)
    assert board.went_on == 1
    for n in range(10):
        monkeypatch.setitem(sys.modules, "core.loaded_%d" % n, None)
        board.run(40)
    assert board.went_on == 11
    monkeypatch.delitem(sys.modules, "core.loaded_0")
    board.run(500)
    assert board.went_on == 12


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_after_an_error_in_the_pilot_path_nothing_closes_again(board, error):
    board.run(10)
    assert board.levels() == (1, 1, 17000)
    board.fails = error
    board.run(1)
    assert board.levels()[:2] == (0, 0)
    board.fails = None
    board.run(500)
    assert board.levels() == (0, 0, 65535) and board.steps == 11
    assert board.device._error is error


def test_the_tasks_end_the_unit_with_the_error_of_the_pilot_path(board, monkeypatch):
    async def for_ever():
        while True:
            await asyncio.sleep(0)
    monkeypatch.setattr(asyncio, "sleep_ms", lambda ms: asyncio.sleep(0), raising=False)
    board.device.unit.share = for_ever
    board.device._housekeeping = for_ever
    board.device._prompt = SimpleNamespace(run=for_ever)
    board.fails = RuntimeError("in the pilot path")
    board.run(1)
    with pytest.raises(RuntimeError, match="in the pilot path"):
        asyncio.run(board.device._tasks())


def test_whoever_ends_it_has_it_open_at_once_and_for_good(board):
    board.run(10)
    board.device.end(SystemExit("factory reset"))
    assert board.levels()[:2] == (0, 0)
    board.run(10)
    assert board.levels() == (0, 0, 65535)


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_one_that_ended_stays_open_and_leaves_whoever_is_at_the_prompt_their_time(board, error):
    begun = []
    board.device.hardware.watchdog = SimpleNamespace(begin=begun.append)
    board.run(10)
    board.device.stopped(error, 600000)
    assert board.levels() == (0, 0, 65535) and begun == [600000]
    words = "stopped at the prompt" if isinstance(error, KeyboardInterrupt) else "a program error"
    assert board.next_run().words == words


def test_one_that_ended_before_it_had_a_unit_says_so_too(board):
    board.device.unit = None
    board.device.stopped(OSError(5), 600000)
    assert board.next_run().words == "a program error"


# ---- a radio that is dead

def minutes_until_reset(board, most=200):
    for minute in range(most):
        try:
            board.device._mind_radio(board.device.hardware.clock.now_ms())
        except Reset:
            return minute
        board.time.sleep_ms(60000)
    return None


def test_a_board_whose_radio_is_dead_starts_again_where_nothing_charges_each_time_later(board):
    from device.last_run import LastRun
    board.ill = True
    waited = []
    for _ in range(10):
        waited.append(minutes_until_reset(board))
        board.device._deaf_ms = None
        board.device.last_run = LastRun(board.machine)  # as the next start finds it
    assert waited == [1, 2, 4, 8, 16, 32, 64, 64, 64, 64]
    assert not board.device.last_run.locked


def test_a_vehicle_that_charges_by_its_fallback_is_interrupted_for_the_radio_after_an_hour(board):
    board.ill = True
    board.run(10)
    board.lease = "fallback"
    assert minutes_until_reset(board) == 60
    assert board.levels()[:2] == (0, 0)


def test_a_vehicle_that_charges_under_a_lease_is_not(board):
    board.ill = True
    board.run(10)
    assert minutes_until_reset(board) is None and board.levels()[0] == 1


def test_a_radio_that_works_again_in_time_costs_nothing(board):
    for _ in range(10):
        board.ill = not board.ill
        board.device._mind_radio(board.device.hardware.clock.now_ms())
        board.time.sleep_ms(59000)
    assert board.resets == 0


# ---- calls while it runs

@pytest.fixture
def turns(board, monkeypatch):
    """How often another task had a turn while something was answered."""
    had = []

    async def sleep_ms(ms):
        had.append(ms)
    monkeypatch.setattr(asyncio, "sleep_ms", sleep_ms, raising=False)
    monkeypatch.setitem(sys.modules, "esp32", SimpleNamespace())
    let_go()
    return had


def test_before_and_after_an_answer_the_other_tasks_have_their_turn(board, turns, capsys):
    asyncio.run(board.device._answer("help_me()"))
    assert turns == [0] * 5 and "While the unit runs: amppool_health()" in (
        capsys.readouterr().out)


@pytest.mark.parametrize("error, said", (
    (NotLoaded("answer could not be loaded: try again"), "answer could not be loaded: try again."),
    (MemoryError("no memory"), "no memory.")))
def test_an_answer_that_cannot_be_loaded_is_refused_and_the_unit_goes_on(
        board, turns, monkeypatch, capsys, error, said):
    def fails(*path):
        raise error
    monkeypatch.setattr(board.module, "load", fails)
    asyncio.run(board.device._answer("status()"))
    assert capsys.readouterr().out == "Refused: %s\n" % said and turns == [0, 0]


def test_any_file_of_an_answer_that_is_missing_makes_it_a_refusal(board, turns, monkeypatch,
                                                                  capsys):
    """Each of them once: nothing else is printed, and the next time it works."""
    board.device.unit.errors = ()
    board.device._supervisor.device = board.device

    def answer(missing):
        let_go()
        flash.wanted.clear()
        flash.missing = missing
        asyncio.run(board.device._answer("limit(20)"))
        return capsys.readouterr().out
    with loaded.flash(monkeypatch) as flash:
        answered = answer(0)
        files = len(flash.wanted)
        assert files >= 3 and answered.startswith("Refused: ")
        for missing in range(1, files + 1):
            assert "could not be loaded: try again" in answer(missing)
        assert answer(0) == answered


# ---- a program that hangs

def test_watchdog_and_the_members_second_leave_the_boot_2_s_of_a_hang():
    """The watchdog is fed for MEMBER_MS after the sharing task's last turn; then it has its own
    time (design 3, `hang`)."""
    device, unit = import_module("device.device"), import_module("app.unit")
    assert device._WATCHDOG_MS + unit.MEMBER_MS <= Timing().hang_ms - 2000


def test_the_long_watchdog_of_the_start_ends_before_a_fallback_could_be_offered():
    """Rule 4: without a lease nothing before lease + grow. A first turn that hangs ends before."""
    timing, unit = Timing(), import_module("app.unit")
    device = import_module("device.device")
    assert device._START_WATCHDOG_MS + unit.MEMBER_MS < timing.lease_ms + timing.grow_ms


def test_after_its_first_turn_the_watchdog_has_its_usual_time(board):
    begun = []
    board.device.hardware.watchdog = SimpleNamespace(begin=begun.append)
    with pytest.raises(AttributeError):  # this board has no lights
        board.device._housekeeping().send(None)
    assert begun == [board.module._WATCHDOG_MS]


def test_where_memory_is_short_what_was_loaded_goes(board, monkeypatch):
    """Found on MicroPython with a board's heap: while a page was open, a change of the group was
    not in force after 36 s, for what it needed could not be loaded."""
    gone = []
    monkeypatch.setattr(board.module, "let_go", lambda: gone.append(True))
    device, free = board.device, [9999]
    device.hardware.heap_free = lambda: free[0]
    device._resident = len(sys.modules) - 1
    device.relieve(10000)
    assert len(gone) == 1
    device.relieve(9999)
    free[0], device._resident = 0, len(sys.modules)  # nothing could be let go of
    device.relieve(10000)
    assert len(gone) == 1


def test_what_gives_memory_back_may_find_none_for_itself(board, monkeypatch):
    """It comes before a turn of the sharing task, which would end the unit."""
    def no_memory():
        raise MemoryError

    board.device._resident = 0
    board.device.hardware.heap_free = lambda: 0
    monkeypatch.setattr(board.module, "let_go", no_memory)
    board.device.relieve(10000)
    board.device.hardware.heap_free = no_memory
    board.device.relieve(10000)


def test_a_file_is_not_loaded_where_there_is_no_room_for_it(board, monkeypatch):
    collected = []
    monkeypatch.setattr(board.module, "gc", SimpleNamespace(collect=lambda: collected.append(1)))
    device, rooms = board.device, [3072]
    device.hardware.heap_free = lambda: rooms.pop(0)
    assert device.has_room() and collected == []
    rooms[:] = [3071, 3072]
    assert device.has_room() and collected == [1]
    rooms[:] = [3071, 3071]
    assert not device.has_room() and collected == [1, 1]


def test_memory_is_given_back_once_a_second_and_before_what_is_stored():
    from app.unit import Unit
    from tests.unit.test_app_unit import BOARD, GOOD, board as hal
    unit, wanted = Unit(dict(GOOD, role="leader", limit_a=40), BOARD, hal()), []
    unit.relieve = wanted.append
    now_ms = unit.hal.clock.now_ms()
    unit.tick_once(now_ms)
    assert wanted[0] == 10240 and unit.member.dirty is False
    del wanted[:]
    unit.tick_once(now_ms + 500)
    assert wanted == []
    unit.tick_once(now_ms + 1000)
    assert wanted == [10240]


def test_before_a_record_is_made_and_before_it_is_written_memory_is_given_back():
    from app.unit import RECORD, Unit
    from tests.unit.test_app_unit import BOARD, LEADER, board as hal, leads
    chip, wanted = hal(leads()), []
    unit = Unit(LEADER, BOARD, chip)
    write = chip.store.write

    def noted(key, data):
        wanted.append(key)
        return write(key, data)

    chip.store.write = noted
    unit.relieve = wanted.append
    chip.run(unit, 4000)
    assert wanted[:4] == [10240, 14336, 10240, RECORD]
