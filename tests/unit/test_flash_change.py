# SPDX-License-Identifier: MIT
"""Boards in a group, flashed again: what its leader may change, and what is refused elsewhere."""

import pytest

from host_tools import boards
from host_tools.flash import cli, image, one_board
from host_tools.flash.errors import NotHealthy
from host_tools.records import member_record
from tests.unit.flash_bench import Bench
from tests.unit.test_flash_group import keys, other_group, refused


@pytest.fixture
def bench(monkeypatch, tmp_path):
    """Three boards, still without a group."""
    return Bench(monkeypatch, tmp_path, 3)


@pytest.mark.parametrize("setting, change", [
    ("limit_a=20", {"limit_ma": 20000}), ("enabled=no", {"enabled": False}),
    ("fallback=stop", {"fallback": "stop"}), ("limit_a=40", None), ("priority=2", None)])
def test_on_the_leader_a_group_setting_becomes_a_proposal(bench, setting, change):
    other_group(bench)
    assert bench.flash("--set", setting, only=bench.boards[:1]) == 0
    assert bench.boards[0].change == change


def test_a_limit_that_the_stored_group_cannot_have_is_refused(bench, capsys):
    other_group(bench)
    said = refused(bench, capsys, "--set", "limit_a=11", only=bench.boards[:1])
    assert "limit is 11 A: must be at least 12 A" in said


@pytest.mark.parametrize("setting", ["limit_a=20", "enabled=no", "fallback=stop"])
def test_on_a_follower_it_is_refused_and_the_leader_named(bench, capsys, setting):
    other_group(bench)
    first, second, _ = bench.boards
    said = refused(bench, capsys, "--set", setting, only=[second])
    assert "%s is set on the leader, unit 1" % setting.split("=")[0] in said
    revision = first.revision()
    second.record = member_record(bytes.fromhex(first.record["key"]), second.serial, revision)
    assert "unit 1 (serial %s)" % first.name in refused(bench, capsys, "--set", setting,
                                                        only=[second])


def test_a_follower_without_a_group_has_no_limit_either(bench, capsys):
    words = ["--role", "follower", "--set", "limit_a=20"]
    assert "limit_a is set on the leader" in refused(bench, capsys, *words)
    bench.boards[0].settings = dict(bench.boards[0].settings, role="follower")
    assert "limit_a is set on the leader" in refused(bench, capsys, *words[2:],
                                                     only=bench.boards[:1])


def test_a_leader_that_has_stopped_proposes_nothing(bench, capsys):
    other_group(bench)
    record = bench.boards[0].record
    record["lead"]["stopped"] = 1
    bench.boards[0].record = record
    assert "this one has stopped; lead_again() on one of them" in refused(
        bench, capsys, "--set", "limit_a=20", only=bench.boards[:1])


@pytest.mark.parametrize("place, role", [
    (0, "follower"), (0, "alone"), (1, "leader"), (1, "alone")])
def test_a_role_that_its_group_does_not_give_it_is_refused(bench, capsys, place, role):
    other_group(bench)
    said = refused(bench, capsys, "--role", role, only=[bench.boards[place]])
    assert "role stays %s: this unit is in a group" % ("follower" if place else "leader") in said
    assert "factory_reset(True)" in said


def test_a_unit_in_a_group_is_updated_like_any_other(bench, capsys):
    other_group(bench)
    before = keys(bench)
    assert bench.flash() == 0
    assert keys(bench) == before
    assert "follower, its group is still to be made" not in capsys.readouterr().out


def test_a_follower_that_waits_for_its_group_is_no_failure(bench, capsys):
    assert bench.flash("--role", "follower") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "follower, its group is still to be made" in shown
    assert "It does not charge before its group is made" in shown


def test_a_group_that_cannot_be_read_is_one(bench, capsys):
    bench.boards[0].store.write("group", b"{}")
    assert bench.flash(only=bench.boards[:1]) == NotHealthy.code
    assert "group record unreadable" in capsys.readouterr().err


UDP = ("--set", "transport=udp", "--set", "wifi_ssid=home", "--set", "wifi_password=very secret")
WHOLE = ("--set", "region=iec", "--set", "breaker_a=16", "--set", "phases=L1")
ONE = ("--group", "--limit", "20", "--yes")


@pytest.mark.parametrize("words", (("--role", "leader"), ONE))
def test_a_leader_by_home_network_is_set_up_in_one_command(bench, capsys, words):
    assert bench.flash(*words, *UDP, only=bench.boards[:1]) == 0
    settings = bench.boards[0].settings
    assert (settings["role"], settings["transport"], settings["wifi_ssid"],
            settings["wifi_password"]) == ("leader", "udp", "home", "very secret")
    assert "wifi_ssid is missing" not in capsys.readouterr().out


@pytest.fixture
def no_image(bench, monkeypatch):
    """The first two boards are in a group; all need an image, and none may be written."""
    other_group(bench)
    monkeypatch.setattr(one_board.chip, "detect", lambda port, reset: "esp32")
    monkeypatch.setattr(one_board.chip, "write", lambda *_: pytest.fail("it was written"))
    monkeypatch.setattr(cli, "_firmware", lambda options: image.Image("x.bin", (1, 28, 0)))


@pytest.mark.parametrize("words, said", (
    (("--set", "limit_a=20"), "limit_a is set on the leader, unit 1"),
    (("--set", "breaker_a=60"), "breaker_a is 60: must be one of 10, 13"),
    (("--erase", "--yes", *ONE, "--set", "breaker_a=16", "--set",
      "region=iec"), "unit 1 (socket://b, serial A0B1C2000002): phases")))
def test_what_its_own_settings_and_group_forbid_is_seen_before_an_image_is_written(
        bench, capsys, no_image, words, said):
    assert said in refused(bench, capsys, *words, only=[bench.boards[1]])


def test_what_its_board_forbids_is_seen_before_a_chip_without_micropython_is_written(
        bench, capsys, no_image, monkeypatch):
    board = dict(boards.load("bench"), rs485=False)
    monkeypatch.setattr(one_board, "_look", lambda job, show: (None, None))
    monkeypatch.setattr(one_board.boards, "load", lambda name: board)
    monkeypatch.setattr(cli.wish, "of", lambda *_: None)
    said = refused(bench, capsys, "--set", "meter=sdm120", *WHOLE, only=bench.boards[:1])
    assert "no RS485 port" in said


def test_a_refused_setting_leaves_a_factory_reset_to_the_next_start(bench, capsys):
    (bench.boards[0].folder / "forget.json").write_text("true")
    assert "breaker_a is 60" in refused(bench, capsys, *WHOLE, "--set", "breaker_a=60",
                                        only=bench.boards[:1])
