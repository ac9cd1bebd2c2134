# SPDX-License-Identifier: MIT
"""Runs the firmware and programs beside it on MicroPython's WebAssembly build.

It has 32-bit small integers, unordered dicts and the compiler of the boards, but double floats
and `hmac`, which the boards have not: tests/tidy bans both in the core.
"""

import base64
import functools
import json
import shutil
import subprocess
from pathlib import Path

from host_tools import ROOT
from host_tools.build import cache
from host_tools.build import firmware as build

HERE = Path(__file__).resolve().parent
FIRMWARE = build.FIRMWARE
HEAP_BYTES = 160 * 1024
ROOT_MODULE = "app.unit"
LOOPBACK, BARE_HAL = "host_tools/bench/loopback.py", "host_tools/simulate/bare_hal.py"
_PACKAGE = HERE / "node_modules/@micropython/micropython-webassembly-pyscript"


class NotInstalled(Exception):
    """This machine lacks what MicroPython runs on; the text says what."""


class PythonFailed(Exception):
    """A step raised; the text is MicroPython's traceback."""


@functools.cache
def firmware() -> build.Firmware:
    """The firmware as it ships, but that its one file begins with app.unit: what is around it on
    a board needs a board."""
    return cache.firmware(root=ROOT_MODULE)


@functools.cache
def shipped() -> dict:
    """All of it: see compiled()."""
    return compiled(firmware())


def compiled(built) -> dict:
    """{path in MicroPython's file system: bytecode} of a firmware."""
    return {"/lib/" + path: code for path, code in built.contents().items()}


@functools.cache
def plain() -> dict:
    """The same of the source: each file by itself and as it stands."""
    return {"/lib/" + path.relative_to(FIRMWARE).with_suffix(".mpy").as_posix():
            build.compiled(path.read_text(), path.relative_to(FIRMWARE).as_posix())
            for path in FIRMWARE.rglob("*.py")}


def helpers(*paths, as_built=True) -> dict:
    """Files of this repository, which may use the firmware, for programs there; and the packages
    that they lie in, empty."""
    files = {"/lib/%s/__init__.py" % folder: b""
             for path in paths for folder in Path(path).parents if folder.name}
    for path in paths:
        text = (ROOT / path).read_text()
        files["/lib/" + path] = (firmware().beside(text) if as_built else text).encode()
    return files


def run(steps, files=None, built=None, heap_bytes=HEAP_BYTES) -> str:
    """What the steps print, one after the other in the same MicroPython.

    steps: programs beside the firmware; files: {absolute path: bytes} besides it; built: another
    one than ships; if it is empty, the steps are left as they are. Raises NotInstalled, and
    PythonFailed if a step raises.
    """
    if missing():
        raise NotInstalled(missing())
    everything = dict(shipped() if built is None else built, **(files or {}))
    if built != {}:
        steps = [firmware().beside(step) for step in steps]
    steps = ["import sys; sys.path.append('/lib')", *steps]
    job = {"heap": heap_bytes, "steps": steps,
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
