# SPDX-License-Identifier: MIT
"""A board for the flasher: MicroPython's WebAssembly build on a TCP port, and a small firmware."""

import base64
import json
import shutil
import subprocess
from contextlib import contextmanager

import pytest

from tests.micropython import wasm

MACHINE = """
import js
class Pin:
    OUT = 1
    def __init__(self, number, mode, value):
        print('pin', number, value)
def reset():
    js.boardReset()
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


@contextmanager
def board(files=None, window_ms=150, lose_after=0):
    """URL of a board that runs until the block ends. files: {path: bytes} it begins with."""
    if wasm.missing():
        pytest.skip(wasm.missing())
    everything = dict({"/lib/machine.py": MACHINE.encode()}, **(files or {}))
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
