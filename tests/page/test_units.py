# SPDX-License-Identifier: MIT
"""A group of virtual units at work: lost and found, changed and repaired, as its owner sees it."""

import pytest

from tests.page.browser import shot

NBSP = "\u00a0"


def text(page, selector="main"):
    """What it says there."""
    return page.inner_text(selector).replace(NBSP, " ")


def says(page, sentence, within="body"):
    """Waits until the page says it."""
    page.wait_for_function(
        "([text, within]) => [...document.querySelectorAll(within)].some(one => "
        "one.innerText.replace(/\\u00a0/g, ' ').includes(text))", arg=[sentence, within])


def says_no_more(page, sentence):
    """Waits until it does not."""
    page.wait_for_function(
        "text => !document.body.innerText.replace(/\\u00a0/g, ' ').includes(text)", arg=sentence)


def amps(page, selector):
    """A figure, A."""
    return float(text(page, selector).strip("≈ ").split("A")[0].strip().replace(",", "."))


@pytest.mark.parametrize("lang, missing, held, found", [
    ("en", "Carport is missing.", "10.0 A is held for Carport", "All units are heard."),
    ("nl", "Carport ontbreekt.", "10,0 A blijft gereserveerd voor Carport",
     "Alle laadpunten worden gehoord.")])
def test_a_unit_is_lost_the_others_give_up_what_it_may_use_and_it_is_found(
        fleet, visit, lang, missing, held, found):
    group = fleet()
    page = visit(group.url(), lang=lang)
    says(page, found)
    before = amps(page, "#row-1 .n")
    assert page.query_selector(".bar .held") is None and page.query_selector("nav b") is None
    group.hears(4, False)
    group.later(40)
    says(page, held)
    assert text(page, ".bar .held") == "4" and text(page, "nav b").startswith("1")
    assert before - amps(page, "#row-1 .n") >= 2.5
    page.reload()
    says(page, missing)
    group.hears(4)
    group.later(60)
    page.wait_for_selector(".bar .held", state="detached")
    page.wait_for_function("least => parseFloat(document.querySelector('#row-1 .n').innerText"
                           ".replace(',', '.')) > least", arg=before - 1)


def test_why_a_unit_has_what_it_has_is_said_in_a_sentence(fleet, visit):
    group = fleet()
    page = visit(group.url())
    says(page, "Shares with the others.", "#row-1")
    group.ask(1, "cap", 5, 0)
    group.ask(1, "cap", 2, 10)
    group.later(30)
    for n, why in ((1, "Gets all that its car takes."), (2, "As much as you allow."),
                   (3, "Gets all that its car takes."), (4, "No vehicle connected."),
                   (5, "Paused by its owner.")):
        says(page, why, "#row-%d" % n)
    page.goto(group.url() + "#unit/3")
    page.wait_for_selector("#max_a")
    assert page.input_value("#max_a") == "32" and page.input_value("#priority") == "0"


def test_a_lost_unit_is_removed_on_the_owners_word_alone(fleet, owner):
    group = fleet()
    group.hears(4, False)
    group.later(30)
    page = owner(group, "unit/4")
    page.click("#act-remove button")
    page.click("dialog .d")
    page.wait_for_selector("#promise-error .err")
    page.check("#promise")
    page.click("dialog .d")
    page.wait_for_selector("dialog[open]", state="detached")
    group.later(60)
    page.wait_for_selector("#unit-3")
    page.wait_for_selector("#unit-4", state="detached")
    says_no_more(page, "Carport")


def test_a_unit_is_replaced_at_its_place_with_its_name(fleet, owner):
    spare = {"id": 7, "role": "follower", "breaker_a": 32, "region": "iec", "nameplate_a": 32,
             "phases": "L1", "paired": False, "member": False}
    group = fleet(units=5, spare=spare, speed=5)
    group.power(3, False)
    group.ask(1, "pair")  # the new one is heard before its code is typed
    group.later(30)
    page = owner(group, "unit/3")
    page.click("#act-replace button")
    page.check("#old-off")
    page.fill("#new-code", group.code(7))
    page.click("#act-replace .p")
    says(page, group.serial(7))
    assert "Workshop" in text(page, "h1")


def test_a_limit_is_lowered_while_one_unit_is_off_and_the_group_goes_on_without_it(fleet, owner):
    group = fleet()
    group.power(6, False)
    group.later(30)
    page = owner(group, "limit")
    page.fill("#limit", "50")
    page.click("main form .p")
    says(page, "Limit 60 A to 50 A. Waits for Driveway.")
    shot(page, "change-waits")
    assert "60A" in text(page, "main .act") and "50 A asked" in text(page, "main .act")
    page.reload()
    page.click("[data-do=without]")
    group.later(60)
    page.wait_for_selector("[data-do=without]", state="detached")
    says(page, "50A", "main .act")
    assert group.simulation.limit_ma == 50_000


def test_leadership_is_handed_over_and_the_page_then_follows(fleet, owner):
    group = fleet(speed=1)
    follower = group.node(2).program
    before_ms = group.do(lambda: follower.member.blink_ms)
    page = owner(group, "unit/2")
    page.click("#act-blink button")
    group.until(lambda: follower.member.blink_ms >= before_ms + 30_000)
    page.click("#act-handOver button")
    page.click("dialog .d")
    page.wait_for_selector("dialog[open]", state="detached")  # it was taken
    group.later(60)
    page.wait_for_selector("nav a[href='#units']", state="detached")
    page.goto(group.url() + "#live")
    says(page, "Follows its leader, Unit 2.")
    other = owner(group, "units", n=2)
    says(other, "Garage right · leader")
    says(other, "Garage left")


@pytest.mark.parametrize("lang, early, theme", [("en", "1 s", "light"), ("nl", "31 s", "dark")])
def test_a_follower_is_made_the_leader_after_its_leader_died(fleet, visit, lang, early, theme):
    group = fleet()
    group.power(1, False)
    group.later(15)
    group.paused = True
    page = visit(group.url(3), lang=lang, theme=theme)
    page.click("[data-do=promote] .p")
    page.wait_for_selector("#old-off-error .err")
    page.check("#old-off")
    page.fill("#own-code", group.code(3))
    page.click("[data-do=promote] .p")
    page.wait_for_selector("#promote-error .err")
    assert early in text(page, "#promote-error")
    shot(page, "promote-early-" + lang)
    group.paused = False
    group.later(30)
    page.check("#old-off")
    page.click("[data-do=promote] .p")
    page.wait_for_selector("nav a[href='#units']")
    group.later(60)
    page.goto(group.url(3) + "#units")
    says(page, "Workshop · " + {"en": "leader", "nl": "leider"}[lang])


def test_troubles_say_what_to_do_and_lead_there(fleet, owner):
    group = fleet()
    group.hears(4, False)
    group.do(group.node(6).board.set_fault, "rcm", True)
    group.later(40)
    page = owner(group, "troubles")
    page.wait_for_selector("#found-missing-4-0")
    assert text(page, "h1") == "2 things need you"
    assert "Look at its breaker" in text(page) and "()" not in text(page)
    page.click("#found-missing-4-0 [data-do=remove]")
    page.wait_for_selector("dialog[open]")
    page.click("[data-do=keep]")
    page.click("#found-fault-6-1 a[href='#unit/6']")
    says(page, "Residual current: stopped.")
    diagnosis = page.request.get(group.url() + "api/diagnosis").text()
    assert diagnosis.startswith("AmpPool") and group.code() not in diagnosis.replace("-", "")


# The first steps of every trouble, each at most two taps from the first screen.
_TEST = "[data-do=startTest]"
_FIRST_STEPS = {"power": "#row-1", "signal": _TEST, "channel": _TEST, "restart": None,
                "breakers": "tbody tr", "replace": "#unit-3"}


def test_each_first_step_is_two_taps_away(group, visit):
    page = visit(group.url())
    for check, there in _FIRST_STEPS.items():
        page.click(".brand")
        page.click("nav a[href='#troubles']")
        page.wait_for_selector("#check-" + check)
        if there is None:
            assert "Breaker off" in text(page, "#check-" + check)
        else:
            page.click("#check-%s a" % check)
            page.wait_for_selector(there)


def test_sessions_of_all_units_are_listed_and_saved_as_a_file(fleet, owner):
    group = fleet()
    page = owner(group, "live")  # who is logged in tells the time
    page.goto(group.url() + "#sessions")
    group.later(120)
    page.wait_for_selector(".ses")
    page.wait_for_function("() => parseFloat(document.querySelector('.fig').textContent) > 0")
    with page.expect_download() as download:
        page.click("[data-do=csv]")
    with open(download.value.path(), encoding="utf-8") as file:
        lines = file.read().splitlines()
    assert lines[0] == "unit,name,session,start,length_s,energy_wh,estimate,highest_ma,ended"
    assert lines[1].startswith('1,"Garage left",')


def test_a_unit_that_was_off_is_marked_as_old_and_comes_back(fleet, owner):
    group = fleet()
    page = owner(group, "units")
    page.clock.install()
    group.power(1, False)
    page.clock.run_for(30_000)
    page.wait_for_selector(".strip")
    assert "No answer for" in text(page, ".strip")
    assert "stale" in page.get_attribute("main", "class")
    page.click("[data-do=addUnits]")
    page.wait_for_selector("#add-error .err")
    assert text(page, "#add-error") == "Not sent. No answer from the unit."
    group.power(1, True)
    group.later(5)
    page.clock.run_for(20_000)
    page.wait_for_selector(".strip", state="detached")
