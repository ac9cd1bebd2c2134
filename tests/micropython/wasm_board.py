# SPDX-License-Identifier: MIT
"""A board for the flasher: MicroPython's WebAssembly build on a TCP port, and a small firmware."""

import ast
import base64
import json
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from host_tools.build.firmware import FIRMWARE
from host_tools.micropython import wasm

MACHINE = """
import js
class Pin:
    OUT = 1
    def __init__(self, number, mode, value):
        print('pin', number, value)
def reset():
    js.boardReset()
def unique_id():
    return %r
"""
BOOT = """# SPDX-License-Identifier: MIT
from machine import Pin
CONTACTOR = ()  # flash: (pin, level), ...
PILOT = ()  # flash: (pin, level), ...
OTHERS = ()  # flash: (pin, level), ...
for number, level in CONTACTOR + PILOT + OTHERS:
    Pin(number, Pin.OUT, value=level)
"""
MAIN = """import json
from core.thing import VALUE
def amppool_health():
    settings = json.load(open('/settings.json'))
    print(json.dumps({'running': True, 'healthy': VALUE == 7, 'errors': [], 'version': '9.9',
                      'serial': 'AP-1', 'role': settings.get('role', 'alone'), 'label': 'CODE'}))
"""
# A unit's start as far as settings and group go, by the firmware itself.
MAIN_OF_GROUP = """import json
import machine
from app.begin import set_up
from hal.store import Store
def amppool_health():
    settings = json.load(open('/settings.json'))
    setup = set_up(settings, %r, machine.unique_id())
    if not setup.errors:
        setup.record(Store())
    print(json.dumps({'running': True, 'healthy': not setup.errors, 'errors': setup.errors,
                      'version': '9.9', 'serial': 'AP-1', 'role': settings['role'],
                      'label': 'CODE'}))
"""
# main.py stays source, so another file loads what is on demand.
BEGIN = """from core.load import load
def set_up(settings, facts, serial):
    return load('app', 'setup').Setup(settings, facts, serial)
"""


def serial(number: int) -> bytes:
    """Of board `number`."""
    return bytes((0xA0, 0xB1, 0xC2, 0, 0, number))


@contextmanager
def board(files=None, window_ms=150, lose_after=0, number=1):
    """URL of a board that runs until the block ends. files: {path: bytes} it begins with."""
    if wasm.missing():
        raise wasm.NotInstalled(wasm.missing())
    everything = dict({"/lib/machine.py": (MACHINE % serial(number)).encode()}, **(files or {}))
    job = {"window_ms": window_ms, "lose_after": lose_after,
           "files": {path: base64.b64encode(content).decode()
                     for path, content in everything.items()}}
    with subprocess.Popen([shutil.which("node"), wasm.HERE / "device.mjs"], text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as node:
        try:
            node.stdin.write(json.dumps(job) + "\n")
            node.stdin.flush()
            yield "socket://127.0.0.1:%d" % int(node.stdout.readline())
        finally:
            node.terminate()


def firmware(folder, value=7):
    """A firmware of five files in `folder`, shaped as ours."""
    for name in ("app", "core", "hal"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "__init__.py").write_text("")
    (folder / "core" / "thing.py").write_text("VALUE = %d\n" % value)
    (folder / "boot.py").write_text(BOOT)
    (folder / "main.py").write_text(MAIN)
    return folder


def firmware_of_group(folder, facts):
    """A firmware in `folder` that makes a unit's record at its start, and does nothing else."""
    firmware(folder)
    (folder / "core" / "thing.py").unlink()
    for path in _needed(["app/on_demand/setup.py", "hal/store.py"]):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text((FIRMWARE / path).read_text())
    (folder / "app/begin.py").write_text(BEGIN)
    (folder / "main.py").write_text(MAIN_OF_GROUP % facts)
    return folder


def _needed(paths):
    """Files of the firmware, what they import or load, and what makes rooms packages."""
    found, left = set(), set(paths)
    while left:
        path = left.pop()
        found.add(path)
        left |= {str(room / "__init__.py") for room in Path(path).parents
                 if (FIRMWARE / room / "__init__.py").exists()} - found
        for node in ast.walk(ast.parse((FIRMWARE / path).read_text())):
            # load("core", "serial"), or what will be given to it.
            parts = [getattr(part, "value", None) for part in getattr(node, "args", None) or
                     getattr(node, "elts", ())] if isinstance(node, (ast.Call, ast.Tuple)) else []
            if parts[1:] and all(type(part) is str for part in parts):
                path = "/".join((*parts[:-1], "on_demand", parts[-1] + ".py"))
                left |= {path} - found if (FIRMWARE / path).exists() else set()
            if isinstance(node, ast.ImportFrom):
                names = [node.module, *("%s.%s" % (node.module, a.name) for a in node.names)]
                files = [name.replace(".", "/") + ".py" for name in names]
                left |= {file for file in files if (FIRMWARE / file).exists()} - found
    return sorted(found)
