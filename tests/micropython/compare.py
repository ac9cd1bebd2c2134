# SPDX-License-Identifier: MIT
"""Runs the same thing on CPython and on MicroPython and shows the first difference."""

import subprocess
import sys

from host_tools import ROOT
from tests.micropython import wasm

_LINES_A_STEP = 500
_HELPERS = ("canonical.py", "dice.py", "replay.py")


def _helpers() -> dict:
    files = {"/lib/" + name: (wasm.HERE / name).read_bytes() for name in _HELPERS}
    return dict(files, **wasm.loopback())


def on_cpython(source: str) -> str:
    """Output of a program on this Python, with the import path of the boards."""
    path = ":".join(str(ROOT / name) for name in (
        "firmware", "host_tools/shim", "tests/micropython", "."))
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
    assert_same(ours, wasm.run([wasm.firmware().with_numbers(source)], _helpers()))
    return ours


def recording(content: bytes, tmp_path, core=None):
    """Plays a recording on both and compares all that came out. Returns the number of lines."""
    lines = content.count(b"\n")
    path = tmp_path / "recording.jsonl"
    path.write_bytes(content)
    play = "import replay\nplayer = replay.Player(%r)\n"
    ours = on_cpython(play % str(path) + "while player.play(%d): pass" % _LINES_A_STEP)
    # One step each, because garbage is collected between steps only.
    steps = [play % "/recording.jsonl"]
    steps += ["player.play(%d)" % _LINES_A_STEP] * (lines // _LINES_A_STEP + 1)
    files = dict(_helpers(), **{"/recording.jsonl": content})
    theirs = wasm.run(steps, files, core)
    if ours != theirs:
        _show_difference(play, path, ours, theirs, steps, files, core)
    return lines


def _show_difference(play, path, ours, theirs, steps, files, core):
    pairs = enumerate(zip(ours.splitlines(), theirs.splitlines()))
    chunk = next((index for index, (one, other) in pairs if one != other), len(steps) - 2)
    show = "player.play(%d, True)" % _LINES_A_STEP
    quiet = "player.play(%d)" % _LINES_A_STEP
    in_full = "\n".join([play % str(path)] + [quiet] * chunk + [show])
    assert_same(on_cpython(in_full),
                wasm.run([play % "/recording.jsonl"] + [quiet] * chunk + [show], files, core))
    raise AssertionError("the outputs differ only in length")
