# SPDX-License-Identifier: MIT
"""A group of chips that have nothing at all yet: nobody is asked after something was written."""

import pytest

from host_tools.flash import chip, image, one_board
from host_tools.flash.errors import BadSettings, Declined
from tests.unit.flash_bench import Bench, Terminal
from tests.unit.test_flash_group import in_one_group

WORDS = ("--group", "--limit", "40", "--enable", "--set", "region=iec", "--set", "breaker_a=32",
         "--set", "phases=L1")


@pytest.fixture
def bench(monkeypatch, tmp_path):
    """Two chips without MicroPython; `written`: ports on which it was written."""
    bench = Bench(monkeypatch, tmp_path, 2)
    bench.written = []
    by_port = {board.port: board for board in bench.boards}
    for board in bench.boards:
        (board.folder / "settings.json").unlink()
    put = monkeypatch.setattr
    put(one_board, "_look", lambda job, show: (None, None))
    put(one_board, "_return", lambda job, show: (
        by_port[job.port], one_board._About((1, 28, 0), "esp32", True)))
    put(chip, "detect", lambda port, reset: "esp32")
    put(chip, "serial", lambda port, reset: by_port[port].serial)
    put(chip, "write", lambda port, *_: bench.written.append(port))
    put(image, "pinned", lambda pin, progress: image.Image(tmp_path, (1, 28, 0)))
    return bench


def test_blank_chips_become_a_group_by_one_command(bench):
    assert bench.flash(*WORDS, "--yes") == 0
    in_one_group(bench)
    assert sorted(bench.written) == [board.port for board in bench.boards]


def test_what_is_asked_is_asked_before_anything_is_written(bench, monkeypatch, capsys):
    terminal = Terminal(monkeypatch, "iec", "32", "L1", "", "", "no")
    assert bench.flash("--group", "--limit", "40") == Declined.code
    assert bench.written == [] and len(terminal.asked) == 6
    assert bench.boards[1].name in capsys.readouterr().out


def test_what_cannot_be_is_refused_before_anything_is_written(bench, capsys):
    assert bench.flash(*WORDS, "--limit", "5", "--yes") == BadSettings.code
    assert bench.written == [] and "must be at least 12 A" in capsys.readouterr().err


def test_a_chip_whose_number_is_not_told_is_asked_when_it_has_micropython(bench, monkeypatch):
    monkeypatch.setattr(chip, "serial", lambda port, reset: None)
    assert bench.flash(*WORDS, "--yes") == 0
    in_one_group(bench)


def test_a_chip_that_is_another_one_afterwards_gets_nothing(bench, monkeypatch, capsys):
    monkeypatch.setattr(chip, "serial", lambda port, reset: b"other" + port[-1:].encode())
    assert bench.flash(*WORDS, "--yes") == BadSettings.code
    assert "is another one than before" in capsys.readouterr().err
    assert [board.record for board in bench.boards] == [None, None]


def test_a_group_that_was_hidden_by_a_broken_micropython_is_not_overwritten(
        bench, monkeypatch, capsys):
    assert bench.flash(*WORDS, "--yes") == 0
    records = [board.record for board in bench.boards]
    assert bench.flash(*WORDS, "--yes") == BadSettings.code
    assert "is in a group, which could not be seen before" in capsys.readouterr().err
    assert [board.record for board in bench.boards] == records
