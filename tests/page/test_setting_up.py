# SPDX-License-Identifier: MIT
"""Setting up on virtual units: from six boards that were never set up to a group that shares and
has tested itself, and all that a unit refuses on the way."""

import pytest

from tests.page.wizard import Wizard


@pytest.mark.parametrize("lang, theme", [("en", "light"), ("nl", "dark")])
def test_six_blank_boards_become_a_group_that_shares_and_passes_its_self_test(
        fleet, visit, lang, theme):
    boards = fleet(blank=True)
    if lang != "en":  # once at their own pages is enough
        for n in range(2, 7):
            boards.set_up(n)
    wizard = Wizard(boards, visit, "wizard-%s-%s" % (lang, theme), lang=lang, theme=theme)
    wizard.whole(own_pages=lang == "en")
    live = boards.do(boards.simulation.firmware.in_force, boards.node(1).program)
    assert live == (60_000, True)
    wizard.page.click("a[href='#sheet']")
    wizard.page.wait_for_selector(".sheet")
    wizard.shot("6-sheet")
    assert len(wizard.page.query_selector_all(".sheet tbody tr")) == 6
    assert wizard.page.get_attribute("html", "lang") == lang


@pytest.mark.parametrize("how", ("reload", pytest.param("silence", marks=pytest.mark.long)))
def test_a_reload_or_a_lost_connection_in_any_step_loses_nothing(fleet, visit, how):
    boards = fleet(blank=True, units=3)

    def disturb(page):
        if how == "reload":
            page.reload()
        else:
            page.context.set_offline(True)
            page.wait_for_timeout(1500)  # tries that fail
            page.context.set_offline(False)
        page.wait_for_selector("main h1")
    boards.set_up(2)
    boards.set_up(3)
    wizard = Wizard(boards, visit, disturb=disturb)
    wizard.leader()
    wizard.found([2, 3])
    wizard.add([2, 3])
    wizard.limit("40")
    wizard.test()
    in_force = boards.do(boards.simulation.firmware.in_force, boards.node(1).program)
    assert in_force == (40_000, True)
