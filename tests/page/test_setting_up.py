# SPDX-License-Identifier: MIT
"""Setting up on virtual units: from six boards that were never set up to a group that shares and
has tested itself, and all that a unit refuses on the way."""

import pytest

from tests.page.wizard import Wizard


@pytest.mark.parametrize("lang, theme", [("en", "light"), ("nl", "dark")])
def test_six_blank_boards_become_a_group_that_shares_and_passes_its_self_test(
        fleet, visit, lang, theme):
    boards = fleet(blank=True)
    wizard = Wizard(boards, visit, "wizard-%s-%s" % (lang, theme), lang=lang, theme=theme)
    wizard.whole()
    live = boards.do(boards.simulation.firmware.in_force, boards.node(1).program)
    assert live == (60_000, True)
    wizard.page.click("a[href='#sheet']")
    wizard.page.wait_for_selector(".sheet")
    wizard.shot("6-sheet")
    assert len(wizard.page.query_selector_all(".sheet tbody tr")) == 6
    assert wizard.page.get_attribute("html", "lang") == lang
