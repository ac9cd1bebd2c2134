# SPDX-License-Identifier: MIT
"""The comparison itself: it sees what differs, and it is really MicroPython that runs."""

import pytest

from host_tools.build.firmware import compiled
from host_tools.micropython import wasm
from host_tools.simulate.scenario import load
from tests.micropython import compare, tape
from tests.scenarios.golden import FOLDER


def test_it_is_micropython_with_small_integers_of_31_bits():
    out = wasm.run(["import sys; print(sys.implementation.name, sys.maxsize)"])
    assert out == "micropython 2147483647\n"


def test_an_exception_there_is_a_failure_here():
    with pytest.raises(wasm.PythonFailed, match="ZeroDivisionError"):
        wasm.run(["1 // 0"])


def test_a_difference_between_the_two_is_shown():
    with pytest.raises(AssertionError, match="line 2: CPython cpython, MicroPython micropython"):
        compare.program("import sys\nprint('same')\nprint(sys.implementation.name)")


@pytest.fixture(scope="module")
def tapes():
    """Of three units that begin to charge."""
    scenario = load(FOLDER / "lost-decrease.json")
    return tape.record(scenario, 45000)[0]


def test_a_tape_does_the_same_again_on_cpython(tapes, tmp_path):
    path = tmp_path / "tape"
    path.write_bytes(tapes[2].content)
    program = ("from tests.micropython.player import Player\nplayer = Player(%r)\n"
               "player.play(1000000)\nplayer.end()" % str(path))
    assert compare.on_cpython(program).splitlines() == tapes[2].marks
    assert len(tapes[2].marks) > 1


def test_what_bench_measures_runs_there():
    """The round of allocator and ledger; a stopwatch that held nothing would show 0."""
    program = ("import time\nfrom host_tools.bench.loopback import round_us, turn_ns\n"
               "print(turn_ns(time.ticks_us, 100000), round_us(6, time.ticks_us, 10))")
    printed = wasm.run([program], wasm.helpers(wasm.LOOPBACK))
    turn, spent_us = [int(word) for word in printed.split()]
    assert turn > 0 and spent_us > 10


def test_tapes_give_the_same_on_micropython(tapes, tmp_path):
    same = compare.tapes(tapes, tmp_path)
    assert same.turns > 500 and same.bytes > 20000


def test_where_a_unit_differs_is_shown(tapes, tmp_path):
    # One wait of a unit is a millisecond longer there.
    firmware, built = wasm.firmware(), dict(wasm.shipped())
    wait = ".%s = " % firmware.public["reaction_own_ms"]
    module, = [name for name in firmware.modules() if wait in firmware.compact(name)]
    broken = firmware.compact(module).replace(wait, wait + "1 + ")
    module = firmware.on_board(module)
    built["/lib/%s.mpy" % module.replace(".", "/")] = compiled(broken, module)
    with pytest.raises(AssertionError, match="CPython [0-9]+ step .* 3050.*step .* 3051"):
        compare.tapes(tapes, tmp_path, built)
