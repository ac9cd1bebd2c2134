# SPDX-License-Identifier: MIT
"""Builds the lease model with spin and gcc, and runs a search of it."""

import os
import re
import shutil
import subprocess
from collections import namedtuple
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
TOOLS = ("spin", "gcc")
_DEPTH = 200000
_MEMORY_MB = 6000
_SECONDS = 3600

# times: lease, reaction and grow in ticks. reply: everything that the search printed.
Result = namedtuple("Result", "errors states depth memory_mb seconds reply")


def missing() -> list:
    """Tools that this machine lacks."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def build(folder: Path, lease=3, react=2, grow=5) -> Path:
    """The search as a program, for these times in ticks."""
    times = ["-DLEASE=%d" % lease, "-DREACT=%d" % react, "-DGROW=%d" % grow]
    said = _run(["spin", *times, "-a", str(FOLDER / "lease.pml")], folder)
    if "rror" in said:
        raise RuntimeError("spin: " + said)
    _run(["gcc", "-O2", "-w", "-DSAFETY", "-DNOREDUCE", "-DMEMLIM=%d" % _MEMORY_MB,
          "-o", "pan", "pan.c"], folder)
    return folder / "pan"


def _run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False,
                          timeout=_SECONDS)
    if done.returncode:
        raise RuntimeError("%s failed: %s" % (command[0], done.stdout + done.stderr))
    return done.stdout + done.stderr


def faults() -> dict:
    """Numbers of the faults and of what must be reached, by name."""
    text = (FOLDER / "faults.pml").read_text(encoding="utf-8")
    return {name: int(number) for name, number in re.findall(r"#define (\w+) (\d+)", text)}


def search(pan: Path, variant, hash_bits=22, broken=None) -> Result:
    """Search everything that a variant allows; ends at the first violation.

    `broken`: the faults, if not just the variant's own."""
    numbers = faults()
    broken = [variant.fault] if broken is None else broken
    settings = {"EVENTS": variant.events, "KINDS": variant.kinds, "ONCE": variant.once,
                "TICKS": variant.ticks, "FAVOURITE": variant.favourite,
                "FAULTS": ",".join(str(numbers[fault]) for fault in broken if fault)}
    settings.update({"ROW%d" % i: row for i, row in enumerate(variant.rows)})
    environment = dict(os.environ, **{key: str(value) for key, value in settings.items()})
    # A search writes its trail where it runs.
    done = subprocess.run([str(pan), "-m%d" % _DEPTH, "-w%d" % hash_bits], cwd=pan.parent,
                          env=environment, capture_output=True, text=True, check=False,
                          timeout=_SECONDS)
    return _result(done.stdout + done.stderr)


def _result(reply):
    def number(pattern, default):
        found = re.search(pattern, reply)
        return float(found.group(1)) if found else default
    return Result(int(number(r"errors: (\d+)", -1)), int(number(r"(\S+) states, stored", 0)),
                  int(number(r"depth reached (\d+)", 0)),
                  number(r"(\S+)\s+total actual memory", 0),
                  number(r"elapsed time (\S+) seconds", 0), reply)


def complete(result) -> bool:
    """Did the search end without an error, and without having left anything out?"""
    left_out = ("too small", "Search not completed", "out of memory", "reached -DMEMLIM",
                "hash array", "max search depth", "BITSTATE", "interrupted", "aborting")
    return result.errors == 0 and not [text for text in left_out if text in result.reply]


def violates(result) -> bool:
    """Did the search find the circuit rule broken, and nothing else?"""
    return result.errors == 1 and "assertion violated" in result.reply and \
        "invalid array index" not in result.reply
