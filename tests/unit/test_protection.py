# SPDX-License-Identifier: MIT
"""Faults: what stops charging, how fast, what latches, and how often it is tried again."""

import pytest
from core import reasons
from core.connector import pilot_duty, pilot_state, protection
from core.connector.on_demand.state_words import state_name
from tests.unit.connector_bench import Bench, grant

MINUTE_MS = 60000
HOUR_MS = 60 * MINUTE_MS


def test_numbers_that_stand_in_the_source_twice_are_the_same():
    """const() takes no number of another file."""
    assert protection._BIT_0 == reasons.VENTILATION == min(protection._ORDER)
    assert protection._AGREE_MS == 2 * pilot_state.AGAIN_MS


def stopped(bench, limit_ms=8000):
    return bench.run(limit_ms, lambda: not bench.closed)


def break_it(bench, fault):
    """Bring about the cause of a fault that a vehicle or its cable brings."""
    if fault == reasons.DIODE:
        bench.diode = False
    elif fault == reasons.PILOT_SHORT:
        bench.letter = "E"
    elif fault == reasons.NO_DATA:
        bench.no_sample = True
    elif fault == reasons.PROXIMITY:
        bench.cable_ma = 0
    elif fault == reasons.VENTILATION:
        bench.letter = "D"
    elif fault == reasons.OVERCURRENT:
        bench.draw_ma = (bench.offered_ma + 1000, 0, 0)
    elif fault == reasons.NOT_CLOSED:
        bench.stuck_open = True
    elif fault == reasons.RCM:
        bench.rcm = True


def mend(bench):
    bench.diode, bench.letter, bench.no_sample, bench.cable_ma = True, "C", False, 63000
    bench.draw_ma, bench.stuck_open, bench.rcm = (6000, 0, 0), False, False


# The fault, the last reading before the output went off, ms.
VEHICLE_FAULTS = [(reasons.DIODE, 40), (reasons.PILOT_SHORT, 40), (reasons.NO_DATA, 60),
                  (reasons.PROXIMITY, 40), (reasons.VENTILATION, 40), (reasons.OVERCURRENT, 2000),
                  (reasons.NOT_CLOSED, 1000)]


@pytest.mark.parametrize("start_ms", [0, 2**30 - 60000, 2**30 - 3000])
@pytest.mark.parametrize("fault, within_ms", VEHICLE_FAULTS + [(reasons.RCM, 40)])
def test_a_fault_opens_the_contactor_at_once_and_ends_the_offer(fault, within_ms, start_ms):
    bench = Bench(start_ms).charge()
    break_it(bench, fault)
    assert stopped(bench) == within_ms
    assert (bench.connector.fault, bench.connector.reason) == (fault, fault)
    assert (bench.duty, bench.snapshot().cap_ma) == (pilot_duty.X1_U16, 0)


@pytest.mark.parametrize("fault, within_ms", VEHICLE_FAULTS)
def test_a_fault_latches_for_a_minute_though_its_cause_is_gone(fault, within_ms):
    bench = Bench().charge()
    break_it(bench, fault)
    assert stopped(bench) is not None
    mend(bench)
    assert bench.run(MINUTE_MS - 100, lambda: not bench.connector.fault) is None
    assert bench.run(1000, lambda: not bench.connector.fault) is not None
    assert bench.run(9000, lambda: bench.closed) is not None


# After that many, a slow vehicle has been given less, and has had one more retry.
RETRIES = [(reasons.DIODE, 5), (reasons.PILOT_SHORT, 5), (reasons.NO_DATA, 5),
           (reasons.PROXIMITY, 5), (reasons.OVERCURRENT, 6), (reasons.NOT_CLOSED, 5),
           (reasons.VENTILATION, 5)]


def locked(fault, retries, wait_ms=MINUTE_MS):
    bench = Bench().charge()
    use_retries(bench, fault, retries, wait_ms)
    break_it(bench, fault)
    assert stopped(bench) is not None
    bench.run(3 * MINUTE_MS)
    assert bench.connector.fault == fault
    # Where the cause can be seen without an offer, it is what is shown while it lasts.
    if fault not in (reasons.DIODE, reasons.OVERCURRENT, reasons.NOT_CLOSED):
        assert bench.connector.reason == fault
    mend(bench)
    return bench


@pytest.mark.parametrize("fault, retries", RETRIES)
def test_after_five_retries_it_is_tried_an_hour_after_the_cause_is_gone_and_says_so(
        fault, retries):
    bench = locked(fault, retries)
    bench.run(1000)
    assert (bench.connector.fault, bench.connector.reason) == (fault, reasons.LOCKED)
    assert bench.run(HOUR_MS, lambda: not bench.connector.fault) >= HOUR_MS - 4 * MINUTE_MS
    assert bench.run(9000, lambda: bench.closed) is not None
    break_it(bench, fault)  # the retry that came back is used again
    assert stopped(bench) is not None
    mend(bench)
    assert bench.run(HOUR_MS - 2000, lambda: not bench.connector.fault) is None


@pytest.mark.parametrize("fault, retries", [*RETRIES, (reasons.RCM, 3)])
def test_a_fault_that_waits_can_be_cleared_by_its_owner(fault, retries):
    bench = locked(fault, retries, 15 * MINUTE_MS if fault == reasons.RCM else MINUTE_MS)
    assert bench.run(20 * MINUTE_MS, lambda: not bench.connector.fault) is None
    bench.connector.clear_fault()
    assert bench.run(9000, lambda: bench.closed) is not None


def test_a_residual_current_that_comes_a_fourth_time_waits_for_the_owner():
    bench = locked(reasons.RCM, 3, 15 * MINUTE_MS)
    bench.run(3 * HOUR_MS)
    assert (bench.connector.fault, bench.connector.reason) == (reasons.RCM, reasons.RCM)


def test_six_short_faults_20_minutes_apart_do_not_end_a_session_for_good():
    bench = Bench().charge()
    for _ in range(6):
        bench.run(19 * MINUTE_MS)
        break_it(bench, reasons.PROXIMITY)
        bench.run(100)
        mend(bench)
    bench.run(MINUTE_MS)
    assert bench.connector.reason == reasons.LOCKED
    assert bench.run(HOUR_MS, lambda: bench.closed) is not None


def test_a_retry_comes_back_with_each_hour_without_a_fault():
    bench = Bench().charge()
    use_retries(bench, reasons.DIODE, 5)
    bench.run(2 * HOUR_MS + 1000)
    use_retries(bench, reasons.DIODE, 2)
    break_it(bench, reasons.DIODE)
    stopped(bench)
    mend(bench)
    bench.run(1000)
    assert bench.connector.reason == reasons.LOCKED


def use_retries(bench, fault, count, wait_ms=MINUTE_MS):
    for _ in range(count):
        break_it(bench, fault)
        assert stopped(bench) is not None
        mend(bench)
        assert bench.run(wait_ms + 9000, lambda: bench.closed) >= wait_ms


def test_the_owner_s_word_gives_all_retries_back():
    bench = Bench().charge()
    use_retries(bench, reasons.DIODE, 5)
    break_it(bench, reasons.DIODE)
    bench.run(200)
    mend(bench)
    bench.connector.clear_fault()
    assert bench.run(9000, lambda: bench.closed) is not None
    use_retries(bench, reasons.DIODE, 5)


def test_the_next_vehicle_has_its_own_retries():
    bench = Bench().charge()
    use_retries(bench, reasons.DIODE, 4)
    bench.letter = "A"
    bench.run(200)
    bench.letter = "C"
    assert bench.run(9000, lambda: bench.closed) is not None
    use_retries(bench, reasons.DIODE, 5)


@pytest.mark.parametrize("fault, within_ms", VEHICLE_FAULTS)
def test_an_unplug_ends_a_fault_of_the_vehicle_and_its_retries(fault, within_ms):
    bench = Bench().charge()
    for _ in range(7):
        break_it(bench, fault)
        assert stopped(bench) is not None
        mend(bench)
        bench.letter = "A"
        bench.run(200)
        assert bench.connector.fault == 0
        bench.letter = "C"
        assert bench.run(9000, lambda: bench.closed) is not None


def test_a_residual_current_outlives_the_vehicle_and_its_cause_must_be_gone():
    bench = Bench().charge()
    bench.rcm = True
    bench.run(100)
    bench.letter = "A"
    bench.run(16 * MINUTE_MS)
    assert bench.connector.fault == reasons.RCM
    bench.rcm = False
    bench.run(40)
    assert bench.connector.fault == 0


def test_clearing_a_fault_whose_cause_is_present_latches_it_again():
    bench = Bench().charge()
    bench.rcm = True
    bench.run(100)
    bench.connector.clear_fault()
    bench.run(100)
    assert (bench.connector.fault, bench.closed) == (reasons.RCM, False)


def test_a_contactor_that_stays_closed_is_welded_until_the_power_is_cycled():
    bench = Bench().charge()
    bench.welded = True
    bench.letter = "B"
    assert bench.run(3000, lambda: bench.connector.fault) == 40 + 20 + 1000
    bench.run(40)
    assert (state_name(bench.connector), bench.duty) == ("F", pilot_duty.F_U16)
    assert bench.snapshot().possible_ma == (16000, 0, 0)
    bench.welded = False
    bench.connector.clear_fault()
    bench.run(60 * MINUTE_MS)
    assert (bench.connector.fault, bench.duty) == (reasons.WELDED, pilot_duty.F_U16)


def test_a_welded_contactor_shows_by_its_draw_where_there_is_no_feedback():
    bench = Bench(feedback=False).charge()
    bench.welded = True
    bench.letter = "B"
    assert 5000 <= bench.run(9000, lambda: bench.connector.fault) <= 5100
    assert bench.connector.fault == reasons.WELDED


def test_what_flows_through_a_contactor_that_should_be_open_is_possible():
    bench = Bench(feedback=False).charge()
    bench.welded = True
    bench.letter = "B"
    bench.run(1000)
    assert not bench.closed and not bench.connector.fault
    assert bench.snapshot().possible_ma == (16000, 0, 0)
    bench.run(9000)
    assert bench.connector.fault == reasons.WELDED
    assert bench.snapshot().possible_ma == (16000, 0, 0)


def test_a_welded_contactor_of_the_last_run_is_remembered():
    bench = Bench(feedback=False)
    bench.connector.protection.weld()
    bench.allowed = grant(16000)
    bench.letter = "C"
    bench.run(2 * HOUR_MS)
    assert (bench.connector.fault, bench.duty) == (reasons.WELDED, pilot_duty.F_U16)
    assert len(bench.trace) <= 3 and not any(row[1][1] for row in bench.trace)


def test_a_draw_that_the_meter_still_shows_after_opening_is_not_welded():
    bench = Bench(feedback=False).charge()
    bench.welded = True
    bench.letter = "B"
    bench.run(4000)
    bench.welded = False
    bench.run(3000)
    assert bench.connector.fault == 0


def test_a_more_serious_fault_takes_the_place_of_another():
    bench = Bench().charge()
    break_it(bench, reasons.PROXIMITY)
    bench.run(100)
    break_it(bench, reasons.RCM)
    bench.run(100)
    assert bench.connector.fault == reasons.RCM
    bench.diode = False
    bench.run(100)
    assert bench.connector.fault == reasons.RCM


def test_a_pilot_output_that_does_not_follow_opens_the_contactor():
    bench = Bench().charge(32000, draw_ma=(5000, 0, 0))
    bench.deaf = True
    bench.allowed = grant(6000)
    assert stopped(bench) == 220
    assert bench.connector.fault == reasons.PILOT_FAULT


def test_until_the_output_reads_back_lower_the_higher_offer_counts():
    bench = Bench().charge(32000, draw_ma=(5000, 0, 0))
    bench.deaf = True
    bench.allowed = grant(6000)
    bench.run(100)
    assert bench.snapshot().offered_ma == 32000
    bench.deaf = False
    bench.run(40)
    assert bench.snapshot().offered_ma == 6000
    assert bench.snapshot().tail_ms > 4900


@pytest.mark.parametrize("draw_ma, opened_ms", [(16820, None), (16821, 2000)])
def test_excess_of_more_than_half_an_amp_and_two_percent_is_allowed_for_2_s(draw_ma, opened_ms):
    bench = Bench().charge()
    bench.draw_ma = (draw_ma, 0, 0)
    assert stopped(bench) == opened_ms


def test_the_clock_of_excess_is_not_reset_by_new_grants():
    bench = Bench().charge(10000)
    bench.run(6000)
    bench.draw_ma = (14000, 0, 0)
    bench.run(1000)
    bench.allowed = grant(16000)
    bench.run(900)
    assert bench.offered_ma == 16000
    assert stopped(bench) == 100
    assert bench.connector.fault == reasons.OVERCURRENT


@pytest.mark.parametrize("released, fault", [(True, 0), (False, reasons.OVERCURRENT)])
def test_what_woke_on_a_phase_is_no_excess_once_its_guard_is_released(released, fault):
    bench = Bench(wired=7).charge(16000, 1 if released else 7)
    bench.run(6000)
    bench.draw_ma = (16000, 800, 0) if released else (17000, 800, 0)
    bench.run(100)  # before the guard has opened the contactor
    bench.allowed = grant(16000, 7)
    bench.run(100)
    bench.draw_ma = (16000, 16000, 0) if released else (17000, 16000, 0)
    assert stopped(bench, 5000) == (None if released else 1800)
    assert bench.connector.fault == fault


def test_a_vehicle_that_obeys_within_2_s_may_follow_the_next_grant():
    bench = Bench().charge(10000)
    bench.run(6000)
    bench.draw_ma = (14000, 0, 0)
    bench.run(1000)
    bench.draw_ma = (10000, 0, 0)
    bench.allowed = grant(16000)
    bench.run(100)
    bench.draw_ma = (16000, 0, 0)
    assert stopped(bench) is None


def test_after_a_decrease_excess_begins_only_when_the_old_offer_is_5_s_old():
    bench = Bench().charge(20000)
    bench.allowed = grant(10000)
    assert 7000 <= stopped(bench) <= 7100
    assert bench.connector.fault == reasons.OVERCURRENT


def test_the_excess_of_a_stepwise_decrease_is_counted_from_the_first_one():
    bench = Bench().charge(20000)
    bench.allowed = grant(16000)
    bench.run(500)
    bench.allowed = grant(10000)
    bench.run(5500)
    # 16 A are exceeded since 20 A were 5 s old. Now even 16 A are, and 16.5 A are excess too.
    bench.draw_ma = (16500, 0, 0)
    assert 1000 <= stopped(bench) <= 1100


def test_ventilation_that_is_fitted_lets_a_vehicle_charge_in_d():
    bench = Bench(ventilation=True).charge()
    bench.letter = "D"
    bench.run(5000)
    assert (bench.closed, state_name(bench.connector)) == (True, "D2")


def test_an_open_socket_without_a_cable_is_no_fault():
    bench = Bench()
    bench.cable_ma = 0
    bench.run(1000)
    assert bench.connector.fault == 0
    bench.plug("B")
    assert bench.connector.fault == reasons.PROXIMITY
