# SPDX-License-Identifier: MIT
"""The wizard on virtual units: what it asks for, what is refused on the way, and where that
stands."""

import time

import pytest

from app import web
from host_tools.simulate.hal import label_code_of
from tests.page import wizard
from tests.page.browser import shot
from tests.page.test_units import says, text


def error(page, field):
    """The refusal at a field."""
    page.wait_for_selector("#%s-error .err" % field)
    return text(page, "#%s-error" % field)


def test_what_must_be_chosen_is_asked_for_and_breakers_are_those_of_the_region(fleet, visit):
    page = visit(fleet(blank=True, units=2).url())
    page.click(wizard.NEXT)
    assert "region" in error(page, "region")
    page.select_option("#region", "iec")
    page.click(wizard.NEXT)
    assert "breaker" in error(page, "breaker")
    page.wait_for_function("() => document.activeElement.id === 'breaker'")
    sizes = "all => all.map(one => +one.value)"
    assert page.eval_on_selector_all("#breaker option", sizes)[1:] == [
        10, 13, 16, 20, 25, 32, 40, 50, 63]
    page.select_option("#region", "us")
    assert page.eval_on_selector_all("#breaker option", sizes)[1:] == [15, 20, 30, 40, 50, 60]
    page.select_option("#breaker", "40")
    says(page, "32 A", "main form")
    page.click(wizard.NEXT)
    assert "phases" in error(page, "phases")


@pytest.fixture
def pairing(fleet, visit):
    """A leader in the wizard that looks for units, one of which was set up: its fleet and page."""
    group = fleet(blank=True, units=3, speed=5)
    group.set_up(2)
    page = visit(group.url())
    wizard.this_unit(page, group.code())
    page.wait_for_selector("#found-%s [data-do=add]" % group.serial(2))
    return group, page


def test_a_typing_error_is_not_sent_and_a_wrong_code_says_how_many_tries_are_left(pairing):
    group, page = pairing
    serial, code = group.serial(2), group.code(2)
    join = "#found-%s form button.p" % serial
    wizard.join(page, serial, code[:-1] + ("0" if code[-1] != "0" else "1"))
    assert "No try was used" in error(page, "code-" + serial)
    page.fill("#code-" + serial, code[:5])
    page.click(join)
    assert "5 of 13" in error(page, "code-" + serial)
    page.fill("#code-" + serial, group.code(3))
    page.click(join)
    says(page, "5 tries left")
    shot(page, "wrong-code")
    page.fill("#code-" + serial, code.lower().replace("0", "o").replace("1", "l"))
    page.click(join)
    page.wait_for_selector("#in-2")


def test_units_that_cannot_join_are_shown_with_the_reason_and_one_can_blink(pairing):
    group, page = pairing
    says(page, "Choose its breaker and phases first", "#not-" + group.serial(3))
    node = group.node(2)
    before_ms = group.do(lambda: node.program.member.blink_ms)
    page.click("#found-%s [data-do=blinkFound]" % group.serial(2))
    page.wait_for_selector("[data-do=blinkFound][aria-pressed=true]")
    group.until(lambda: node.program.member.blink_ms >= before_ms + 20_000)


def test_six_wrong_codes_close_pairing_and_the_page_says_for_how_long(pairing):
    group, page = pairing
    serial = group.serial(2)
    page.click("#found-%s [data-do=add]" % serial)
    for tries in range(6):
        page.fill("#code-" + serial, label_code_of("wrong %d" % tries))
        page.click("#found-%s form button.p" % serial)
        says(page, "%d tries left" % (5 - tries) if tries < 5 else "Pairing is closed for")


def test_a_scanned_label_of_another_unit_fills_its_field(pairing):
    group, page = pairing
    page.goto("%s#k=%s.%s" % (group.url(), group.serial(2), group.code(2)))
    page.wait_for_selector("#code-" + group.serial(2))
    assert page.input_value("#code-" + group.serial(2)).replace("-", "") == group.code(2)
    assert group.code(2) not in page.url


def test_the_limit_is_checked_while_it_is_typed_and_by_the_unit(fleet, owner):
    group = fleet()
    page = owner(group, "setup/3")
    page.wait_for_function("() => document.getElementById('limit')?.dataset.high === '191'")
    page.fill("#limit", "30")
    assert "at least 36 A: 6 A for each of 6 units" in error(page, "limit")
    assert text(page, "tfoot td:last-child") == "–"
    page.fill("#limit", "192")
    assert "at most 191 A" in error(page, "limit")
    page.click(wizard.NEXT)
    page.wait_for_function("() => document.activeElement.id === 'limit'")
    page.fill("#limit", "50")
    page.wait_for_selector("#limit-error .err", state="detached")
    cells = page.eval_on_selector_all("td:last-child", "all => all.map(one => one.innerText)")
    assert cells == ["8.3\u00a0A"] * 6 + ["49.8\u00a0A"]
    page.check("#mode-minimum")
    assert text(page, "tfoot td:last-child") == "36.0 A"
    page.click("[data-do=more]")
    assert page.input_value("#limit") == "51"
    group.paused = True
    group.ask(1, "hand_over", 2)
    page.click(wizard.NEXT)
    error(page, "limit")  # what only the unit knows stands there too


def test_another_group_on_the_air_must_be_explained_before_sharing_is_switched_on(fleet, owner):
    group = fleet()
    group.ask(1, "enable", False)
    group.later(30)
    group.paused = True
    codec, node = group.node().program.member.codec, group.node()

    def hear():
        codec.foreign, codec.foreign_ms = 7, node.local_ms()
    group.do(hear)
    page = owner(group, "setup/4")
    page.wait_for_selector("#foreign-no")
    page.click("[data-do=switchOn]")
    error(page, "foreign")
    page.check("#foreign-yes")
    page.click("[data-do=switchOn]")
    assert "first" in error(page, "foreign")
    page.check("#foreign-no")
    page.click("[data-do=switchOn]")
    wizard.step(page, 5)
    group.paused = False
    page.wait_for_selector("[role=timer]")


def test_a_self_test_is_refused_while_a_unit_is_missing_and_fails_when_one_is_lost(fleet, owner):
    group = fleet()
    group.power(4, False)
    group.later(30)
    page = owner(group, "test", lang="nl")
    page.click("[data-do=startTest]")
    assert "De test wil elk laadpunt horen." in error(page, "test")
    group.power(4, True)
    group.later(60)
    group.paused = True  # however slowly the browser goes on
    page.click("[data-do=startTest]")
    page.wait_for_selector("[role=timer]")
    group.later(20)
    group.hears(4, False)
    group.later(60)
    says(page, "Niet geslaagd")
    assert "Carport viel niet zelf terug." in text(page)
    shot(page, "test-failed-nl")


def test_a_busy_unit_is_asked_again_when_it_says_and_nothing_is_marked_as_old(
        fleet, owner, monkeypatch):
    group = fleet()
    page = owner(group, "units")
    at_s = []
    monkeypatch.setattr(web.Web, "_short", lambda self: True)
    page.on("request", lambda request: at_s.append(time.monotonic())
            if request.method == "GET" else None)
    with page.expect_response(lambda answer: answer.status == 503):
        pass
    page.click("[data-do=addUnits]")
    says(page, "It is busy.")
    assert page.query_selector(".strip") is None
    gaps_s = [after - before for before, after in zip(at_s[1:], at_s[2:])]
    assert len(gaps_s) > 2 and min(gaps_s) > 0.2  # 2 s, eight times as fast
    monkeypatch.undo()
    page.click("[data-do=addUnits]")
    page.wait_for_selector("[data-do=look],.turns")
