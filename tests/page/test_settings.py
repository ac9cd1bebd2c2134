# SPDX-License-Identifier: MIT
"""What an owner changes at a unit or a group of virtual units, and what is refused."""

from tests.page.browser import log_in, shot
from tests.page.test_units import says, says_no_more, text


def test_a_change_that_waits_is_taken_back(fleet, owner):
    group = fleet()
    group.power(4, False)
    group.later(30)
    page = owner(group, "limit", lang="nl")
    page.fill("#limit", "50")
    page.click("main form .p")
    says(page, "Limiet van 60 A naar 50 A. Wacht op Carport.")
    page.click("[data-do=takeBack]")
    page.wait_for_selector("[data-do=takeBack]", state="detached")
    group.later(30)
    says(page, "60A", "main .act")
    assert group.simulation.limit_ma == 60_000


def test_a_dialog_keeps_everything_as_it_is_and_gives_the_focus_back(fleet, owner):
    group = fleet()
    page = owner(group, "unit/2")
    page.focus("#act-remove button")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog[open]", state="detached")
    page.wait_for_function("() => document.activeElement.dataset.do === 'remove'")
    assert len(group.ask(1, "members")) == 6


def test_a_name_is_changed_and_one_that_is_too_long_is_refused(fleet, owner):
    group = fleet()
    page = owner(group, "unit/2")
    page.click("#act-rename button")
    page.fill("#name", "é" * 20)
    page.click("#act-rename .p")
    page.wait_for_selector("#name-error .err")
    page.fill("#name", "<i>Yard</i> & co")
    page.click("#act-rename .p")
    says(page, "<i>Yard</i> & co", "h1")
    assert page.query_selector("h1 i") is None


def test_limits_of_one_unit_are_checked_and_saved(fleet, owner):
    group = fleet()
    page = owner(group, "unit/2")
    page.fill("#max_a", "26")
    page.click("main form .p")
    page.wait_for_selector("#max_a-error .err")
    assert "6 to 25 A" in text(page, "#max_a-error")
    page.fill("#max_a", "20")
    page.click("main form .p")
    says(page, "Done.")
    page.click("#allowed")
    page.wait_for_selector("#allowed[aria-checked=false]")
    group.later(20)
    says(page, "Paused by its owner.")
    page.goto(group.url() + "#unit/1")
    page.wait_for_selector("#priority")
    page.fill("#priority", "10")
    page.click("main form .p")
    page.wait_for_selector("#priority-error .err")


def test_a_leader_with_members_is_not_reset_and_a_follower_is(fleet, owner):
    group = fleet()
    page = owner(group, "unit/1")
    page.click("[data-do=reset]")
    page.click("dialog .d")
    page.wait_for_selector("#dialog-error .err")
    assert "other units" in text(page, "dialog") or "and over" in text(page, "dialog")
    page = owner(group, "live", n=3)
    page.click("[data-do=reset]")
    page.click("dialog .d")
    page.wait_for_selector("dialog[open]", state="detached")


def test_sharing_is_switched_off_only_after_a_question(fleet, owner):
    group = fleet()
    page = owner(group, "units")
    page.click("#sharing")
    page.wait_for_selector("dialog[open]")
    page.click("dialog .d")
    page.wait_for_selector("#sharing[aria-checked=false]")
    page.goto(group.url() + "#live")
    says(page, "Sharing is off. No unit charges.")
    page.goto(group.url() + "#units")
    page.click("#sharing")
    page.wait_for_selector("#sharing[aria-checked=true]")


def test_three_phases_have_a_bar_each_and_the_fullest_is_named(fleet, visit):
    group = fleet(phases={1: "L1L2L3", 2: "L1L2L3", 3: "L1L2L3", 5: "L2"})
    page = visit(group.url())
    says(page, "in use on L1")
    assert len(page.query_selector_all(".ph .bar")) == 3
    shot(page, "three-phases")


def test_a_follower_shows_itself_names_its_leader_and_changes_its_own_breaker(fleet, visit):
    group = fleet()
    page = visit(group.url(4))
    says(page, "Follows its leader, Unit 1.")
    assert page.eval_on_selector_all("nav a", "all => all.map(one => one.hash)") == [
        "#live", "#sessions", "#troubles"]
    assert "Limit, names and units are changed on Unit 1." in text(page)
    page.click("a[href='#own']")
    page.select_option("#breaker", "25")
    page.click("main form .p")
    log_in(page, group.code(4))
    page.wait_for_function("() => document.getElementById('breaker')?.value === '25'")
    page.click("main form .p")
    says(page, "Breaker off, 10 s, on.")  # it counts after the next start


def test_a_removed_unit_says_so_on_its_own_page(fleet, visit):
    group = fleet()
    group.ask(1, "remove", 4)
    group.later(60)
    says(visit(group.url(4)), "In no group.")


def test_a_wrong_code_does_not_log_in(fleet, visit):
    group = fleet(units=2)
    page = visit(group.url(), hash_="login")
    log_in(page, "0000-0000-0000-1")
    page.wait_for_selector("#code-error .err")
    says_no_more(page, "not the code of this unit")  # a typing error is not sent
    log_in(page, group.code(2))
    says(page, "hat is not the code of this unit.")
    group.later(3)
    log_in(page, group.code())
    page.wait_for_selector("[data-do=logOut]")
    page.click("[data-do=logOut]")
    page.wait_for_selector("a[href='#login']")


def test_a_scanned_label_logs_in_and_leaves_the_address(fleet, visit):
    group = fleet(units=2)
    page = visit(group.url(), hash_="k=%s.%s" % (group.serial(1), group.code()))
    page.wait_for_selector("[data-do=logOut]")
    assert group.code() not in page.url


def test_the_language_is_the_browsers_and_can_be_changed(group, visit):
    page = visit(group.url(), lang="nl")
    assert page.get_attribute("html", "lang") == "nl"
    page.click("[data-do=language]")
    says(page, "Troubles")
    page.reload()
    says(page, "Troubles")


def test_what_is_typed_and_focused_stays_while_figures_change(fleet, visit):
    group = fleet()
    page = visit(group.url(), hash_="unit/2")
    page.fill("#max_a", "19")
    group.ask(1, "cap", 2, 8)
    group.later(20)
    says(page, "8.0A")
    assert page.input_value("#max_a") == "19"
    assert page.evaluate("document.activeElement.id") == "max_a"


def test_the_last_hours_can_be_read_with_the_keyboard(fleet, visit):
    group = fleet()
    group.later(600)
    page = visit(group.url())
    page.wait_for_selector("#plot svg")
    page.focus("#chart-time")
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.getElementById('chart-time').getAttribute("
                           "'aria-valuetext').includes('Garage left')")
    assert "in use" in text(page, "#reading")
