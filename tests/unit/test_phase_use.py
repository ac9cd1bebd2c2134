# SPDX-License-Identifier: MIT
"""Rule 14 in the unit: which wired phases a vehicle does not use."""

import pytest

from core.allocation.phase_use import PhaseUse

NOW = 2 ** 30 - 10000


def used(draw_ma, seconds=21, offered_ma=16000, closed=True, wired=7, use=None):
    use = use or PhaseUse(wired)
    for ms in range(0, seconds * 1000 + 1, 500):
        use.step(NOW + ms, draw_ma, offered_ma, closed)
    return use


def test_a_phase_without_current_for_20_s_is_not_wanted():
    assert used((16000, 0, 499), 19).wanted(False) == 0b111
    assert used((16000, 0, 499), 20).wanted(False) == 0b001


def test_half_an_ampere_is_use():
    assert used((16000, 500, 0)).wanted(False) == 0b011


@pytest.mark.parametrize("state", [
    dict(closed=False), dict(offered_ma=5900), dict(draw_ma=(3999, 0, 0))])
def test_only_a_vehicle_that_charges_shows_what_it_uses(state):
    """Rule 14: under 0.5 A at 6 A or more on the others."""
    state = dict(dict(draw_ma=(16000, 0, 0)), **state)
    assert used(**state).wanted(False) == 0b111


def test_a_phase_that_is_not_wired_is_never_wanted():
    assert used((16000, 0, 0), wired=0b011).wanted(False) == 0b001


def test_an_interruption_starts_the_20_s_again():
    use = used((16000, 0, 0), 15)
    use.step(NOW + 15500, (16000, 600, 600), 16000, True)
    assert used((16000, 0, 0), 19, use=use).wanted(False) == 0b111


def test_a_phase_in_use_after_all_is_wanted_again():
    use = used((16000, 0, 0))
    use.step(NOW + 30000, (16000, 700, 0), 16000, True)
    assert use.wanted(False) == 0b011


def test_a_pause_keeps_what_was_found_and_an_unplug_forgets_it():
    use = used((16000, 0, 0))
    use.step(NOW + 30000, (0, 0, 0), 0, False)
    assert use.wanted(False) == 0b001
    use.unplugged()
    assert use.wanted(False) == 0b111


def test_once_a_guard_has_tripped_all_phases_count():
    """Rule 14: until the vehicle is unplugged."""
    assert used((16000, 0, 0)).wanted(True) == 0b111
