# SPDX-License-Identifier: MIT
"""The whole wizard as an owner goes through it: by its fields and buttons, in any language."""

import contextlib

from playwright.sync_api import TimeoutError

from tests.page.browser import log_in, shot

NEXT = "main .bs.e .p"


def step(page, n):
    """Waits until a step is shown."""
    page.wait_for_selector("#step-%d h1" % n)


def this_unit(page, code, name="Garage left", breaker="32", phases="L1", press=NEXT):
    """First step: name, breaker, phases; a login comes in between and loses nothing."""
    step(page, 1)
    page.fill("#name", name)
    page.select_option("#region", "iec")
    page.select_option("#breaker", breaker)
    page.select_option("#phases", phases)
    page.click(press)
    page.wait_for_selector("#code")
    log_in(page, code)
    step(page, 1)
    page.wait_for_function("phases => document.getElementById('phases').value === phases",
                           arg=phases)
    assert page.input_value("#name") == name
    page.click(press)


def join(page, serial, code):
    """Types the code of a unit that was found."""
    page.click("#found-%s [data-do=add]" % serial)
    page.fill("#code-" + serial, code)
    page.click("#found-%s form button.p" % serial)


def join_all(page, lines):
    """All codes at once, or lines of scanned labels."""
    page.click("[data-do=allCodes]")
    page.fill("#codes", "\n".join(lines))
    page.click("main .box button.p")


def go_on(page, n):
    """Next."""
    page.click(NEXT)
    step(page, n)


class Wizard:
    """Six blank boards of a fleet become a group; between two steps `disturb(page)` is called."""

    def __init__(self, fleet, visit, name="", disturb=lambda page: None, **options):
        self.fleet, self.name, self.disturb = fleet, name, disturb
        self._visit, self._options = visit, options
        self.page = None

    def shot(self, what):
        """A picture of this step."""
        if self.name:
            shot(self.page, "%s-%s" % (self.name, what))

    def others(self, numbers):
        """On its own page each unit is told its breaker and its phases; it joins later."""
        for n in numbers:
            page = self._visit(self.fleet.url(n), **self._options)
            this_unit(page, self.fleet.code(n), press="[data-do=joinOther]")
            page.wait_for_selector("main a[href='#setup/1']")
            page.context.close()

    def leader(self):
        """The first step at the unit that leads."""
        self.page = self._visit(self.fleet.url(1), **self._options)
        step(self.page, 1)
        self.shot("1-unit")
        self.disturb(self.page)
        this_unit(self.page, self.fleet.code(1))
        step(self.page, 2)
        self.disturb(self.page)

    def found(self, numbers):
        """Waits until units are shown that can join."""
        for n in numbers:
            self.page.wait_for_selector("#found-%s [data-do=add]" % self.fleet.serial(n))
        self.shot("2-found")

    def in_group(self, count):
        """Waits until so many units are in the group."""
        try:
            self.page.wait_for_selector("#in-%d" % count, timeout=60000)
        except TimeoutError as error:
            raise AssertionError("unit %d is not in: %s" % (
                count, self.page.inner_text("main"))) from error

    def add(self, numbers):
        """One by its code at its row, the others by all their labels at once."""
        fleet, page = self.fleet, self.page
        first = numbers[0]
        join(page, fleet.serial(first), fleet.code(first))
        self.in_group(2)
        self.disturb(page)
        self.found(numbers[1:])
        join_all(page, ["#k=%s.%s" % (fleet.serial(n), fleet.code(n)) for n in numbers[1:]])
        self.in_group(1 + len(numbers))
        page.wait_for_selector("#codes", state="detached")
        self.shot("2-joined")
        self.disturb(page)

    def limit(self, amps):
        """How much the circuit may carry."""
        go_on(self.page, 3)
        self.page.fill("#limit", amps)
        self.shot("3-limit")
        go_on(self.page, 4)
        self.disturb(self.page)
        self.shot("4-on")

    def test(self):
        """Sharing is switched on; the test follows, and passes."""
        page = self.page
        page.click("[data-do=switchOn]")
        step(page, 5)
        self.fleet.paused = True  # each part of it is to be seen, however slow the browser is
        self._agreed("[role=timer],[data-do=startTest]")
        self.disturb(page)
        self._agreed("[role=timer],[data-do=startTest]")
        if page.query_selector("[data-do=startTest]"):  # a reload has forgotten what was to follow
            with contextlib.suppress(TimeoutError):  # or it has begun just now
                page.click("[data-do=startTest]", timeout=3000)
        page.wait_for_selector("[role=timer]")
        self.shot("5-testing")
        self.fleet.later(28)
        page.wait_for_selector("main [role=status]:not(:empty)")
        self.shot("5-silent")
        self.disturb(page)
        self.fleet.later(40)
        page.wait_for_selector("a[href='#sheet']", timeout=30000)
        self.shot("5-passed")

    # Time passes until the units have agreed on what was asked for.
    def _agreed(self, shown):
        while not self.page.query_selector(shown):
            self.fleet.later(2)
            self.page.wait_for_timeout(100)

    def whole(self, own_pages=True):
        """From six boards that were never set up to a passed self-test. own_pages: the others are
        told their breakers there, else that was done."""
        others = [2, 3, 4, 5, 6]
        if own_pages:
            self.others(others)
        self.leader()
        self.found(others)
        self.add(others)
        self.limit("60")
        self.test()
