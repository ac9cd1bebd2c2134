# SPDX-License-Identifier: MIT
"""Where MicroPython's WebAssembly build is not installed, a test that wants it says so."""

import pytest

from host_tools.micropython import wasm


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """A test that cannot run is skipped."""
    try:
        return (yield)
    except wasm.NotInstalled as lacking:
        pytest.skip("%s: %s" % (item.name, lacking))
