# SPDX-License-Identifier: MIT
"""A Python with Home Assistant: the one that AMPPOOL_HOMEASSISTANT names, or `.ha`, which is made
here where a Python 3.13 is found (600 MB, some minutes, once).
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from host_tools import ROOT

VENV = ROOT / ".ha"
VERSION = "2025.4.4"  # the newest that runs on Python 3.13.0
# What it would install by itself at its first start, in the versions that it names.
PINS = ("homeassistant==" + VERSION, "home-assistant-frontend==20250411.0", "paho-mqtt==2.1.0",
        "tesla-wall-connector==1.0.2", "SQLAlchemy==2.0.39", "fnv-hash-fast==1.4.0",
        "psutil-home-assistant==0.0.1", "cronsim==2.6", "securetar==2025.2.1")
_VARIABLE = "AMPPOOL_HOMEASSISTANT"
WANTS = ("%s names no Python with Home Assistant, and there is no python3.13 to make one of: "
         "python3.13 -m venv ha && ha/bin/pip install %s, then %s=ha/bin/python" % (
             _VARIABLE, " ".join(PINS), _VARIABLE))


class Missing(Exception):
    """There is no Home Assistant; the text says what to do."""


def python(makes: bool = True) -> Path:
    """Of a Python with Home Assistant. makes: install one if there is none. Raises Missing."""
    named = os.environ.get(_VARIABLE)
    if named:
        if not _has_it(named):
            raise Missing("%s=%s has no Home Assistant" % (_VARIABLE, named))
        return Path(named).absolute()  # not resolved: it would be another Python
    if makes:
        _make()
    if not _stamp().exists():
        raise Missing(WANTS)
    return VENV / "bin" / "python"


def _has_it(path):
    asked = "import homeassistant.components.mqtt, hass_frontend"
    try:
        return not subprocess.run([path, "-c", asked], capture_output=True,
                                  check=False).returncode
    except OSError:
        return False


# There when all of these pins are installed.
def _stamp():
    return VENV / ("amppool-%s.stamp" % VERSION)


def _interpreter():
    for folder in [None, *sorted((Path.home() / ".pyenv/versions").glob("3.13*/bin"))]:
        found = shutil.which("python3.13", path=folder and str(folder))
        if found and not subprocess.run([found, "-c", "import ensurepip, venv"],
                                        capture_output=True, check=False).returncode:
            return found
    return None


def _make():
    with (ROOT / "pyproject.toml").open() as lock:  # tests in several processes: one makes it
        fcntl.flock(lock, fcntl.LOCK_EX)
        base = None if _stamp().exists() else _interpreter()
        if base is None:
            return
        print("Installing Home Assistant %s in .ha" % VERSION, file=sys.stderr, flush=True)
        for command in ([base, "-m", "venv", "--clear", VENV],
                        [VENV / "bin" / "python", "-m", "pip", "install", "--no-input",
                         "--disable-pip-version-check", "-q", *PINS]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Missing("Home Assistant could not be installed: %s" % (
                    done.stdout + done.stderr)[-800:].strip())
        _stamp().write_text("\n".join(PINS))
