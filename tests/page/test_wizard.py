# SPDX-License-Identifier: MIT
"""Setting up: from boards that were never set up to a group that shares and has tested itself."""

import pytest

from tests.page import wizard
from tests.page.browser import blank, log_in, six
from tests.page.codes import code


@pytest.fixture
def fresh(serve, visit):
    """A board that was never set up, five others, and its page."""
    server = serve(blank(speed=60))
    return server.world, server, visit(server)


def error(page, field):
    """The refusal at a field."""
    page.wait_for_selector("#%s-error .err" % field)
    return page.inner_text("#%s-error" % field)


@pytest.mark.parametrize("lang, theme", [
    ("en", "light"), pytest.param("nl", "dark"),
    pytest.param("en", "dark", marks=pytest.mark.long),
    pytest.param("nl", "light", marks=pytest.mark.long)])
def test_six_boards_become_a_group_that_shares_and_passes_its_self_test(serve, visit, lang, theme):
    server = serve(blank(speed=60))
    page, world = visit(server, lang=lang, theme=theme), server.world
    wizard.whole(page, world, "wizard-%s-%s" % (lang, theme))
    assert [board.n for board in world.members] == [1, 2, 3, 4, 5, 6] and world.enabled
    assert world.limit_ma == 60_000 and world.test()["passed"] and world.me.name == "Garage left"
    assert len(page.query_selector_all(".sheet tbody tr")) == 6
    assert page.inner_text("html") and page.get_attribute("html", "lang") == lang


def test_what_must_be_chosen_is_asked_for_at_its_field(fresh):
    world, server, page = fresh
    page.click("main button.p")
    assert "breaker" in error(page, "breaker")
    assert page.evaluate("document.activeElement.id") == "breaker"
    page.select_option("#breaker", "32")
    page.click("main button.p")
    assert "phases" in error(page, "phases") and server.posts("set") == []


def test_breakers_are_those_of_the_region(fresh):
    _, _, page = fresh
    sizes = page.eval_on_selector_all("#breaker option", "all => all.map(one => +one.value)")
    assert sizes[1:] == [10, 13, 16, 20, 25, 32, 40, 50, 63]
    page.select_option("#region", "us")
    sizes = page.eval_on_selector_all("#breaker option", "all => all.map(one => +one.value)")
    assert sizes[1:] == [15, 20, 30, 40, 50, 60]
    page.select_option("#breaker", "40")
    assert "32\u00a0A" in page.inner_text("main form")


def test_a_typing_error_is_not_sent_and_a_wrong_code_says_how_many_tries_are_left(fresh):
    world, server, page = fresh
    wizard.this_unit(page, world)
    board, other = world.new[0], world.new[1]
    page.wait_for_selector("#found-" + board.serial)
    wizard.join_one(page, board, board.code[:-1] + ("0" if board.code[-1] != "0" else "1"))
    assert "No try was used" in error(page, "code-" + board.serial)
    swapped = board.code[0] + board.code[2] + board.code[1] + board.code[3:]
    assert swapped != board.code
    page.fill("#code-" + board.serial, swapped)
    page.click("#found-%s form button.p" % board.serial)
    assert "No try was used" in error(page, "code-" + board.serial)
    assert all(not body for body in server.posts("pair"))
    page.fill("#code-" + board.serial, other.code)
    page.click("#found-%s form button.p" % board.serial)
    page.wait_for_function("() => document.body.innerText.includes('5 tries left')")
    page.fill("#code-" + board.serial, board.code.lower().replace("0", "o").replace("1", "l"))
    page.click("#found-%s form button.p" % board.serial)
    page.wait_for_selector("#in-2")


def test_six_wrong_codes_close_pairing_and_the_page_says_for_how_long(serve, visit):
    server = serve(blank(speed=2))
    world, page = server.world, visit(server)
    wizard.this_unit(page, world)
    board = world.new[0]
    page.wait_for_selector("#found-" + board.serial)
    page.click("#found-%s [data-do=add]" % board.serial)
    for tries in range(6):
        page.fill("#code-" + board.serial, code("0000000000%02X" % tries))
        page.click("#found-%s form button.p" % board.serial)
        wrong = "%d tries left" % (5 - tries) if tries < 5 else "Pairing is closed for"
        page.wait_for_function("text => document.body.innerText.includes(text)", arg=wrong)


def test_units_that_cannot_join_are_shown_with_the_reason(serve, visit):
    world = blank(speed=60)
    world.new[0].why_not, world.new[0].text = "other_group", "In another group."
    world.new[1].why_not, world.new[1].text = "comet", "It <b>fell</b> from the sky."
    server = serve(world)
    page = visit(server, lang="nl")
    wizard.this_unit(page, world)
    page.wait_for_selector("#not-" + world.new[0].serial)
    assert "In een andere groep." in page.inner_text("#not-" + world.new[0].serial)
    assert "It <b>fell</b> from the sky." in page.inner_text("#not-" + world.new[1].serial)


def test_the_limit_is_checked_while_it_is_typed(serve, visit):
    server = serve(six(enabled=False))
    page = visit(server, hash_="setup/3")
    page.fill("#limit", "30")
    assert "at least 36\u00a0A: 6\u00a0A for each of 6 units" in error(page, "limit")
    assert page.inner_text("tfoot td:last-child") == "–"
    page.fill("#limit", "169")
    assert "at most 168\u00a0A" in error(page, "limit")
    page.click("main .bs.e .p")
    page.wait_for_timeout(50)
    assert server.posts("limit") == [] and page.evaluate("document.activeElement.id") == "limit"
    page.fill("#limit", "50")
    page.wait_for_selector("#limit-error .err", state="detached")
    cells = page.eval_on_selector_all("td:last-child", "all => all.map(one => one.innerText)")
    assert cells == ["8.3\u00a0A"] * 6 + ["49.8\u00a0A"]
    page.check("#mode-minimum")
    assert page.inner_text("tfoot td:last-child") == "36.0\u00a0A"
    page.click("[data-do=more]")
    assert page.input_value("#limit") == "51"


def test_a_refusal_of_the_unit_stands_at_the_limit(serve, visit):
    world = six(enabled=False)
    server = serve(world)
    page = visit(server, hash_="login")
    log_in(page, world.me.code)
    page.wait_for_selector("[data-do=logOut]")
    page.goto(server.url + "#setup/3")
    wizard.step(page, 3)
    world.members = world.members[:2]  # since the page looked
    world.members[0].breaker_a = 10
    page.fill("#limit", "55")
    page.click("main .bs.e .p")
    assert "too high" in error(page, "limit")


def test_another_group_on_the_air_must_be_explained_before_sharing_is_switched_on(serve, visit):
    world = six(enabled=False)
    world.extra.append({"code": "foreign", "args": [-60], "since_ms": 5000, "unit": None,
                        "what": "Another AmpPool group is heard at -60 dBm.", "do": ["Find it."]})
    server = serve(world)
    page = visit(server, hash_="setup/4")
    page.wait_for_selector("#foreign-no")
    page.click("[data-do=switchOn]")
    error(page, "foreign")
    page.check("#foreign-yes")
    page.click("[data-do=switchOn]")
    assert "first" in error(page, "foreign") and server.posts("enable") == []
    page.check("#foreign-no")
    page.click("[data-do=switchOn]")
    log_in(page, world.me.code)
    wizard.step(page, 4)
    assert page.is_checked("#foreign-no")
    page.click("[data-do=switchOn]")
    wizard.step(page, 5)
    assert server.posts("enable") == [{"on": True}] * 2 and world.enabled


def test_a_self_test_that_fails_says_what_to_do(serve, visit):
    world = six(speed=120)
    world.test_fails, world.tested_at = (3,), world.now() - 60_000
    page = visit(serve(world), hash_="setup/5")
    page.wait_for_selector(".todo li")
    assert "antenna of Workshop" in page.inner_text(".todo") and page.query_selector("#test")


def test_a_self_test_is_refused_while_a_unit_is_missing(serve, visit):
    world = six()
    world.lose(4)
    server = serve(world)
    page = visit(server, hash_="test")
    page.click("#test")
    log_in(page, world.me.code)
    page.wait_for_selector("#test")
    page.click("#test")
    assert "missing" in error(page, "test")


@pytest.mark.parametrize("how", ("reload", pytest.param("silence", marks=pytest.mark.long)))
def test_a_reload_or_a_lost_connection_in_any_step_loses_nothing(serve, visit, how):
    server = serve(blank(speed=60))
    world, page = server.world, visit(server)

    def disturb():
        if how == "reload":
            page.reload()
        else:
            server.down = True
            page.wait_for_timeout(400)
            server.down = False
        page.wait_for_selector("main h1")
    disturb()
    wizard.this_unit(page, world)
    disturb()
    others = list(world.new)
    page.wait_for_selector("#found-" + others[0].serial)
    wizard.join_one(page, others[0])
    disturb()
    page.wait_for_selector("#in-2", timeout=10000)
    wizard.join_all(page, others[1:], 6)
    wizard.go_on(page, 3)
    disturb()
    page.fill("#limit", "60")
    wizard.go_on(page, 4)
    disturb()
    page.click("[data-do=switchOn]")
    wizard.step(page, 5)
    disturb()
    page.wait_for_selector("a[href='#sheet']", timeout=15000)
    assert len(world.members) == 6 and world.enabled and world.limit_ma == 60_000
