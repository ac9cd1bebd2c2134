# SPDX-License-Identifier: MIT
"""One browser for all tests of the page, and a server for each."""

import os

import pytest

from host_tools.build import page as built
from tests.page import browser as browsers
from tests.page.fleet import Fleet


@pytest.fixture(scope="session")
def chromium():
    """The browser."""
    lacks = browsers.missing()
    if lacks:
        if os.environ.get("AMPPOOL_CI"):
            pytest.fail("the page " + lacks)
        pytest.skip("the page " + lacks)
    from playwright.sync_api import sync_playwright
    built.page()  # once: to compress it takes seconds
    with sync_playwright() as playwright:
        browser = browsers.start(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Where the page is that virtual units send."""
    return tmp_path_factory.mktemp("page")


@pytest.fixture
def fleet(folder):
    """Starts a virtual fleet; at the end no circuit was overloaded."""
    fleets = []

    def start(**options):
        fleets.append(Fleet(folder, **options))
        return fleets[-1]
    yield start
    for one in fleets:
        one.close()
        one.simulation.circuit_rule.count_time()
        assert one.simulation.circuit_rule.over_limit_ms == 0


@pytest.fixture(scope="module")
def group(folder):
    """Six virtual units that nobody changes."""
    units = Fleet(folder)
    yield units
    units.close()


@pytest.fixture
def visit(chromium):
    """Opens a unit's page. At the end: it asked nobody else for anything, and had no errors."""
    pages = []

    def open_(url, **options):
        pages.append(browsers.look(chromium, url, **options))
        return pages[-1]
    yield open_
    for page in pages:
        if not page.is_closed():
            assert page.evaluate("window.mostAtOnce") == 1
        page.context.close()
        assert page.foreign == [] and page.problems == []


@pytest.fixture
def owner(visit):
    """Opens a screen of a unit's page, logged in."""
    def open_(group, hash_="live", n=1, **options):
        page = visit(group.url(n), hash_="login", **options)
        browsers.log_in(page, group.code(n))
        page.wait_for_selector("[data-do=logOut]")
        page.goto(group.url(n) + "#" + hash_)
        page.wait_for_selector("main h1")
        return page
    return open_
