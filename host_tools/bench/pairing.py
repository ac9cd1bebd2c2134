# SPDX-License-Identifier: MIT
"""What a pairing costs a board, measured on MicroPython with the shipped bytecode.

The work of both sides in slices, each the best of some runs, in turns of an empty loop: on a board
a slice takes about as many. The heap of each side from when nothing of it is loaded to its
largest, with its code, after a collection; what slices leave for the collector is said apart.
"""

import host_tools  # noqa: F401  (sets the import path)
from host_tools.bench import heap
from host_tools.bench.agreeing import Pairing
from host_tools.micropython import wasm

_AGREEING = "host_tools/bench/agreeing.py"
_SIDES = ("leader", "unit")
_RUNS = 5
_HEAP_BYTES = 4 << 20  # garbage is collected between two steps only
_SLICES = 20  # between two looks at the heap
_LOOKS = 20  # more than there is to do before the other side answers

_TIMES = """
import js
from host_tools.bench.agreeing import Pairing
from host_tools.bench.loopback import turn_ns

now = js.performance.now
best = {"leader": [], "unit": []}

def run():
    at = {"leader": 0, "unit": 0}
    def took(name, side, now_ms):
        begun = now()
        more = side.step(now_ms)
        ns = int((now() - begun) * 1000000)
        times, index = best[name], at[name]
        at[name] += 1
        if index == len(times):
            times.append(ns)
        times[index] = min(times[index], ns)
        return more
    Pairing().run(took)

def show():
    turn = turn_ns(lambda: int(now() * 1000))
    for name in ("leader", "unit"):
        print(len(best[name]), sum(best[name]) // turn, max(best[name]) // turn)
"""
_GARBAGE = """
import gc
from host_tools.bench.agreeing import Pairing
made = []
def took(name, side, now_ms):
    before = gc.mem_alloc()
    more = side.step(now_ms)
    made.append(gc.mem_alloc() - before)
    return more
pairing = Pairing()
gc.collect()
pairing.run(took)
print(max(made), sum(made))
"""
_SHOW = ["gc.collect()", "print(gc.mem_alloc())\nmicropython.qstr_info()"]
_TOOL = ("from host_tools.bench.agreeing import hear, new_leader, new_unit, type_code, work\n"
         "from core.load import let_go, load")


def measure() -> dict:
    """{'leader' and 'unit': {'slices', 'turns' of an empty loop for all of them and
    'longest_turns' for one, 'heap' in bytes}, 'garbage_slice': the most bytes that one leaves,
    'garbage': those of all slices of both sides}."""
    found = {name: dict(zip(("slices", "turns", "longest_turns"), row))
             for name, row in zip(_SIDES, _times())}
    heard = _heard()
    for name in _SIDES:
        found[name]["heap"] = _heap(name, heard[name])
    most, all_ = wasm.run([_GARBAGE], wasm.helpers(_AGREEING), heap_bytes=_HEAP_BYTES).split()
    return dict(found, garbage_slice=int(most), garbage=int(all_))


def _times():
    steps = [_TIMES, *["run()"] * _RUNS, "show()"]
    out = wasm.run(steps, wasm.helpers(_AGREEING, wasm.LOOPBACK), heap_bytes=_HEAP_BYTES)
    return [[int(word) for word in line.split()] for line in out.splitlines()]


def _heard():
    pairing = Pairing()
    pairing.run(lambda name, side, now_ms: side.step(now_ms))
    return pairing.heard


# The other side's messages are the same in every run: so it needs not be in this heap.
def _heap(name, heard):
    steps = ["import collections, gc, micropython", heap.imports(), _TOOL, "let_go()", *_SHOW,
             "side = new_%s()" % name, "let_go()", *_SHOW]
    for payload in heard:
        steps.append("hear(side, %r)" % payload)
        if name == "leader" and payload is heard[0]:
            steps += ["type_code(side)", "let_go()"]
        steps += ["work(side, %d)" % _SLICES, *_SHOW] * _LOOKS
    first, *others = heap.figures(wasm.run(steps, wasm.helpers(_AGREEING),
                                           heap_bytes=_HEAP_BYTES))
    return max(others) - first
