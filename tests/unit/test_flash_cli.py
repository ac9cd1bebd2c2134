# SPDX-License-Identifier: MIT
"""./flash.sh as people meet it: the plan, the questions, one exit code and sentence per error."""

import re
import sys
import time

import pytest

from host_tools import ROOT, boards, chips
from host_tools.flash import chip, cli, errors, image, one_board, ports
from host_tools.flash.errors import (BadSettings, Declined, FlashError, FlashingFailed, ManyBoards,
                                     NoImage, NoPort, NotAnswering, WrongChecksum, WrongChip)
from tests.scripted import Prompt, Scripted


@pytest.fixture(autouse=True)
def nothing_plugged_in(monkeypatch):
    """No USB port of this machine takes part."""
    monkeypatch.setattr(ports.list_ports, "comports", lambda: [])


def test_every_error_has_a_code_of_its_own():
    codes = [kind.code for kind in errors.kinds()]
    assert len(set(codes)) == len(codes) >= 15
    assert not {0, 1, 2, FlashError.code, 130} & set(codes)


def test_the_readme_lists_every_exit_code():
    listed = re.findall(r"^\| (\d+) \|", (ROOT / "host_tools/flash/README.md").read_text(),
                        re.MULTILINE)
    expected = {0, 1, 2, FlashError.code, 130} | {kind.code for kind in errors.kinds()}
    assert sorted(int(code) for code in listed) == sorted(expected)


def test_the_plan_without_a_board_touches_nothing(capsys):
    assert cli.main(["--dry-run", "--board", "smartevse_v31", "--role", "follower",
                     "--set", "wifi_password=topsecret"]) == 0
    shown = capsys.readouterr().out
    assert "nothing was touched" in shown and "none is plugged in now" in shown
    assert "SmartEVSE v3.1" in shown and "ESP32_GENERIC 1.26" in shown
    assert re.search(r"\d+ files, \d+ bytes compiled", shown)
    assert "role=follower" in shown and "topsecret" not in shown


def test_the_plan_without_any_option(capsys):
    assert cli.main(["--dry-run"]) == 0
    assert "or asked for" in capsys.readouterr().out


def test_the_plan_says_what_erasing_means(capsys):
    assert cli.main(["--dry-run", "--erase"]) == 0
    assert "EVERYTHING" in capsys.readouterr().out


def test_the_list_shows_boards_and_whether_they_were_tried(capsys):
    assert cli.main(["--list"]) == 0
    shown = capsys.readouterr().out
    assert "none found" in shown
    for board in boards.load_all():
        assert board["id"] in shown and board["tried"] in shown


def test_no_port(capsys):
    assert cli.main([]) == NoPort.code
    assert "cable that carries data" in capsys.readouterr().err


def test_several_boards_and_no_choice(monkeypatch):
    port = type("Port", (), {"device": "/dev/x", "vid": 0x10C4, "description": "CP2102",
                             "serial_number": None})()
    monkeypatch.setattr(ports, "candidates", lambda: [port, port])
    assert cli.main([]) == ManyBoards.code



@pytest.mark.parametrize("dry", ([], ["--dry-run"]))
@pytest.mark.parametrize("words", [
    ["--set", "limit_a=no"], ["--set", "x"], ["--set", "priority=10"],
    ["--role", "follower", "--set", "limit_a=40"], ["--set", "members=1:32:32"],
    ["--set", "2:breaker_a=16"], ["--group", "--limit", "40", "--set", "limit_a=41"],
    ["--group", "--set", "2:breaker_a=12"], ["--group", "--set", "2:priority=10"],
    ["--group", "--set", "2:enabled=yes"],
    ["--labels", "no/such/folder"],
    ["--board", "bench", "--group", "--set", "2:meter=sdm120", "--set", "meter_address=0"]])
def test_settings_are_refused_before_anything_is_opened(words, dry):
    """A dry run checks like the real one."""
    assert cli.main(["--port", "socket://127.0.0.1:1", *words, *dry]) == BadSettings.code


@pytest.mark.parametrize("dry", ([], ["--dry-run"]))
def test_several_boards_share_no_leadership(dry, capsys):
    ports = ["--port", "socket://a", "--port", "socket://b", *dry]
    assert cli.main([*ports, "--role", "leader"]) == BadSettings.code
    assert "one leader" in capsys.readouterr().err


def test_the_plan_of_a_group_says_who_leads_and_where_the_key_is(capsys):
    words = ["--dry-run", "--group", "--limit", "40", "--set", "2:breaker_a=16"]
    assert cli.main(words) == 0
    shown = capsys.readouterr().out
    assert "unit 1, the first, leads" in shown and "kept nowhere else" in shown
    assert "limit_a=40" in shown and "unit 2: breaker_a=16" in shown
    assert cli.main([*words, "--leader", "socket://x"]) == 0
    assert "socket://x leads" in capsys.readouterr().out
    assert cli.main(["--dry-run"]) == 0
    assert "leads" not in capsys.readouterr().out


def test_the_plan_of_joining_says_where_the_key_comes_from(capsys):
    assert cli.main(["--dry-run", "--join", "--port", "socket://a", "--port", "socket://b"]) == 0
    shown = capsys.readouterr().out
    assert "that the first board leads" in shown and "read from the leader" in shown


def test_an_image_that_is_none(tmp_path, capsys):
    assert cli.main(["--firmware", str(tmp_path / "none.bin")]) == NoImage.code
    assert "cannot be read" in capsys.readouterr().err


def test_an_image_that_is_not_the_pinned_one(tmp_path):
    name = boards.load("bench")["image"]["esp32"]["url"].rsplit("/", 1)[-1]
    (tmp_path / name).write_bytes(b"\xe9" + bytes(200000))
    assert cli.main(["--firmware", str(tmp_path / name)]) == WrongChecksum.code


def test_erasing_asks_and_takes_no_for_an_answer(monkeypatch, capsys):
    arguments = ["--port", "socket://127.0.0.1:1", "--erase"]
    monkeypatch.setattr("sys.stdin", type("In", (), {"isatty": lambda self: False})())
    assert cli.main(arguments) == Declined.code
    monkeypatch.setattr("sys.stdin", type("In", (), {"isatty": lambda self: True})())
    for answer, code in (("no", Declined.code), ("", Declined.code), ("yes", NoPort.code)):
        monkeypatch.setattr("builtins.input", lambda text, answer=answer: answer)
        assert cli.main(arguments) == code
    assert "its settings, its group" in capsys.readouterr().out
    assert cli.main(arguments + ["--yes"]) == NoPort.code


def job(url, **more):
    fields = {"port": url, "board": "bench", "firmware": None, "given": {}, "erase": False,
              "baud": 115200, "choose": one_board.ask_nobody}
    return one_board.Job(**dict(fields, **more))


@pytest.fixture
def impatient(monkeypatch):
    """Nobody waits for a prompt that does not come."""
    enter = one_board.Link.enter
    monkeypatch.setattr(one_board.Link, "enter", lambda link, wait_s=0: enter(link, 0.3))


def silent_tool(tmp_path, monkeypatch, program):
    path = tmp_path / "esptool.py"
    path.write_text(program)
    monkeypatch.setattr(chip, "ESPTOOL", [sys.executable, str(path)])


def test_a_board_that_answers_neither_prompt_nor_loader(impatient, monkeypatch, tmp_path):
    silent_tool(tmp_path, monkeypatch, "print('Failed to connect'); raise SystemExit(2)")
    with Scripted() as device, pytest.raises(NotAnswering, match="BOOT button"):
        one_board.run(job(device.url), lambda text, part: None)


def test_a_bare_chip_of_the_wrong_kind_is_not_written(impatient, monkeypatch, tmp_path):
    silent_tool(tmp_path, monkeypatch, "print('Chip type:   ESP32-S3 (QFN56)')")
    monkeypatch.setattr(chip, "write", lambda *_: pytest.fail("it was written"))
    with Scripted() as device, pytest.raises(WrongChip, match="has an ESP32, but the chip"):
        one_board.run(job(device.url, board="smartevse_v30"), lambda text, part: None)


def test_another_python_on_the_chip_goes_to_the_loader(monkeypatch, tmp_path):
    silent_tool(tmp_path, monkeypatch, "print('Chip type:   ESP32-C6')")
    for told in ("circuitpython 9.2.0 0\r\nESP32-S3-DevKitC\r\n",
                 "micropython 1.26.1 774\r\nESP32C6 module with ESP32C6\r\n"):
        with Prompt({"sys.implementation": told}) as device, pytest.raises(WrongChip, match="C6"):
            one_board.run(job(device.url), lambda text, part: None)


def test_an_image_that_no_speed_brings_over(impatient, monkeypatch, tmp_path):
    silent_tool(tmp_path, monkeypatch, "import sys\nprint('Chip type:  ESP32-D0WD')\n"
                "sys.exit(2 if 'write-flash' in sys.argv else 0)")
    given = image.Image(tmp_path / "x.bin", (1, 26, 1))
    with Scripted() as device, pytest.raises(FlashingFailed, match="another cable"):
        one_board.run(job(device.url, firmware=given), lambda text, part: None)


def test_a_given_image_is_written_only_if_the_board_has_another(monkeypatch, tmp_path):
    about = one_board._About((1, 26, 1), "esp32", True)
    same = image.Image(tmp_path, (1, 26, 1))
    for firmware, needed in ((None, False), (same, False), (same._replace(version=None), True),
                             (same._replace(version=(1, 28, 0)), True)):
        assert one_board._image_needed(job("x", firmware=firmware), about) == needed
    assert one_board._image_needed(job("x"), about._replace(version=(1, 25, 0)))
    assert one_board._image_needed(job("x"), about._replace(runs_bytecode=False))


def test_the_prompt_tells_version_and_chip():
    told = "micropython 1.26.1 774\r\nGeneric ESP32S3 module with ESP32S3\r\n"
    with Prompt({"sys.implementation": told}) as device:
        link = one_board.Link(device.url)
        link.enter()
        assert one_board._about(link) == one_board._About((1, 26, 1), "esp32s3", True)
        link.close()


def test_only_boards_that_fit_are_asked_for(monkeypatch, capsys):
    fitting = one_board.fitting("esp32s3")
    assert fitting == ["bench", "generic_s3"]
    for answer, chosen in (("2", "generic_s3"), ("bench", "bench")):
        monkeypatch.setattr("builtins.input", lambda text, answer=answer: answer)
        assert cli._ask(fitting) == chosen
    monkeypatch.setattr("builtins.input", lambda text: "smartevse_v30")
    with pytest.raises(BadSettings, match="no board smartevse_v30 in this list"):
        cli._ask(fitting)
    assert set(one_board.fitting("esp32")) == set(boards.ids()) - {"generic_s3"}
    assert all(one_board.fitting(key) is not None for key in chips.CHIPS)


def test_what_comes_next_names_what_must_be_checked():
    report = {"board": "oulware_wbox", "missing": ["breaker_a is missing"], "serial": "AP-1",
              "role": "leader", "label": "X", "version": "1", "copied": 3, "no_group": False,
              "unit": 1, "enabled": False}
    text = cli._summary(report)
    assert "breaker_a is missing" in text and "certified electrician" in text
    assert all(fact in text for fact in boards.load("oulware_wbox")["unverified"])
    grouped = cli._summary(dict(report, missing=[]))
    assert "when sharing is enabled" in grouped and "leader, unit 1 of its group" in grouped
    alone = cli._summary(dict(report, missing=["x"], no_group=True))
    assert "./flash.sh --all --group --limit A" in alone
    assert "bench_vehicle" in cli._summary(dict(report, board="bench"))


def test_ctrl_c_stops_every_board_at_its_next_step(monkeypatch, capsys):
    steps = []

    def run(job, row):
        if job.port == "socket://a":
            raise KeyboardInterrupt
        for number in range(200):
            time.sleep(0.01)
            row("step %d" % number)
            steps.append(number)

    monkeypatch.setattr(one_board, "run", run)
    assert cli.main(["--port", "socket://a", "--port", "socket://b"]) == 130
    assert len(steps) < 100


def test_ctrl_c_says_that_it_can_go_on(monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(ports, "choose", interrupted)
    assert cli.main([]) == 130
    assert "goes on where it was" in capsys.readouterr().err
