# SPDX-License-Identifier: MIT
"""Common to all tests: the firmware's import path and the hypothesis profiles."""

import asyncio
import functools
import gc
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import host_tools  # noqa: F401  puts firmware/ on the import path

# Every day the same cases on every machine, so that a failure is a change of ours; `long` looks
# for new ones. A slow machine is no failure.
settings.register_profile("daily", derandomize=True, database=None, deadline=None,
                          suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", max_examples=2000, deadline=None, print_blob=True,
                          suppress_health_check=[HealthCheck.too_slow])
# The firmware collects its garbage often. What takes a board 10 ms would take this process a
# hundred, and frees nothing that a test looks at.
gc.collect = functools.partial(gc.collect, 0)

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "daily"))

_PAGE = Path(__file__).parent / "page"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """A browser's event loop counts as running between two of its tests, where others want one
    of their own."""
    if _PAGE in item.path.parents:
        return (yield)
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(loop)


def pytest_terminal_summary(terminalreporter):
    """The table of deliberate faults: mutant, catcher, where it was caught."""
    rows = [value for report in terminalreporter.stats.get("passed", ())
            for name, value in report.user_properties
            if name == "mutant" and "test_every_mutant_is_caught" in report.nodeid]
    if rows:
        terminalreporter.section("%d deliberate faults, every one caught" % len(rows))
        terminalreporter.write_line("\n".join(sorted(rows)))
