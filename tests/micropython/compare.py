# SPDX-License-Identifier: MIT
"""Runs the same thing on CPython and on MicroPython and shows the first difference."""

import subprocess
import sys
from collections import namedtuple

from host_tools import ROOT
from host_tools.micropython import wasm
from tests.micropython import taped

_HELPERS = ["tests/micropython/%s.py" % name for name in ("canonical", "dice", "player", "taped")]
_HELPERS += ["tests/owner_calls.py", wasm.LOOPBACK, wasm.BARE_HAL]
_TURNS_A_STEP = 500
_HEAP_BYTES = 1 << 20  # garbage is collected between steps only
PLAIN = object()  # the firmware's files as they stand, each compiled by itself
_PLAYER = "from tests.micropython.player import Player\nplayer = None\nplayer = Player(%r)"

# What was the same: turns of units, and bytes of all that they did.
Same = namedtuple("Same", ("turns", "bytes"))


def on_cpython(source: str) -> str:
    """Output of a program on this Python, with the import path of the boards."""
    path = ":".join(str(ROOT / name) for name in ("firmware", "host_tools/shim", "."))
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True,
                          env={"PYTHONPATH": path, "PYTHONHASHSEED": "0"}, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_same(one: str, other: str):
    """Compares two outputs line by line."""
    for number, (ours, theirs) in enumerate(zip(one.splitlines(), other.splitlines()), 1):
        assert ours == theirs, "line %d: CPython %s, MicroPython %s" % (number, ours, theirs)
    assert one == other


def program(source: str):
    """Runs a program on both and compares. Returns what it printed."""
    ours = on_cpython(source)
    assert_same(ours, wasm.run([source], wasm.helpers(*_HELPERS)))
    return ours


def tapes(units: dict, folder, built=None) -> Same:
    """Plays the tapes of units on MicroPython: all must be as it was when they were made.

    units: tape.Tape by unit, whole. folder: for files, if there is a difference to show. built:
    another firmware than ships; PLAIN is its source.
    """
    files = {"/tape%d" % unit: tape.content for unit, tape in units.items()}
    steps, ours = [], []
    for unit, tape in units.items():
        steps += [_PLAYER % ("/tape%d" % unit), *_steps(tape.turns), "player.end()"]
        ours += [(unit, number, mark) for number, mark in enumerate(tape.marks)]
    theirs = _on_micropython(steps, files, built).splitlines()
    for (unit, number, mark), their_mark in zip(ours, theirs):
        if mark != their_mark:
            _show_difference(units[unit], number, folder, built)
    assert len(ours) == len(theirs)
    return Same(sum(tape.turns for tape in units.values()),
                sum(tape.bytes for tape in units.values()))


def _steps(turns):
    return ["player.play(%d)" % _TURNS_A_STEP] * -(-turns // _TURNS_A_STEP)


def _on_micropython(steps, files, built=None):
    if built is PLAIN:
        there = {**wasm.plain(), **wasm.helpers(*_HELPERS, as_built=False), **files}
        return wasm.run(steps, there, {}, _HEAP_BYTES)
    return wasm.run(steps, {**wasm.helpers(*_HELPERS), **files}, built, _HEAP_BYTES)


def _show_difference(tape, number, folder, built):
    path = folder / "tape"
    path.write_bytes(tape.content)
    steps = (_steps(number * taped.MARK_EVERY)
             + ["player.play(%d, True)" % taped.MARK_EVERY])
    theirs = _on_micropython([_PLAYER % "/tape", *steps], {"/tape": tape.content}, built)
    assert_same(on_cpython("\n".join([_PLAYER % str(path), *steps])), theirs)
    raise AssertionError("CPython does not do again what it did when the tape was made")
