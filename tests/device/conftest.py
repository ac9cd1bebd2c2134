# SPDX-License-Identifier: MIT
"""Boards for these tests: AMPPOOL_DEVICES names their ports, two to six, separated by commas.

    AMPPOOL_DEVICES=/dev/ttyUSB0,/dev/ttyUSB1 tests/run device

Any pyserial URL will do. Nothing may be connected to the boards: they are flashed with the bench
board file and set up as a group, the first one as its leader. AMPPOOL_FLASHED=1 leaves flashing
out. AMPPOOL_AIR names a command that can disturb the radio, if there is one: it gets one argument,
{"loss": 0.6} for all links or {"deaf": [2]} or {"mute": [2]} for units by number; {} heals.
"""

import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest

from host_tools import ROOT
from host_tools.flash.errors import NotAnswering
from host_tools.flash.link import Link
from tests.device.unit import Unit

_PORTS = [port for port in os.environ.get("AMPPOOL_DEVICES", "").split(",") if port]
LIMIT_A = max(20, 6 * len(_PORTS))  # at least 6 A for each
BREAKER_A = 32
UNIT = {"region": "iec", "phases": "L1", "breaker_a": BREAKER_A, "fallback": "equal"}
_HERE = Path(__file__).resolve().parent
# What they were in before: a board in a group is not moved to another one.
_FORGET = """
import os
try:
    for name in os.listdir('/store'):
        if name.startswith(('group', 'join')):
            os.remove('/store/' + name)
except OSError:
    pass  # a bare board
"""


def pytest_collection_modifyitems(items):
    """Without boards nothing here can run."""
    if not 2 <= len(_PORTS) <= 6:
        mark = pytest.mark.skip(reason="AMPPOOL_DEVICES names no ports of two to six boards")
        for item in items:
            if _HERE in item.path.parents:  # not by name: others take these files as parameters
                item.add_marker(mark)


def _forget(port):
    link = Link(port)
    try:
        link.enter(60)
        link.run(_FORGET)
    except NotAnswering:
        pass  # flash.sh puts MicroPython on it
    finally:
        link.close()


def _flash(ports):
    """All at once: flash.sh makes the group of them."""
    command = [str(ROOT / "flash.sh"), "--board", "bench", "--no-labels", "--group", "--limit",
               str(LIMIT_A), "--enable", "--yes"]
    for port in ports:
        command += ["--port", port]
    for key, value in UNIT.items():
        command += ["--set", "%s=%s" % (key, value)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900 * len(ports))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def units():
    """The boards, flashed and grouped, running, watched; the first one leads."""
    if not os.environ.get("AMPPOOL_FLASHED"):
        for port in _PORTS:
            _forget(port)
        _flash(_PORTS)
    found = [Unit(port, number) for number, port in enumerate(_PORTS, 1)]
    for unit in found:
        health = unit.health()
        assert health["healthy"], "unit %d: %s" % (unit.number, health["errors"])
        unit.watch()
    yield found
    for unit in found:
        unit.close()


@pytest.fixture
def group(units):
    """All units with no vehicle, hearing each other; the first one is the leader."""
    for unit in units:
        unit.vehicle("A")
    for unit in units:
        unit.wait_for(lambda now: now["lease"] == "live" and now["possible_ma"] == [0, 0, 0], 60,
                      "a live lease and no vehicle")
    return units


@pytest.fixture
def air():
    """Disturbs the radio: air(loss=0.6); healed at the end."""
    command = os.environ.get("AMPPOOL_AIR")
    if not command:
        pytest.skip("AMPPOOL_AIR names no command that disturbs the radio")

    def disturb(**what):
        subprocess.run(shlex.split(command) + [json.dumps(what)], check=True, timeout=30)

    yield disturb
    disturb()
