# SPDX-License-Identifier: MIT
"""The PAGE's table of drills is the present one (tests/drills keeps its figures true)."""

import pytest

from host_tools.verify import drills

PAGE = drills.PAGE.read_text(encoding="utf-8")


def test_the_table_of_drills_is_the_present_one():
    assert drills.renewed(PAGE, drills.cases(), drills.stored()) == PAGE, (
        "run python -m host_tools drills --renew")


def test_an_old_table_is_replaced():
    old = PAGE.replace("| over-01a |", "| over-01 |")
    assert old != PAGE
    assert drills.renewed(old, drills.cases(), drills.stored()) == PAGE
    with pytest.raises(ValueError, match="no place"):
        drills.renewed("# Nothing", [], [])
