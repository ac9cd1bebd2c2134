# SPDX-License-Identifier: MIT
"""What owners and programs wish of units and of the group, on the page of the leader: set, shown,
ended."""

from tests import owner_calls as functions
from tests.page.browser import shot
from tests.page.test_refused import error
from tests.page.test_units import says, says_no_more, text


def asks(group, name, *values, **more):
    """A program asks the leader for something."""
    assert group.do(lambda: getattr(functions, name)(
        group.place(1), *values, by=functions.MQTT, **more)) is None


def wishes(group, n):
    """What is wished of a unit: [greatest, smallest, priority, pause]."""
    leader = group.node().program.member.leader
    return leader.caps and leader.caps.of(bytes.fromhex(group.serial(n)), group.node().local_ms())


def test_limits_of_a_follower_are_set_at_the_leader_and_stay(fleet, owner):
    group = fleet()
    page = owner(group, "unit/3")
    for key, value in (("max_a", "10"), ("min_a", "17"), ("priority", "4")):
        page.fill("#" + key, value)
    page.click("main form .p")
    assert "6 to 16 A" in error(page, "min_a")
    page.fill("#min_a", "11")
    page.click("main form .p")
    assert "10" in error(page, "max_a")  # the leader knows that both do not fit
    page.fill("#min_a", "8")
    page.click("main form .p")
    group.until(lambda: wishes(group, 3) == [10_000, 8000, 4, None])
    page.reload()
    page.wait_for_selector("#max_a")
    assert [page.input_value("#" + key) for key in ("max_a", "min_a", "priority")] == [
        "10", "8", "4"]
    group.later(20)
    says(page, "As much as you allow.")
    page.fill("#max_a", "32")
    page.click("main form .p")
    group.until(lambda: wishes(group, 3)[0] is None)


def test_what_a_program_asked_for_is_shown_and_ended_and_the_owners_own_stays(fleet, owner):
    group = fleet()
    group.ask(1, "cap", 2, 20)
    asks(group, "wish", 2, {"pause": True, "max_a": 10}, ttl_s=36000)
    asks(group, "wish", 2, {"priority": 7})
    group.later(20)
    page = owner(group, "unit/2")
    says(page, "Paused by MQTT or HTTP.")
    assert page.get_attribute("#allowed", "aria-checked") == "true"  # the owner's
    assert page.input_value("#max_a") == "20" and page.input_value("#priority") == "0"
    assert "Now 7." in text(page, "#priority-hint") and "Now" not in text(page, "#max_a-hint")
    shown = text(page, "main .wait")
    assert "Maximum current 10 A, until " in shown and "Pause, until " in shown
    assert "Priority 7, until unplugged." in shown
    shot(page, "asked-by-a-program")
    page.click("[data-do=endAsked]")
    page.wait_for_selector("main .wait", state="detached")
    assert group.do(wishes, group, 2) == [20_000, None, None, None]
    group.later(30)
    says_no_more(page, "Paused")
    page.click("#allowed")
    page.wait_for_selector("#allowed[aria-checked=false]")
    group.later(20)
    says(page, "Paused by its owner.")


def test_a_softer_limit_is_set_shown_and_ended(fleet, owner):
    group = fleet()
    page = owner(group, "limit")
    page.wait_for_selector("#soft_a")
    page.fill("#soft_a", "61")
    page.click("[data-do=saveSoft] button.b")
    assert "0 to 60 A" in error(page, "soft_a")
    page.fill("#soft_a", "20")
    page.fill("#soft_h", "2")
    page.click("[data-do=saveSoft] button.b")
    says(page, "Shares 20 A instead of 60 A until", "#soft")
    assert "asked on this page" in text(page, "#soft")
    assert "Fallbacks stay those of the limit." in text(page)
    group.later(40)
    page.goto(group.url() + "#live")
    says(page, "Shares less for a time.")
    shot(page, "softer-limit")
    page.click("[data-do=endSoft]")
    page.wait_for_selector("#soft", state="detached")
    asks(group, "soft_limit", 30, ttl_s=600)
    says(page, "Shares 30 A instead of 60 A until", "#soft")
    assert "asked by MQTT" in text(page, "#soft")


def test_a_fault_of_a_follower_is_tried_again_at_the_leader(fleet, owner):
    """It stays while its cause is there."""
    group = fleet()
    board = group.node(2).board
    group.do(lambda: board.set_fault("rcm", True))
    group.until(lambda: group.node(2).program.connector.fault)
    page = owner(group, "unit/2")
    again = "#act-clearFault button"
    page.wait_for_selector(again)
    page.click(again)
    group.later(5)
    assert group.node(2).program.connector.fault
    page.wait_for_function("it => !document.querySelector(it)?.dataset.busy", arg=again)
    group.paused = True  # else it is tried again by itself before the browser has pressed
    group.do(lambda: board.set_fault("rcm", False))
    page.click(again)
    group.paused = False
    group.until(lambda: not group.node(2).program.connector.fault)
    page.wait_for_selector(again, state="detached")
