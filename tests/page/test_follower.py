# SPDX-License-Identifier: MIT
"""The page of a unit that does not lead, login, and what happens when nobody answers."""

import pytest

from tests.page.browser import blank, follower, log_in, six
from tests.page.test_group import says, text
from tests.page.world import Board


def test_a_follower_shows_itself_and_names_its_leader(serve, visit):
    page = visit(serve(follower()))
    says(page, "Follows its leader, Garage left.")
    assert page.eval_on_selector_all("nav a", "all => all.map(one => one.hash)") == [
        "#live", "#sessions", "#troubles"]
    assert "Limit, names and units are changed on Garage left." in text(page)
    assert "Breaker 32 A" in text(page) and page.query_selector("[data-do=promote]") is None


@pytest.mark.parametrize("lang, early", [("en", "Leader heard"), ("nl", "Leider")])
def test_a_follower_is_made_the_leader_after_the_leader_died(serve, visit, lang, early):
    world = follower(silent_ms=12_000)
    server = serve(world)
    page = visit(server, lang=lang)
    page.wait_for_selector("[data-do=promote]")
    page.click("[data-do=promote] .p")
    page.wait_for_selector("#old-off-error .err")
    page.check("#old-off")
    page.fill("#own-code", world.me.code)
    page.click("[data-do=promote] .p")
    page.wait_for_selector("#promote-error .err")
    assert early in text(page, "#promote-error")
    world.leader_heard_at -= 30_000
    page.check("#old-off")
    page.click("[data-do=promote] .p")
    page.wait_for_selector("nav a[href='#units']")
    assert world.role == "leader"
    assert server.posts("promote")[-1] == {"old_leader_has_no_power": True}


def test_a_follower_changes_its_own_breaker(serve, visit):
    world = follower()
    server = serve(world)
    page = visit(server, hash_="own")
    page.select_option("#breaker", "25")
    page.click("main form .p")
    log_in(page, world.me.code)
    page.wait_for_function("() => document.getElementById('breaker')?.value === '25'")
    page.click("main form .p")
    says(page, "Breaker 25 A")
    assert server.posts("set") == [{"changes": {"breaker_a": 25}}] * 2 and world.me.breaker_a == 25


@pytest.mark.parametrize("role, why, sentence", [
    ("stopped", ([53], "Two units lead this group: stopped."), "Two units lead this group"),
    ("waiting", ([48], "In a group, leader not heard yet."), "leader not heard yet"),
    ("removed", ([27], "Removed from the group: set it up anew."), "Removed from the group")])
def test_a_unit_outside_its_group_says_why(serve, visit, role, why, sentence):
    world = follower()
    world.role, world.me.why, world.leader_heard_at = role, why, None
    page = visit(serve(world))
    says(page, sentence)
    assert bool(page.query_selector("[data-do=leadAgain]")) == (role == "stopped")


def test_a_wrong_code_does_not_log_in(serve, visit):
    server = serve(six())
    page = visit(server, hash_="login")
    log_in(page, "0000-0000-0000-1")
    page.wait_for_selector("#code-error .err")
    assert server.posts("login") == []  # a typing error is not sent
    log_in(page, Board(None, 7).code)
    says(page, "That is not the code of this unit.")
    assert not server.world.session
    log_in(page, server.world.me.code)
    page.wait_for_selector("[data-do=logOut]")
    secret = server.world.me.code
    assert all(secret not in str(body) for _, body in server.asked)
    page.click("[data-do=logOut]")
    page.wait_for_selector("a[href='#login']")


def test_a_scanned_label_logs_in_and_leaves_the_address(serve, visit):
    world = six()
    server = serve(world)
    page = visit(server, hash_="k=%s.%s" % (world.me.serial, world.me.code))
    page.wait_for_selector("[data-do=logOut]")
    assert world.me.code not in page.url and world.session


def test_a_scanned_label_of_another_unit_fills_its_field(serve, visit):
    world = blank(speed=60)
    server = serve(world)
    page = visit(server, hash_="login")
    log_in(page, world.me.code)
    page.wait_for_selector("#step-1")
    page.select_option("#breaker", "32")
    page.select_option("#phases", "L1")
    page.click("main button.p")
    board = world.new[1]
    page.wait_for_selector("#found-" + board.serial)
    page.goto(server.url + "#k=%s.%s" % (board.serial, board.code))
    page.wait_for_selector("#code-" + board.serial)
    assert page.input_value("#code-" + board.serial).replace("-", "") == board.code
    assert board.code not in page.url


def test_old_figures_are_marked_and_nothing_is_sent(serve, visit):
    world = six()
    server = serve(world)
    page = visit(server, hash_="login")
    log_in(page, world.me.code)
    page.wait_for_selector("[data-do=logOut]")
    page.goto(server.url + "#units")
    page.clock.install()
    server.down = True
    page.clock.run_for(30_000)
    page.wait_for_selector(".strip")
    assert "No answer for" in text(page, ".strip")
    assert "stale" in page.get_attribute("main", "class")
    page.click("[data-do=addUnits]")
    page.wait_for_selector("#add-error .err")
    assert text(page, "#add-error") == "Not sent. No answer from the unit."
    server.down = False
    page.clock.run_for(20_000)
    page.wait_for_selector(".strip", state="detached")
    assert server.posts("pair") == []


def test_a_busy_unit_is_said_at_the_button(serve, visit):
    world = six()
    server = serve(world)
    page = visit(server, hash_="login")
    log_in(page, world.me.code)
    page.wait_for_selector("[data-do=logOut]")
    page.goto(server.url + "#units")
    server.busy = True
    page.click("[data-do=addUnits]")
    says(page, "The unit is busy.")


def test_the_language_is_the_browsers_and_can_be_changed(serve, visit):
    page = visit(serve(six()), lang="nl")
    assert page.get_attribute("html", "lang") == "nl"
    page.click("[data-do=language]")
    says(page, "Troubles")
    page.reload()
    says(page, "Troubles")


def test_what_is_typed_and_focused_stays_while_figures_change(serve, visit):
    world = six()
    page = visit(serve(world), hash_="unit/2")
    page.fill("#cap", "19")
    world.board(2).draws_a = 12.5
    says(page, "12.5")
    assert page.input_value("#cap") == "19"
    assert page.evaluate("document.activeElement.id") == "cap"
