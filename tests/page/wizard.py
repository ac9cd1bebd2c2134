# SPDX-License-Identifier: MIT
"""The whole wizard as an owner goes through it: by its fields and buttons, in any language."""

from tests.page.browser import log_in, shot


def step(page, n):
    """Waits until a step is shown."""
    page.wait_for_selector("#step-%d h1" % n)


def this_unit(page, world, name="Garage left", breaker="32", phases="L1"):
    """First step: name, breaker, phases; a login comes in between and loses nothing."""
    step(page, 1)
    page.fill("#name", name)
    page.select_option("#breaker", breaker)
    page.select_option("#phases", phases)
    page.click("main button.p")
    if not world.session:
        page.wait_for_selector("#code")
        log_in(page, world.me.code)
        step(page, 1)
        page.wait_for_function("() => document.getElementById('phases').value === '%s'" % phases)
        assert page.input_value("#name") == name
        page.click("main button.p")
    step(page, 2)


def join_one(page, board, code=None):
    """Adds a unit that was found, by its code."""
    page.click("#found-%s [data-do=add]" % board.serial)
    page.fill("#code-" + board.serial, code or board.code)
    page.click("#found-%s form button.p" % board.serial)


def join_all(page, boards, count):
    """All codes at once."""
    page.click("[data-do=allCodes]")
    page.fill("#codes", "\n".join(board.code for board in boards))
    page.click("main .box button.p")
    page.wait_for_selector("#in-%d" % count, timeout=15000)
    page.wait_for_selector("#codes", state="detached")


def go_on(page, n):
    """Next."""
    page.click("main .bs.e .p")
    step(page, n)


def whole(page, world, name):
    """From a board that was never set up to a passed self-test, with a picture of each step."""
    shot(page, name + "-1-unit")
    this_unit(page, world)
    others = list(world.new)
    page.wait_for_selector("#found-" + others[0].serial)
    shot(page, name + "-2-found")
    join_one(page, others[0])
    page.wait_for_selector("#in-2", timeout=10000)
    join_all(page, others[1:], 1 + len(others))
    shot(page, name + "-2-joined")
    go_on(page, 3)
    page.fill("#limit", "60")
    shot(page, name + "-3-limit")
    go_on(page, 4)
    shot(page, name + "-4-on")
    page.click("[data-do=switchOn]")
    step(page, 5)
    page.wait_for_selector("[role=timer]")
    shot(page, name + "-5-testing")
    page.wait_for_selector("a[href='#sheet']", timeout=15000)
    shot(page, name + "-5-passed")
    page.click("a[href='#sheet']")
    page.wait_for_selector(".sheet")
    shot(page, name + "-6-sheet")
