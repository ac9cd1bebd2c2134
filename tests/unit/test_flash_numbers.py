# SPDX-License-Identifier: MIT
"""Unit numbers of boards that are flashed together: predictable, and no two alike in a group."""

import json
import re
import threading

import pytest

from host_tools import boards
from host_tools.flash import cli, configure, session
from host_tools.flash.errors import BadSettings, BoardLost
from host_tools.flash.numbers import Numbers, Told, assign

FACTS = configure.board_facts(boards.load("bench"))
KEY = "ab" * 32
UNIT = {"role": "follower", "region": "iec", "breaker_a": 16, "phases": "L1", "group_id": 7,
        "group_key": KEY}


def told(*boards_told):
    """Boards a, b, ... with such settings beside the usual ones."""
    return [Told("abcdef"[place], dict(UNIT, **values), FACTS)
            for place, values in enumerate(boards_told)]


def numbers(*boards_told, first=1):
    return list(assign(told(*boards_told), first).values())


def test_new_boards_are_numbered_in_the_order_of_their_ports():
    assert numbers({}, {}, {}) == [1, 2, 3]
    assert numbers({}, {}, first=4) == [4, 5]


def test_a_board_keeps_its_number_and_the_others_get_what_is_free():
    assert numbers({}, {"unit_id": 1}, {}, {"unit_id": 3}) == [2, 1, 4, 3]
    assert numbers({"unit_id": 9}, {}, first=9) == [9, 10]


@pytest.mark.parametrize("number", ("3", 0, 251, None, True))
def test_a_number_that_cannot_be_is_none(number):
    assert numbers({"unit_id": number}, {"unit_id": 1}) == [2, 1]


def test_two_boards_that_are_one_unit_of_a_group_are_refused_with_what_to_do():
    with pytest.raises(BadSettings) as refused:
        numbers({"unit_id": 2}, {}, {"unit_id": 2})
    for words in ("a and c would both be unit 2 of one group", "--port c --set unit_id=1",
                  "No settings were changed"):
        assert words in " ".join(str(refused.value).split())


def test_boards_that_are_not_paired_yet_may_meet_too():
    with pytest.raises(BadSettings):
        numbers({"unit_id": 2, "group_id": 0}, {"unit_id": 2})
    with pytest.raises(BadSettings):
        numbers({"unit_id": 2, "group_id": 0}, {"unit_id": 2, "group_id": 0, "role": "leader"})


def test_units_of_other_groups_and_of_their_own_circuits_may_have_the_same_number():
    assert numbers({"unit_id": 2}, {"unit_id": 2, "group_id": 8}) == [2, 2]
    assert numbers({"unit_id": 2, "role": "alone"}, {"unit_id": 2, "role": "alone"}, {}) == [
        2, 2, 1]


MEMBERS = {"members": "4:16:32:L1 5:16:32:L2 9:16:32:L1", "limit_a": 20}


def test_in_a_group_that_is_set_up_by_hand_a_board_gets_the_row_that_is_its_own():
    leader = dict(MEMBERS, role="leader")
    assert numbers(MEMBERS, leader, dict(MEMBERS, phases="L2")) == [9, 4, 5]


def test_a_board_without_a_row_gets_no_number():
    assert numbers(MEMBERS, MEMBERS, dict(MEMBERS, phases="L3")) == [9, None, None]
    assert numbers(dict(MEMBERS, members="nonsense")) == [None]


def test_all_numbers_taken_leaves_a_board_without():
    assert assign(told({}, {}), 250) == {"a": 250, "b": None}


# ---- side by side

def together(ports, values, failing=(), first=1):
    """What each board is given when all tell at their own time, in threads of their own."""
    shared = Numbers(ports, first)
    given = {}

    def one(port):
        if port in failing:
            shared.leave(port)
            return
        try:
            given[port] = shared.settle(Told(port, dict(UNIT, **values[port]), FACTS),
                                        lambda text, part: None)
        except BadSettings as error:
            given[port] = error
        shared.leave(port)
    threads = [threading.Thread(target=one, args=(port,)) for port in reversed(ports)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    return given


def test_whoever_tells_first_the_order_is_that_of_the_ports():
    values = {"p1": {}, "p2": {"unit_id": 1}, "p3": {}}
    assert together(["p1", "p2", "p3"], values) == {"p1": 2, "p2": 1, "p3": 3}


def test_while_a_board_has_not_told_its_number_none_is_given_away():
    values = {"p1": {}, "p2": {"unit_id": 5}}
    assert together(["p1", "p2", "p3"], values, failing=["p3"]) == {"p1": None, "p2": 5}


def test_two_alike_stop_every_board():
    values = {port: {"unit_id": 1} for port in ("p1", "p2")}
    given = together(["p1", "p2"], values)
    assert all(isinstance(error, BadSettings) for error in given.values())


def test_ctrl_c_ends_the_waiting():
    shared = Numbers(["p1", "p2"])

    def stopped(text, part):
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        shared.settle(Told("p1", UNIT, FACTS), stopped)


# ---- the whole command

class Bench:
    """Boards whose files are in memory; all are flashed already, so only settings change."""

    def __init__(self, monkeypatch, **stored):
        self.stored = {"socket://" + port: stored[port] for port in stored}
        self.lost = ()
        put = monkeypatch.setattr
        put(session, "_look", self.look)
        put(session.build, "files", lambda board: {})
        put(session.files, "present", lambda link: {})
        put(session.files, "read", self.read)
        put(session.files, "write", self.write)
        put(session.health, "wait", lambda link, missing, show: {"role": "follower"})

    def look(self, job, show):
        if job.port in self.lost:
            raise BoardLost("lost")
        link = type("Link", (), {"port": job.port, "close": lambda self: None})()
        return link, session._About((1, 26, 1), "esp32", True)

    def read(self, link, path):
        values = self.stored[link.port]
        return json.dumps(values).encode() if path == configure.PATH and values else None

    def write(self, link, path, data):
        self.stored[link.port] = json.loads(data)

    def flash(self, *words):
        ports = [word for port in self.stored for word in ("--port", port)]
        return cli.main([*ports, "--board", "bench", *words])

    def numbers(self):
        return [(values or {}).get("unit_id") for values in self.stored.values()]


def test_several_bare_boards_become_units_beside_of_their_own(monkeypatch, capsys):
    bench = Bench(monkeypatch, a=None, b=None, c=None)
    assert bench.flash("--role", "follower", "--set", "region=iec") == 0
    assert bench.numbers() == [1, 2, 3]
    shown = capsys.readouterr().out
    assert sorted(re.findall(r"Unit number +(\d)", shown)) == ["1", "2", "3"]
    assert bench.flash() == 0 and bench.numbers() == [1, 2, 3]


def test_boards_that_are_added_get_the_numbers_after_the_one_that_was_named(monkeypatch):
    bench = Bench(monkeypatch, a=None, b=dict(UNIT, unit_id=2), c=None)
    assert bench.flash("--set", "unit_id=4") == 0
    assert bench.numbers() == [4, 2, 5]


def test_boards_with_the_same_number_are_left_as_they_are(monkeypatch, capsys):
    bench = Bench(monkeypatch, a=dict(UNIT, unit_id=2), b=dict(UNIT, unit_id=2), c=None)
    before = dict(bench.stored)
    assert bench.flash("--set", "priority=1") == BadSettings.code
    assert bench.stored == before
    assert "would both be unit 2" in capsys.readouterr().err


def test_a_board_that_is_lost_keeps_the_others_from_getting_its_number(monkeypatch):
    bench = Bench(monkeypatch, a=None, b=dict(UNIT, unit_id=1), c=dict(UNIT, unit_id=5))
    bench.lost = ("socket://b",)
    assert bench.flash("--role", "follower") == BoardLost.code
    assert bench.numbers() == [None, 1, 5]
    bench.lost = ()
    assert bench.flash("--role", "follower") == 0
    assert bench.numbers() == [2, 1, 5]


def test_one_board_alone_gets_the_number_that_was_named_and_none_else(monkeypatch):
    bench = Bench(monkeypatch, a=dict(UNIT, unit_id=3))
    assert bench.flash("--set", "unit_id=8") == 0 and bench.numbers() == [8]
    bench = Bench(monkeypatch, a=None)
    assert bench.flash("--role", "follower") == 0 and bench.numbers() == [None]


def test_the_plan_says_who_gets_which_number(capsys):
    assert cli.main(["--dry-run", "--all", "--set", "unit_id=4"]) == 0
    assert "the smallest free one from 4 on" in capsys.readouterr().out
    assert cli.main(["--dry-run"]) == 0
    assert "smallest free" not in capsys.readouterr().out
