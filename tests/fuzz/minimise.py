# SPDX-License-Identifier: MIT
"""A few dozen files out of thousands: those that between them reach every line after line."""

import hashlib
import importlib
import sys

LONGEST = 600
MOST = 48


class Reached:
    """Steps from line to line within the modules that are watched."""

    def __init__(self, modules):
        # By import: the firmware lets go of some of them (core/load.py).
        self._files = {importlib.import_module(name).__file__: name for name in modules}
        self.steps = set()

    def __enter__(self):
        sys.settrace(self._begin)
        return self

    def __exit__(self, *_):
        sys.settrace(None)

    def _begin(self, frame, _event, _argument):
        if frame.f_code.co_filename not in self._files:
            return None
        name, last = self._files[frame.f_code.co_filename], [0]

        def line(inside, event, _):
            if event == "line":
                self.steps.add((name, last[0], inside.f_lineno))
                last[0] = inside.f_lineno
            return line
        return line


def choose(candidates, play, modules) -> tuple:
    """(those to keep, number of steps that all reach): the smallest first, as each adds a step.

    With too many of them, those that add most.
    """
    everything, kept = set(), []
    for data in sorted(set(candidates), key=lambda data: (len(data), data)):
        if len(data) > LONGEST:
            continue
        with Reached(modules) as reached:
            play(data)
        if reached.steps - everything:
            everything |= reached.steps
            kept.append((data, reached.steps))
    return _best(kept), len(everything)


def _best(kept):
    chosen, left, covered = [], list(kept), set()
    while left and len(chosen) < MOST:
        best = max(left, key=lambda entry: (len(entry[1] - covered), -len(entry[0])))
        if not best[1] - covered:
            break
        covered |= best[1]
        chosen.append(best[0])
        left.remove(best)
    return chosen


def store(folder, chosen):
    """Make `folder` hold exactly these, named by what they are."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {hashlib.sha256(data).hexdigest()[:12]: data for data in chosen}
    for path in folder.glob("*"):
        if path.name not in wanted:
            path.unlink()
    for name, data in wanted.items():
        (folder / name).write_bytes(data)
