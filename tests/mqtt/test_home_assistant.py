# SPDX-License-Identifier: MIT
"""The discovery messages before Home Assistant's own schemas. Every day there is a table of rules
instead (test_published.py)."""

import json
import subprocess
from pathlib import Path

import pytest

from host_tools.home_assistant import environment
from tests.mqtt.test_published import messages  # noqa: F401  (a fixture)

_SCRIPT = Path(__file__).with_name("ha_schemas.py")


def _python():
    try:
        return environment.python()
    except environment.Missing as missing:
        pytest.skip(str(missing))


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


@pytest.mark.long
def test_what_is_installed_beside_it_is_what_it_names():
    found = subprocess.run(
        [_python(), "-c", "from pathlib import Path\nimport homeassistant\n"
         "print((Path(homeassistant.__file__).parent / 'package_constraints.txt').read_text())"],
        capture_output=True, text=True, check=True).stdout.splitlines()
    assert {pin.split("==")[0] for pin in environment.PINS if pin not in found} == {
        "homeassistant", "tesla-wall-connector"}
