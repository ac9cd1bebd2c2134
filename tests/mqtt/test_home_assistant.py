# SPDX-License-Identifier: MIT
"""The discovery messages before Home Assistant's own schemas. AMPPOOL_HOMEASSISTANT names a Python
that has it; every day there is the table of rules instead (test_published.py)."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.mqtt.test_published import messages  # noqa: F401  (a fixture)

_WANTS = ("AMPPOOL_HOMEASSISTANT names no Python with Home Assistant: python3.13 -m venv ha && "
          "ha/bin/pip install homeassistant==2025.4.4 paho-mqtt==2.1.0, then "
          "AMPPOOL_HOMEASSISTANT=ha/bin/python")
_SCRIPT = Path(__file__).with_name("ha_schemas.py")


def _python():
    path = os.environ.get("AMPPOOL_HOMEASSISTANT")
    if not path or subprocess.run([path, "-c", "import homeassistant.components.mqtt"],
                                  capture_output=True, check=False).returncode:
        pytest.skip(_WANTS)
    return path


def _checked(python, found):
    done = subprocess.run([python, _SCRIPT], input=json.dumps(found), capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.long
def test_home_assistant_takes_every_discovery_message(messages):  # noqa: F811
    python = _python()
    assert _checked(python, messages) == ["ok"] * 3
    broken = json.loads(json.dumps(messages[0]))
    broken["cmps"]["power_w"].pop("uniq_id")
    broken["cmps"]["status"]["ops"] = []
    assert _checked(python, [broken]) != ["ok"]
