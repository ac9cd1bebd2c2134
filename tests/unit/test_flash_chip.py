# SPDX-License-Identifier: MIT
"""esptool's part, played by a small program: which chip, slower after a failure, plain errors."""

import json
import sys

import pytest

from host_tools.flash import chip
from host_tools.flash.errors import FlashingFailed, NoPermission, NotAnswering, WrongChip

_FAKE = """
import json, sys
place = %r
play = json.load(open(place + "/play.json"))
open(place + "/calls", "a").write(json.dumps(sys.argv[1:]) + "\\n")
baud = int(sys.argv[sys.argv.index("--baud") + 1])
if play.get("says") and baud >= play.get("from_baud", 0):
    print(play["says"])
    sys.exit(2)
print("Connected to ESP32 on /dev/x:")
print("Chip type:          " + play["chip"])
print(play.get("mac", ""))
for percent in (0.0, 33.3, 100.0):
    print("Writing at 0x00001000 [===>      ] %%.1f%%%% 100/300 bytes..." %% percent)
"""


@pytest.fixture
def esptool(tmp_path, monkeypatch):
    """Call it with what esptool shall do; `calls()` are its arguments so far."""
    program = tmp_path / "esptool.py"
    program.write_text(_FAKE % str(tmp_path))
    monkeypatch.setattr(chip, "ESPTOOL", [sys.executable, str(program)])

    def play(**how):
        (tmp_path / "play.json").write_text(json.dumps(dict({"chip": "ESP32-D0WD-V3"}, **how)))

    play.calls = lambda: [json.loads(line) for line in
                          (tmp_path / "calls").read_text().splitlines()]
    return play


def write(baud=460800, erase=False, reset=True, shown=None):
    chip.write("/dev/x", "esp32s3", "image.bin", baud, erase, reset,
               lambda text, part: shown.append((text, part)) if shown is not None else None)


@pytest.mark.parametrize("name, key", [
    ("ESP32-D0WD-V3 (revision v3.0)", "esp32"), ("ESP32-S3 (QFN56) (revision v0.2)", "esp32s3"),
])
def test_the_chip_is_told(esptool, name, key):
    esptool(chip=name)
    assert chip.detect("/dev/x", True) == key
    [call] = esptool.calls()
    assert call[-1] == "chip-id" and call[call.index("--before") + 1] == "default-reset"


@pytest.mark.parametrize("mac, serial", [
    ("MAC:                94:b9:7e:00:01:02", "94b97e000102"),
    ("MAC:                94:b9:7e:ff:fe:00:01:02\nBASE MAC:           94:b9:7e:00:01:02\n"
     "MAC_EXT:            ff:fe", "94b97e000102"),
    ("MAC:                94:b9:7e:ff:fe:00:01:02", None), ("", None)])
def test_the_number_of_the_chip_is_told(esptool, mac, serial):
    esptool(mac=mac)
    told = chip.serial("/dev/x", True)
    assert told == (None if serial is None else bytes.fromhex(serial))
    assert esptool.calls()[-1][-1] == "read-mac" and "--no-stub" in esptool.calls()[-1]
    esptool(says="Failed to connect")
    with pytest.raises(NotAnswering):
        chip.serial("/dev/x", True)


def test_asking_loads_nothing_into_the_chip(esptool):
    esptool()
    chip.detect("/dev/x", True)
    assert "--no-stub" in esptool.calls()[0]
    write()
    assert "--no-stub" not in esptool.calls()[1]


def test_a_chip_that_amppool_does_not_run_on(esptool):
    esptool(chip="ESP32-C6 (QFN40)")
    with pytest.raises(WrongChip, match="is ESP32-C6.*runs on ESP32, ESP32-S2"):
        chip.detect("/dev/x", True)


def test_a_silent_board_says_how_to_hold_boot(esptool):
    esptool(says="A fatal error occurred: Failed to connect to ESP32: No serial data received.")
    with pytest.raises(NotAnswering, match="Hold its BOOT button"):
        chip.detect("/dev/x", True)


def test_a_busy_port_is_no_silent_board(esptool):
    esptool(says="Could not open /dev/x, the port is busy or doesn't exist.")
    with pytest.raises(NoPermission):
        chip.detect("/dev/x", True)
    with pytest.raises(NoPermission):
        write()


def test_without_reset_lines_nothing_is_reset(esptool):
    esptool()
    chip.detect("socket://x", False)
    [call] = esptool.calls()
    assert call[call.index("--before") + 1] == call[call.index("--after") + 1] == "no-reset"


def test_an_image_goes_where_its_chip_begins_and_shows_progress(esptool):
    esptool()
    shown = []
    write(shown=shown)
    [call] = esptool.calls()
    assert call[-3:] == ["write-flash", "0x0", "image.bin"] and "--erase-all" not in call
    assert call[call.index("--chip") + 1] == "esp32s3"
    assert shown[-1] == ("writing MicroPython", 1.0)


def test_erasing_is_part_of_writing(esptool):
    esptool()
    write(erase=True)
    assert "--erase-all" in esptool.calls()[0]


def test_a_failure_is_tried_again_more_slowly(esptool):
    esptool(says="A fatal error occurred: Packet content transfer stopped", from_baud=230400)
    shown = []
    write(baud=921600, shown=shown)
    speeds = [int(call[call.index("--baud") + 1]) for call in esptool.calls()]
    assert speeds == [921600, 460800, 230400, 115200]
    assert ("failed, again at 115200 baud", None) in shown


def test_an_odd_speed_also_has_slower_ones(esptool):
    esptool(says="Checksum error", from_baud=200000)
    write(baud=250000)
    assert len(esptool.calls()) == 3


def test_when_no_speed_works_esptool_has_the_last_word(esptool):
    esptool(says="A fatal error occurred: MD5 of file does not match")
    with pytest.raises(FlashingFailed, match="(?s)115200 baud.*MD5 of file"):
        write()


def test_a_board_that_is_gone_is_not_tried_at_every_speed(esptool):
    esptool(says="A fatal error occurred: Failed to connect to ESP32")
    with pytest.raises(NotAnswering):
        write()
    assert len(esptool.calls()) == 1


def test_the_real_esptool_knows_these_words():
    with pytest.raises((NotAnswering, NoPermission)):
        chip.detect("/dev/no-such-port", True)
