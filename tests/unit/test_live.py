# SPDX-License-Identifier: MIT
"""The serial line of a unit that runs: it answers, refuses, and never ends the unit."""

import json
from types import SimpleNamespace

import pytest

from app.on_demand.answer import answer
from core.load import NotLoaded
from device.prompt import LivePrompt
from device.on_demand.watch import Watch


@pytest.fixture
def prompt():
    calls = []

    def fail():
        raise RuntimeError("no luck")

    def unloaded():
        raise NotLoaded("change could not be loaded: try again")

    known = {"look": lambda *values: calls.append(values), "fail": fail, "limit": fail,
             "unloaded": unloaded}
    look = SimpleNamespace(call=lambda place, name, values: known[name](*values),
                           LIVE=("look", "fail", "unloaded"))
    made = LivePrompt(lambda line: answer(look, "place", line), stream=object())
    made.calls = calls
    return made


def type_in(prompt, text):
    for code in text.encode():
        prompt.take(bytes((code,)))


@pytest.mark.parametrize("typed, values", (
    ("look()\r", ()), ("look()\r\n", ()), ("look('C', 16)\n", ("C", 16)),
    ("  look( True )\r", (True,)), ("lool\x08k()\r", ()), ("look(1\x7f2)\r", (2,)),
    ("look(3, \"Piet's True one\")\r", (3, "Piet's True one")),
    ("look('the \"old\" one', True)\r", ('the "old" one', True)),
    ("look(-1.5, False, None)\r", (-1.5, False, None))))
def test_a_call_is_made_once_with_its_values(prompt, typed, values):
    type_in(prompt, typed)
    assert prompt.calls == [values]


@pytest.mark.parametrize("typed, said", (
    ("limit(40)\r", "press Ctrl-C first"), ("run()\r", "press Ctrl-C first"),
    ("limit\r", "press Ctrl-C first"), ("help\r", "there are look(), fail(), unloaded()"),
    ("look\r", "there are look()"), ("look(\r", "there are look()"),
    ("look(1,,2)\r", "between the brackets"), ("look(\"\r", "there are"), ("fail()\r", "no luck"),
    ("unloaded()\r", "Refused: change could not be loaded: try again."),
    ("look(nothing)\r", "between the brackets"), ("import os\r", "there are"),
    ("look(1/0)\r", "between the brackets"),
    ("look(10**10**9)\r", "between the brackets"),
    ("look(open('/main.py', 'w'))\r", "between the brackets")))
def test_what_cannot_be_is_refused_in_words_and_does_nothing(prompt, capsys, typed, said):
    type_in(prompt, typed)
    out = capsys.readouterr().out
    assert "Refused" in out and said in out and prompt.calls == []


def test_what_is_typed_is_shown_and_can_be_taken_back(prompt, capsys):
    type_in(prompt, "\x08abc\x08\x08\x08\x08")
    assert capsys.readouterr().out == "abc" + "\x08 \x08" * 3


def test_bytes_that_nobody_types_are_left_out(prompt, capsys):
    for code in list(range(0, 8)) + [14, 27, 128, 195, 255]:
        prompt.take(bytes((code,)))
    type_in(prompt, "look()\r")
    assert prompt.calls == [()]


def test_a_line_has_an_end(prompt, capsys):
    type_in(prompt, "x" * 10000)
    assert len(capsys.readouterr().out) == 80


class Connector:
    state, offered_ma, fault = 3, 6000, 0

    def __init__(self):
        self.now = SimpleNamespace(offered_ma=6000, closed=True, draw_ma=(5700, 0, 0),
                                   possible_ma=(6000, 0, 0), reason=3)

    def snapshot(self, now_ms):
        return self.now


def watched(leader=None):
    member = SimpleNamespace(lease_state=lambda now_ms: "live", leader=leader)
    return SimpleNamespace(connector=Connector(), member=member)


def test_a_watched_unit_prints_each_change_and_each_second(capsys):
    watch, unit = Watch(), watched()
    for now_ms in range(0, 2500, 100):
        if now_ms == 300:
            unit.connector.now.offered_ma = 7000
        watch.step(unit, now_ms)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["at_ms"] for line in lines] == [0, 300, 1300, 2300]
    assert [line["offered_ma"] for line in lines] == [6000, 7000, 7000, 7000]
    assert lines[0]["possible_ma"] == [6000, 0, 0] and "granted_ma" not in lines[0]


def test_a_leader_also_says_what_it_grants(capsys):
    Watch().step(watched(SimpleNamespace(ledger=SimpleNamespace(
        accounts=[SimpleNamespace(unit=2, last_ma=9000)]))), 0)
    assert json.loads(capsys.readouterr().out)["granted_ma"] == {"2": 9000}
