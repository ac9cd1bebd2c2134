# SPDX-License-Identifier: MIT
"""An owner's call has all the memory there is, alone; where that is too little it is refused
before anything has changed. On an emulated chip two of two such calls had ended the unit."""

import json
from types import SimpleNamespace

import pytest

import core.load
from app.on_demand import web_live
from core.load import NotLoaded, let_go, load

from tests.unit.web_bench import Bench, group


@pytest.fixture
def bench():
    return Bench(group(2, 30))


def limits(bench):
    revisions = bench.node.program.member.leader.revisions
    return revisions.in_force.limit_ma, revisions.pending


def test_where_too_little_would_be_left_a_call_is_refused_and_nothing_changes(bench):
    head, before = bench.log_in(), limits(bench)
    bench.web.free = lambda: 4000
    for path, asked in (("limit", {"amps": 30}), ("rename", {"unit": 2, "name": "x"})):
        busy = bench.post("/api/" + path, asked, head)
        assert (busy.status, busy.json) == (503, {"busy": True})
    assert limits(bench) == before and not bench.web.acts
    bench.web.free = lambda: 40000
    assert bench.post("/api/limit", {"amps": 30}, head).status == 200
    assert limits(bench) != before


def test_room_that_ends_while_its_files_are_loaded_ends_the_call(bench):
    head, before, left = bench.log_in(), limits(bench), [30000]

    def room():
        left[0] -= 3000
        return left[0]
    bench.web.free = room
    assert bench.post("/api/limit", {"amps": 30}, head).status == 503
    assert limits(bench) == before and left[0] < 8192


def test_beside_an_owners_call_everybody_else_comes_again(bench):
    head = bench.log_in()
    bench.web.acts = True
    assert bench.ask("/api/live").status == 503
    assert bench.post("/api/limit", {"amps": 30}, head).status == 503
    bench.web.acts = None  # it is just over
    bench.web.step()
    assert bench.web.acts is False
    assert bench.ask("/api/live").status == 200


def test_a_call_that_is_refused_leaves_the_way_free(bench):
    head = bench.log_in()
    assert bench.post("/api/limit", {"amps": 3}, head).status == 409
    assert bench.ask("/api/live").status == 200


def test_a_look_at_what_was_wished_ends_well_though_its_file_was_let_go_of(bench, monkeypatch):
    """On an emulated chip such answers ended at the first unit."""
    def fails(*path):
        raise NotLoaded("%s could not be loaded: try again" % path[-1])

    assert bench.post("/api/wish", {"unit": 2, "changes": {"max_a": 16}},
                      bench.log_in()).status == 200
    assert bench.ask("/api/live").status == 200  # what is to be looked up first
    _, _, pieces = web_live.answer(bench.web, SimpleNamespace(header=lambda name: ""), "")
    sent = ""
    for piece in pieces:
        if type(piece) is tuple:
            load(*piece)
            continue
        sent += piece
        if sent.endswith('"units":['):
            let_go()
            monkeypatch.setattr(web_live, "load", fails)
    assert [unit["cap_a"] for unit in json.loads(sent)["units"]] == [None, 16]


@pytest.mark.parametrize("lacks", ("reason_words", "caps"))
def test_a_look_for_which_a_file_is_missing_is_told_to_come_again_and_not_given_half(
        bench, monkeypatch, lacks):
    """On an emulated chip every fifth answer ended after its first 512 bytes."""
    assert bench.post("/api/wish", {"unit": 2, "changes": {"max_a": 16}},
                      bench.log_in()).status == 200
    assert bench.ask("/api/live").status == 200
    bench.web.said.clear()

    def fails(*path):
        if path[-1] == lacks:
            raise NotLoaded("%s could not be loaded: try again" % lacks)
        return load(*path)
    monkeypatch.setattr(core.load, "load", fails)
    let_go()  # all that is loaded from now on fails so
    assert bench.ask("/api/live").status == 503
    monkeypatch.undo()
    let_go()
    assert bench.ask("/api/live").status == 200


def test_a_call_in_the_middle_of_a_look_takes_nothing_from_it(bench):
    assert bench.ask("/api/live").status == 200
    bench.web.said.clear()  # something is to be looked up, and others have their turn meanwhile
    _, _, pieces = web_live.answer(bench.web, SimpleNamespace(header=lambda name: ""), "")
    sent = ""
    for piece in pieces:
        if type(piece) is tuple:
            bench.web.badge = None  # as web_act.py does it
            load(*piece)
        else:
            sent += piece
    assert bench.web.badge is None and json.loads(sent)["change"] is None
