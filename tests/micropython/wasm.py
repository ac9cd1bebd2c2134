# SPDX-License-Identifier: MIT
"""A real MicroPython for the tests: compiles the firmware and runs it on the WebAssembly build.

It has 32-bit small integers, unordered dicts and the compiler of the boards, but double floats
and `hmac`, which the boards have not: tests/tidy bans both in the core.
"""

import base64
import functools
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from host_tools import ROOT, firmware_build

HERE = Path(__file__).resolve().parent
FIRMWARE = firmware_build.FIRMWARE
HEAP_BYTES = 160 * 1024
_PACKAGE = HERE / "node_modules/@micropython/micropython-webassembly-pyscript"


class PythonFailed(Exception):
    """A step raised; the text is MicroPython's traceback."""


@functools.cache
def firmware() -> firmware_build.Firmware:
    """The firmware as it ships."""
    return firmware_build.Firmware()


@functools.cache
def compiled_core() -> dict:
    """The core as it ships: {path in MicroPython's file system: bytecode}."""
    names = [source.stem for source in sorted((FIRMWARE / "core").glob("*.py"))]
    return {"/lib/core/%s.mpy" % name: firmware().compiled("core/%s.py" % name)
            for name in names}


@functools.cache
def compiled_app() -> dict:
    """What of the app a unit needs, as it ships."""
    files = {"/lib/app/%s.mpy" % name: firmware().compiled("app/%s.py" % name)
             for name in ("unit", "setup", "forget")}
    return dict(files, **{"/lib/app/__init__.py": b""})


def loopback() -> dict:
    """Files of host_tools.loopback, for programs that want a whole group."""
    source = (ROOT / "host_tools/loopback.py").read_text()
    return {"/lib/host_tools/__init__.py": b"",
            "/lib/host_tools/loopback.py": firmware().with_numbers(source).encode()}


def run(steps, files=None, core=None, heap_bytes=HEAP_BYTES) -> str:
    """What the steps print, one after the other in the same MicroPython.

    files: {absolute path: bytes} besides the core. Skips the test if this machine has no node or
    no MicroPython package; raises PythonFailed if a step raises.
    """
    if missing():
        pytest.skip(missing())
    everything = dict(compiled_core() if core is None else core, **(files or {}))
    job = {"heap": heap_bytes, "steps": ["import sys; sys.path.append('/lib')", *steps],
           "files": {path: base64.b64encode(content).decode()
                     for path, content in everything.items()}}
    done = subprocess.run([shutil.which("node"), HERE / "runner.mjs"], input=json.dumps(job),
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PythonFailed(done.stdout[-2000:] + done.stderr)
    return done.stdout


def missing() -> str:
    """What this machine lacks to run MicroPython, in words; '' if nothing."""
    if shutil.which("node") is None:
        return "node is missing: MicroPython's WebAssembly build was not tried"
    if not _PACKAGE.exists():
        return "MicroPython's WebAssembly build is not installed (npm reached nothing)"
    return ""
