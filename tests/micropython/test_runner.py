# SPDX-License-Identifier: MIT
"""The comparison itself: it sees what differs, and it is really MicroPython that runs."""

import pytest

from core.limits import GroupUnit, check_group
from core.timing import Timing
from tests.micropython import canonical, compare, wasm
from tests.micropython.recorder import Recording


def test_it_is_micropython_with_small_integers_of_31_bits():
    out = wasm.run(["import sys; print(sys.implementation.name, sys.maxsize)"])
    assert out == "micropython 2147483647\n"


def test_an_exception_there_is_a_failure_here():
    with pytest.raises(wasm.PythonFailed, match="ZeroDivisionError"):
        wasm.run(["1 // 0"])


def test_a_difference_between_the_two_is_shown():
    with pytest.raises(AssertionError, match="line 2: CPython cpython, MicroPython micropython"):
        compare.program("import sys\nprint('same')\nprint(sys.implementation.name)")


def test_values_survive_the_way_through_text():
    value = [None, True, -5, 1 << 40, "é\n", b"\x00\xff", (1, (2,)), {"b": 1, 2: (3,)}, []]
    assert canonical.decode(canonical.encode(value)) == value


def test_a_recording_gives_the_same_on_both(tmp_path):
    timing = Timing()
    recording = Recording()
    recorded = recording.new(Timing, (10000, 5000))
    for span_ms in range(0, 3000000, 997):
        assert recorded.stretch(span_ms) == timing.stretch(span_ms)
        recorded.shrink(span_ms)
    assert recorded.lease_x_ms == timing.lease_x_ms
    assert compare.recording(recording.content(), tmp_path) > 6000


def test_where_a_recording_differs_is_shown(tmp_path):
    lines = ['["new",1,"core.timing:Timing",[]]']
    lines += ['["call",1,"stretch",[%d]]' % span_ms for span_ms in range(0, 70000, 100)]
    source = (wasm.FIRMWARE / "core/timing.py").read_text()
    other = source.replace("return span_ms + ", "return span_ms + (span_ms == 60000) + ")
    check = (wasm.FIRMWARE / "core/timing_check.py").read_bytes()
    core = {"/lib/core/timing.py": other.encode(), "/lib/core/timing_check.py": check}
    with pytest.raises(AssertionError, match="CPython 602 61200, MicroPython 602 61201"):
        compare.recording(("\n".join(lines) + "\n").encode(), tmp_path, core)


def test_named_tuples_are_recorded_as_what_they_are():
    unit = GroupUnit(1, "leader", 48000, 48000)
    mark = canonical.encode([unit], Recording._describe)
    assert mark == [{"n": "core.limits:GroupUnit", "v": [1, "leader", 48000, 48000]}]
    assert check_group(40000, canonical.decode(mark), "equal") is None
