# SPDX-License-Identifier: MIT
"""Every reason has one number that fits a report, one name and words for people."""

from app.on_demand import unit_reason
from core import reasons
from core.on_demand import reason_words

NUMBERS = {k: v for of in (reasons, unit_reason) for k, v in vars(of).items()
           if k.isupper() and not k.startswith("_") and k != "STEP_MA"}


def test_every_number_is_used_once_and_fits_one_byte():
    assert len(set(NUMBERS.values())) == len(NUMBERS) > 25
    assert all(0 < number < 256 for number in NUMBERS.values())


def test_every_reason_is_named_as_its_constant():
    assert {k: reason_words.name(v) for k, v in NUMBERS.items()} == {k: k.lower() for k in NUMBERS}


def test_every_reason_has_its_own_plain_words():
    words = [reason_words.words(number) for number in NUMBERS.values()]
    assert len(set(words)) == len(words)
    assert all(len(w) > 8 and "_" not in w for w in words)


def test_a_reason_of_a_newer_unit_is_shown_by_its_number():
    assert reason_words.name(250) == "reason_250"
    assert reason_words.words(250) == "unknown reason 250"


def test_numbers_that_travel_stay_what_they_are():
    """Numbers are in reports of units with other firmware: append only."""
    assert (reasons.LEASE, reasons.FALLBACK, reasons.REST, reasons.NO_VEHICLE, reasons.STALLED,
            reasons.RCM, reasons.OVERCURRENT, reasons.NOT_CLOSED) == (1, 2, 3, 16, 22, 32, 38, 41)
