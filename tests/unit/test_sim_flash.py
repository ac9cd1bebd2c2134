# SPDX-License-Identifier: MIT
"""What the simulator's flash gives back: older copies, but of the same group."""

import json
from types import SimpleNamespace

import pytest

from host_tools.simulate.flash import Flash


def record(key, number):
    return json.dumps({"key": key, "number": number}).encode()


def flash(*stored):
    """One in which these were stored one after the other, a second apart."""
    clock = SimpleNamespace(now_ms=0)
    made = Flash(clock)
    for data in stored:
        clock.now_ms += 1000
        made.write("group", data)
    return made


@pytest.mark.parametrize("writes, back_ms, number", [
    (1, None, 2), (2, None, 1), (None, 1500, 1), (9, None, 0)])
def test_the_last_writes_are_gone(writes, back_ms, number):
    made = flash(*[record("aa", n) for n in range(4)])
    made.lose("group", writes, back_ms)
    made.boot()
    found = made.blocks.get("group")
    assert (found and json.loads(found)["number"]) == (number or None) and made.is_ill()


def test_the_record_of_an_earlier_group_does_not_come_back():
    """It has its key too: the unit could not know better. Seen as campaign seed 110239."""
    made = flash(record("aa", 1), record("aa", 2), record("bb", 3), record("bb", 4))
    made.lose("group", 3, None)
    made.boot()
    assert json.loads(made.blocks["group"]) == {"key": "bb", "number": 3}
    made.lose("group", 1, None)
    made.boot()
    assert json.loads(made.blocks["group"]) == {"key": "bb", "number": 3}
