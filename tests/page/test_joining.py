# SPDX-License-Identifier: MIT
"""The wizard's first steps while something comes in between: an answer that is lost, a unit that
is busy, an owner who types the next code already."""

import json

import pytest

from tests.page import wizard

_BUSY = {"status": 503, "headers": {"Retry-After": "1"}, "content_type": "application/json",
         "body": '{"busy":true}'}


@pytest.fixture
def pairing(fleet, visit):
    """A leader in the wizard that has found units which were set up: their fleet, and its page."""
    def begin(units, speed=20, **more):
        group = fleet(blank=True, units=units, speed=speed, **more)
        for n in range(2, units + 1):
            group.set_up(n)
        page = visit(group.url())
        wizard.this_unit(page, group.code())
        for n in range(2, units + 1):
            page.wait_for_selector("#found-%s [data-do=add]" % group.serial(n))
        return group, page
    return begin


def calls_of(page, name, answer=lambda route, args, number: route.continue_()):
    """[arguments] of the page's calls of this name; answer(route, arguments, how many before)."""
    seen = []

    def on_call(route):
        seen.append(json.loads(route.request.post_data))
        answer(route, seen[-1], len(seen) - 1)
    page.route("**/api/" + name, lambda route: on_call(route)
               if route.request.method == "POST" else route.continue_())
    return seen


def labels(group, numbers):
    """Lines of scanned labels."""
    return ["#k=%s.%s" % (group.serial(n), group.code(n)) for n in numbers]


@pytest.mark.parametrize("name", ("set", "rename"))
def test_a_lost_answer_keeps_its_owner_at_the_step(fleet, visit, name):
    group = fleet(blank=True, units=2)
    page = visit(group.url())
    lost = []

    def answer(route, args, number):
        response = route.fetch()
        if lost or response.status != 200:
            return route.fulfill(response=response)
        lost.append(args)
        return route.abort()
    calls_of(page, name, answer)
    wizard.this_unit(page, group.code())
    page.wait_for_selector("main .err")
    assert page.inner_text("main .err") == "Not sent. No answer from the unit."
    page.wait_for_timeout(500)  # it has been asked how it stands
    assert page.input_value("#name") == "Garage left"
    page.click(wizard.NEXT)
    wizard.step(page, 2)
    assert lost
    assert group.ask(1, "members")[0]["name"] == "Garage left"


def test_a_call_that_is_lost_or_finds_the_unit_busy_is_made_again(pairing):
    group, page = pairing(4)

    def answer(route, args, number):
        if number == 0:
            return route.abort()  # never arrived
        if number < 6:
            return route.fulfill(**_BUSY)  # more often than a request has patience
        return route.continue_()
    calls = calls_of(page, "pair", answer)
    wizard.join_all(page, labels(group, (2, 3, 4)))
    page.wait_for_selector("#in-4", timeout=60000)
    page.wait_for_selector("#codes", state="detached")
    assert [call["serial"] for call in calls] == [group.serial(n) for n in [2] * 7 + [3, 4]]


def test_a_call_whose_answer_was_lost_is_not_made_again(pairing):
    group, page = pairing(3, speed=2)

    def answer(route, args, number):
        if number == 0:
            assert route.fetch().status == 200
            return route.abort()
        return route.continue_()
    calls = calls_of(page, "pair", answer)
    wizard.join_all(page, labels(group, (2, 3)))
    page.wait_for_selector("#in-3", timeout=60000)
    page.wait_for_selector("#codes", state="detached")
    assert [call["serial"] for call in calls] == [group.serial(2), group.serial(3)]


def test_what_is_never_answered_is_said_and_no_code_is_lost(pairing):
    group, page = pairing(3)
    calls = calls_of(page, "pair", lambda route, args, number: route.abort())
    wizard.join_all(page, labels(group, (2, 3)))
    for _ in range(200):
        if len(calls) == 3:
            break
        page.wait_for_timeout(50)
    page.wait_for_function("() => !document.getElementById('all').dataset.busy")
    assert "No answer" in page.inner_text("#codes-error .err")
    assert len(calls) == 3
    assert page.input_value("#codes").split() == labels(group, (2, 3))
    page.unroute("**/api/pair")
    page.click("main .box button.p")
    page.wait_for_selector("#in-3", timeout=60000)


def test_small_units_join_all_at_once_though_few_of_them_may_not_have_the_limit_of_all(pairing):
    group, page = pairing(6, nameplate_a=16)  # two of them: at most 32 A; six want 36 A
    calls = calls_of(page, "limit")
    wizard.join(page, group.serial(2), group.code(2))
    page.wait_for_selector("#in-2")
    wizard.join_all(page, labels(group, (3, 4, 5, 6)))
    page.wait_for_selector("#in-6", timeout=30000)
    assert calls[-1] == {"amps": 36}


def test_the_next_code_can_be_typed_while_a_unit_joins(pairing):
    group, page = pairing(3, speed=5)
    serial, code = group.serial(3), group.code(3)
    wizard.join(page, group.serial(2), group.code(2))
    page.click("#found-%s [data-do=add]" % serial)
    page.fill("#code-" + serial, code[:6])
    page.wait_for_selector("#in-2")
    page.wait_for_function("() => document.getElementById('toast').textContent")
    assert page.input_value("#code-" + serial).replace("-", "") == code[:6]
    assert page.evaluate("document.activeElement.id") == "code-" + serial
    page.keyboard.type(code[6:])
    page.keyboard.press("Enter")
    page.wait_for_selector("#in-3")


def test_codes_stay_where_nobody_is_found_for_a_moment(pairing):
    group, page = pairing(3)
    page.click("[data-do=allCodes]")
    page.fill("#codes", "ABCD")
    page.route("**/api/pairing", lambda route: route.fulfill(json={
        "open": True, "left_ms": 1000, "closed_ms": None, "tries": None, "result": None,
        "found": []}))
    page.wait_for_selector("[data-do=allCodes]", state="detached")
    page.unroute("**/api/pairing")
    page.wait_for_selector("[data-do=allCodes]")
    assert page.input_value("#codes") == "ABCD"
