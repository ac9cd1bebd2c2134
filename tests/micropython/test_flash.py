# SPDX-License-Identifier: MIT
"""The whole of flashing against a real MicroPython at the other end of mpremote's raw mode."""

import json

import pytest

from core.on_demand.serial import serial_text
from host_tools import boards, chips
from host_tools.build import cache
from host_tools.flash import chip, cli, configure, contents, files, health, image, ports, stored
from host_tools.flash.errors import (BadSettings, BoardLost, NoBoardChosen, NotHealthy, TooOld,
                                     WrongChip)
from host_tools.flash.link import Link
from tests.micropython import wasm_board


@pytest.fixture(autouse=True)
def firmware(tmp_path, monkeypatch):
    """Five files instead of sixty; this MicroPython passes for an ESP32; no long waits."""
    monkeypatch.setattr(contents, "FIRMWARE", wasm_board.firmware(tmp_path / "firmware"))
    known = chips.known
    monkeypatch.setattr(chips, "known", lambda text: "esp32" if "Emscripten" in text
                        else known(text))
    monkeypatch.setattr(health, "_RUN_S", (0.5, 1.0))
    # Whoever asks esptool here has gone wrong.
    monkeypatch.setattr(chip, "ESPTOOL", ["/no/esptool/in/these/tests"])
    return tmp_path / "firmware"


@pytest.fixture(autouse=True)
def labels_elsewhere(monkeypatch, tmp_path):
    """Labels are written where one is."""
    monkeypatch.chdir(tmp_path)


def flash(url, *arguments):
    return cli.main(["--port", url, *arguments])


def on_device(url):
    """{path: hash} and the settings of a device."""
    link = Link(url)
    try:
        link.enter()
        found = {path: value for path, value in files.present(link).items() if value}
        return found, json.loads(files.read(link, "/settings.json") or "null")
    finally:
        link.close()


def expected(board_id):
    return {path: contents.digest(content)
            for path, content in contents.files(boards.load(board_id)).items()}


def test_a_bare_board_becomes_a_unit(capsys):
    with wasm_board.board({"/boot.py": b"# factory", "/old/notes.txt": b"mine"}) as url:
        assert flash(url, "--board", "bench", "--role", "leader", "--set", "region=iec") == 0
        found, settings = on_device(url)
    shown = capsys.readouterr().out
    assert "Serial number  AP-1" in shown and "Role           leader" in shown
    assert "Label code     CODE" in shown and "What to do next:" in shown
    assert "breaker_a is missing" in shown and "cannot reset the board" in shown
    assert settings == {"role": "leader", "region": "iec"}
    found.pop("/settings.json")
    assert found == expected("bench")


def test_a_second_run_copies_nothing_and_keeps_the_settings(capsys):
    with wasm_board.board() as url:
        assert flash(url, "--board", "smartevse_v30", "--set", "priority=9") == 0
        capsys.readouterr()
        assert flash(url) == 0  # the board is known from the device
        assert "all 9 files are on the board already" in capsys.readouterr().out
        assert on_device(url)[1] == {"priority": 9}


def test_an_update_copies_what_changed_and_removes_what_is_gone(firmware, capsys):
    (firmware / "core" / "gone.py").write_text("OLD = 1\n")
    # The last two: where an earlier version had what is on demand, and an earlier one of this.
    with wasm_board.board({"/core/stray.py": b"x", "/keep.txt": b"mine",
                           "/app/on_demand/web_live.mpy": b"x", "/o/ip.mpy": b"x"}) as url:
        assert flash(url, "--board", "bench") == 0
        assert not {"/core/stray.py", "/app/on_demand/web_live.mpy",
                    "/o/ip.mpy"} & set(on_device(url)[0])
        (firmware / "core" / "gone.py").unlink()
        (firmware / "core" / "thing.py").write_text("VALUE = 3 + 4\nMORE = 1\n")
        capsys.readouterr()
        assert flash(url) == 0
        found, _ = on_device(url)
    shown = capsys.readouterr().out
    assert "copying /core/thing.mpy" in shown and "/hal/__init__.mpy" not in shown
    assert "/keep.txt" in found and "/core/gone.mpy" not in found


@pytest.mark.parametrize("lose_after", [2500, 5200, 7000])
def test_a_cable_that_is_pulled_leaves_nothing_that_runs(lose_after, capsys, monkeypatch):
    monkeypatch.setattr(Link, "recover", lambda link: False)
    with wasm_board.board({"/main.py": b"print('OLD')"}, lose_after=lose_after) as url:
        assert flash(url, "--board", "bench") == BoardLost.code
        assert "run the same command again" in capsys.readouterr().err
        found, _ = on_device(url)
        assert "/main.py" not in found or found == expected("bench")
        assert flash(url, "--board", "bench") == 0
        found, _ = on_device(url)
        found.pop("/settings.json")
        assert found == expected("bench")


def test_a_line_that_comes_back_at_once_is_no_loss(capsys):
    with wasm_board.board(lose_after=5200) as url:
        assert flash(url, "--board", "bench") == 0
    assert "Done: bench" in capsys.readouterr().out


def test_the_board_file_must_fit_the_chip(capsys):
    with wasm_board.board() as url:
        assert flash(url, "--board", "generic_s3") == WrongChip.code
        assert on_device(url)[0] == {}
    assert "generic_s3 has an ESP32-S3, but the chip" in capsys.readouterr().err


def test_which_board_it_is_must_be_said_once(capsys):
    with wasm_board.board() as url:
        assert flash(url) == NoBoardChosen.code
    error = capsys.readouterr().err
    assert "--board" in error and "smartevse_v31" in error and "generic_s3" not in error


def test_settings_that_cannot_be_change_nothing():
    with wasm_board.board() as url:
        assert flash(url, "--board", "bench", "--set", "priority=300") == BadSettings.code
        assert on_device(url) == ({}, None)


def test_a_unit_that_is_not_well_is_no_success(firmware, capsys):
    (firmware / "core" / "thing.py").write_text("VALUE = 8\n")
    with wasm_board.board() as url:
        assert flash(url, "--board", "bench") == NotHealthy.code
    assert "does not run as it should" in capsys.readouterr().err


def test_a_program_that_crashes_is_shown(firmware, capsys):
    (firmware / "main.py").write_text("raise ValueError('no such pin')\n")
    with wasm_board.board() as url:
        assert flash(url, "--board", "bench") == NotHealthy.code
    assert "ValueError: no such pin" in capsys.readouterr().err


def test_an_old_micropython_that_nobody_can_replace(monkeypatch, capsys):
    monkeypatch.setattr(image, "OLDEST", (99, 0, 0))
    monkeypatch.setattr(chip, "detect", no_loader)
    with wasm_board.board() as url:
        assert flash(url, "--board", "bench") == TooOld.code
    assert "99.0.0 or newer is needed" in capsys.readouterr().err


def no_loader(port, reset):
    raise chip.NotAnswering("silent")


def test_an_old_micropython_is_replaced_by_the_pinned_image(monkeypatch, tmp_path):
    written = []
    monkeypatch.setattr(image, "OLDEST", (99, 0, 0))
    monkeypatch.setattr(chip, "detect", lambda port, reset: "esp32")
    monkeypatch.setattr(image, "pinned", lambda pin, progress: image.Image(tmp_path, (99, 0, 0)))

    def write(port, chip_key, path, baud, erase, reset, show):
        written.append((chip_key, path, baud, erase, reset))
        monkeypatch.setattr(image, "OLDEST", (1, 26, 0))  # as if it ran now

    monkeypatch.setattr(chip, "write", write)
    with wasm_board.board() as url:
        assert flash(url, "--board", "bench", "--baud", "230400") == 0
    assert written == [("esp32", tmp_path, 230400, False, False)]


def test_several_boards_side_by_side_have_a_line_each(monkeypatch, capsys):
    with wasm_board.board() as first, wasm_board.board() as second:
        found = [type("Port", (), {"device": url, "vid": 0x10C4})() for url in (first, second)]
        monkeypatch.setattr(ports, "candidates", lambda: found)
        assert cli.main(["--all", "--board", "bench", "--set", "region=us"]) == 0
        shown = capsys.readouterr().out
        for url in (first, second):
            assert on_device(url)[1] == {"region": "us"}
    for url in (first, second):
        assert "%s  copying 9 of 9 files" % url in shown and "%s  done" % url in shown
        assert "%s: Done: bench" % url in shown


def test_of_several_boards_one_that_fails_does_not_stop_the_others(monkeypatch, capsys):
    with wasm_board.board() as good, wasm_board.board({"/settings.json": b"torn"}) as bad:
        assert cli.main(["--port", bad, "--port", good, "--board", "bench"]) == BadSettings.code
        assert "/main.py" in on_device(good)[0]
    result = capsys.readouterr()
    assert "%s: Done" % good in result.out and "%s: /settings.json" % bad in result.err


# ---- groups: the firmware's own start and storage there

BENCH = ("--board", "bench", "--set", "region=iec", "--set", "breaker_a=32", "--set", "phases=L1",
         "--yes", "--limit", "40")
GROUP = (*BENCH, "--group", "--enable")


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """(files, programs beside them) of what a unit does at its start with settings and group."""
    bench = boards.load("bench")
    folder = wasm_board.firmware_of_group(tmp_path_factory.mktemp("start") / "unit",
                                          configure.board_facts(bench))
    with pytest.MonkeyPatch.context() as patch:
        built = cache.firmware(folder)
        patch.setattr(contents, "FIRMWARE", folder)
        patch.setattr(contents, "_firmware", lambda: built)
        return contents.files(bench), built


@pytest.fixture
def of_group(start, monkeypatch):
    """Boards get that, which is compiled once."""
    monkeypatch.setattr(contents, "files", lambda board: start[0])
    monkeypatch.setattr(contents, "_firmware", lambda: start[1])


def found_on(url):
    """What a device has stored."""
    link = Link(url)
    try:
        link.enter()
        return stored.read(link)
    finally:
        link.close()


def test_two_boards_become_a_group(of_group, capsys):
    with wasm_board.board(number=1) as first, wasm_board.board(number=2) as second:
        ports_given = ("--port", first, "--port", second)
        assert cli.main([*ports_given, *GROUP]) == 0
        leader, follower = found_on(first), found_on(second)
        assert cli.main([*ports_given, *GROUP]) == 0
        assert (found_on(first), found_on(second)) == (leader, follower)
        assert flash(first, "--set", "limit_a=36") == 0
        assert json.loads(found_on(first).change) == {"limit_ma": 36000}
        assert flash(second, "--set", "limit_a=36") == BadSettings.code
    assert leader.record["key"] == follower.record["key"]
    assert leader.joins is follower.joins is None
    assert configure.leads(leader) and not configure.leads(follower)
    assert [row[1] for row in leader.record["lead"]["in_force"][-1]] == [
        serial_text(wasm_board.serial(number)) for number in (1, 2)]
    assert follower.record["group"]["revision"] is None
    said = capsys.readouterr()
    assert leader.record["key"] not in said.out + said.err
    assert "is there already" in said.out and "is set on the leader, unit 1" in said.err


def test_a_group_that_was_interrupted_is_gone_on_with(of_group, monkeypatch, capsys):
    with wasm_board.board(number=1) as first, wasm_board.board(number=2) as second:
        join = stored.join

        def pulled(link, asked):
            if link.port == second:
                raise BoardLost("pulled")
            join(link, asked)

        monkeypatch.setattr(stored, "join", pulled)
        assert cli.main(["--port", first, "--port", second, *GROUP]) == BoardLost.code
        assert configure.leads(found_on(first)) and found_on(second).record is None
        monkeypatch.setattr(stored, "join", join)
        assert cli.main(["--port", second, "--port", first, *GROUP]) == 0
        assert found_on(second).record["key"] == found_on(first).record["key"]


def test_a_board_joins_a_group_that_is_there(of_group, capsys):
    with wasm_board.board(number=1) as first, wasm_board.board(number=2) as second:
        assert cli.main(["--port", first, *GROUP, "--limit", "20"]) == 0
        join = ["--port", first, "--port", second, *BENCH, "--join", "--set", "2:breaker_a=16"]
        assert cli.main(join) == 0
        leader, newcomer = found_on(first), found_on(second)
        assert cli.main(join) == 0
        assert (found_on(first), found_on(second)) == (leader, newcomer)
    assert json.loads(leader.change) == {"limit_ma": 40000, "add": [
        [2, serial_text(wasm_board.serial(2)), 0, 1, 16000, 32000, 6000]]}
    assert newcomer.record["key"] == leader.record["key"] and newcomer.joins is None
    assert newcomer.record["group"]["leader"] == 1
    said = capsys.readouterr()
    assert leader.record["key"] not in said.out + said.err
    assert "The group with unit 2, who joins:" in said.out
