# SPDX-License-Identifier: MIT
"""Sets up .venv with the pinned dependencies, and does nothing when it is set up already.

Runs on a bare Python: standard library only. A stamp in .venv for each group of dependencies
holds a hash of their pins; while it fits, nothing is started and no network is touched.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from host_tools import ROOT

VENV = ROOT / ".venv"
_CONSTRAINTS = ROOT / "host_tools/constraints.txt"
_NODE_PACKAGES = ROOT / "host_tools/micropython"
_PROJECT = ROOT / "pyproject.toml"
_GROUPS = ("run", "test", "fuzz")  # each holds those before it


class SetupError(Exception):
    """The environment could not be set up; the text says what to do."""


def requirements(group: str) -> list:
    """Pinned requirements of 'run', 'test' (which holds 'run') or 'fuzz' (which holds both)."""
    project = tomllib.loads(_PROJECT.read_text())["project"]
    wanted = list(project["dependencies"])
    if group != "run":
        wanted += project["optional-dependencies"]["test"]
        if shutil.which("node") is None:
            wanted += project["optional-dependencies"]["node"]
    if group == "fuzz":
        wanted += project["optional-dependencies"]["fuzz"]
    return wanted


def fingerprint(group: str) -> str:
    """Changes with every pin, and with the Python version."""
    text = "\n".join([sys.version.split()[0]] + requirements(group)) + _CONSTRAINTS.read_text()
    return hashlib.sha256(text.encode()).hexdigest()


def ensure(group: str) -> Path:
    """Path of the Python in .venv after making sure that the group's dependencies are there.

    Raises SetupError.
    """
    with _PROJECT.open() as lock:  # two first runs at a time: the second one waits
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_ready(group):
            _create()
            _install(group)
            for name in _GROUPS[:_GROUPS.index(group) + 1]:
                _stamp(name).write_text(fingerprint(name))
        if group != "run":
            _install_micropython()
    return _python()


def _python() -> Path:
    return VENV / "bin" / "python"


def _stamp(group: str) -> Path:
    return VENV / ("amppool-%s.stamp" % group)


def _is_ready(group: str) -> bool:
    stamp = _stamp(group)
    if not (_python().exists() and stamp.exists()):
        return False
    return stamp.read_text() == fingerprint(group)


def _same_python() -> bool:
    asked = subprocess.run([_python(), "-c", "import pip, sys; print(sys.version.split()[0])"],
                           capture_output=True, text=True, check=False)
    return asked.returncode == 0 and asked.stdout.strip() == sys.version.split()[0]


def _create():
    if _python().exists() and _same_python():
        return
    _say("Setting up .venv with Python %s" % sys.version.split()[0])
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)],
                          capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise SetupError("Python could not make a virtual environment:\n%s\nOn Debian and Ubuntu "
                         "'apt install python3-venv' helps." % (made.stdout + made.stderr).strip())


def _install(group: str):
    wanted = requirements(group)
    _say("Installing %d pinned packages and what they need (only on the first run and when "
         "the pins change)" % len(wanted))
    command = [_python(), "-m", "pip", "install", "--no-input", "--disable-pip-version-check",
               "--progress-bar", "off", "-c", _CONSTRAINTS, *wanted]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True) as pip:
        for line in pip.stdout:
            lines.append(line)
            _show_progress(line)
    if pip.returncode != 0:
        raise SetupError("pip could not install the packages (is there a network?):\n%s"
                         % "".join(lines[-8:]).strip())
    _say("Ready")


def _install_micropython():
    # Without it only the tests that need it are skipped, each with a line that says so.
    installed = _NODE_PACKAGES / "node_modules" / ".package-lock.json"
    pins = _NODE_PACKAGES / "package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= pins.stat().st_mtime:
        return
    path = os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", "")])
    npm = shutil.which("npm", path=path)
    if npm is None:
        return
    _say("Installing MicroPython's WebAssembly build")
    done = subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--loglevel", "error"],
                          cwd=_NODE_PACKAGES, env=dict(os.environ, PATH=path),
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        _say("npm could not install it:\n" + (done.stdout + done.stderr)[-800:].strip())


def _show_progress(line: str):
    words = line.split()
    if line.startswith(("Collecting ", "Processing ")):
        _say("  fetching " + words[1].rsplit("/", 1)[-1])
    elif line.startswith("Installing collected"):
        _say("  unpacking")


def _say(text: str):
    print(text, file=sys.stderr, flush=True)


def main(arguments: list) -> int:
    """For shell scripts: prints the path of the Python to use. 1 if it cannot be set up."""
    try:
        print(ensure(arguments[0]))
    except SetupError as error:
        _say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
