# SPDX-License-Identifier: MIT
"""Labels: what the two codes say, what is printed, and that all of it follows from the code."""

import re
import xml.etree.ElementTree as ElementTree
from hashlib import sha256

import pytest
import segno

from core.on_demand import access_point
from core.pairing.on_demand import label_code
from host_tools.flash import cli, labels
from host_tools.flash.errors import BadSettings
from tests.unit.flash_bench import CODE, Bench

SERIAL = "A0B1C2000001"
REPORT = {"serial": SERIAL, "label": CODE}


@pytest.fixture
def bench(monkeypatch, tmp_path):
    """Two boards."""
    return Bench(monkeypatch, tmp_path, 2)


def modules(text, error):
    """Rows of a QR code with this text."""
    return [list(row) for row in segno.make(text, error=error, micro=False,
                                            boost_error=error == "m").matrix]


def test_name_and_password_follow_from_serial_and_code():
    assert access_point.name(SERIAL) == "AmpPool_000001"
    first = access_point.password(CODE)
    assert len(first) == 12
    number = int.from_bytes(sha256(b"ap7K3M9PQ2XWZVC").digest()[:8], "big") % (1 << 60)
    assert label_code.make(number).replace("-", "")[:12] == first
    assert access_point.password("7K3M-9PQ2-XWZV-D") != first
    assert CODE.replace("-", "")[:12] not in first


def test_the_codes_join_the_wifi_and_open_the_page():
    assert labels.join_text(SERIAL, CODE) == ("WIFI:T:WPA;S:AmpPool_000001;P:%s;;"
                                              % access_point.password(CODE))
    assert labels.page_text(SERIAL, CODE) == "http://192.168.4.1/#A0B1C2000001-7K3M9PQ2XWZVC"
    assert not set(access_point.password(CODE)) & set('\\;,":'), "nothing to be escaped"


def test_in_a_terminal_both_codes_stand_side_by_side_in_80_columns():
    lines = [re.sub("\033\\[[0-9;]*m", "", line) for line in labels.terminal(SERIAL, CODE)]
    assert max(map(len, lines)) <= 80
    assert "1. Join its Wi-Fi" in lines[0] and "2. Open its page" in lines[0]
    width = len(lines[1]) // 2 - 1
    for text, start in ((labels.join_text(SERIAL, CODE), 0),
                        (labels.page_text(SERIAL, CODE), width + 2)):
        rows = []
        for line in lines[1:]:
            part = line[start:start + width]
            rows += [[int(cell in "▀█") for cell in part], [int(cell in "▄█") for cell in part]]
        light = labels._QUIET
        size = width - 2 * light
        assert not any(any(row) for row in rows[:light] + rows[light + size:])
        assert [row[light:-light] for row in rows[light:light + size]] == modules(text, "l")


def test_codes_are_dark_on_light_whatever_the_terminal_has():
    for line in labels.terminal(SERIAL, CODE)[1:]:
        assert line.count(labels._DARK) == line.count(labels._END) == 2


def drawn(path):
    """(left, top, mm of a module, rows) of a code in the drawing."""
    left, top, scale = re.fullmatch(r"translate\((\d+) (\d+)\) scale\(([\d.]+)\)",
                                    path.get("transform")).groups()
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path.get("d"))}
    size = max(max(dark)) + 1
    return (int(left), int(top), float(scale),
            [[int((x, y) in dark) for x in range(size)] for y in range(size)])


def test_the_sticker_has_both_codes_and_all_in_words():
    root = ElementTree.fromstring(labels.svg(SERIAL, CODE))
    name = "{http://www.w3.org/2000/svg}"
    words = [text.text for text in root.iter(name + "text")]
    assert words == ["AmpPool", "Serial", SERIAL, "Label code", CODE, "Wi-Fi", "AmpPool_000001",
                     "Password", access_point.password(CODE), "1. Join its Wi-Fi",
                     "2. Open its page"]
    assert [root.get(side) for side in ("width", "height", "viewBox")] == [
        "89mm", "36mm", "0 0 89 36"]
    codes = [drawn(path) for path in root.iter(name + "path")]
    assert [rows for _, _, _, rows in codes] == [
        modules(labels.join_text(SERIAL, CODE), "m"), modules(labels.page_text(SERIAL, CODE), "m")]
    for left, top, scale, rows in codes:
        side = scale * len(rows)
        assert scale > 0.5, "mm: a phone has to see it"
        assert left > 4 * scale and left + side + 4 * scale <= 89 and top + side + 4 * scale < 36


def test_no_word_of_the_sticker_runs_into_a_code():
    root = ElementTree.fromstring(labels.svg(SERIAL, CODE))
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        if text.get("text-anchor") == "start":
            # A character of a fixed width font is 0.6 as wide as it is high, bold ones too.
            width = len(text.text) * float(text.get("font-size")) * 0.602
            assert float(text.get("x")) > 3 + 23 + 2.8
            assert float(text.get("x")) + width < 63 - 2.8
        assert float(text.get("y")) < 36


def test_each_board_gets_its_label_in_a_file_of_its_own(bench, capsys, tmp_path):
    assert bench.flash() == 0
    shown = capsys.readouterr().out
    for board in bench.boards:
        path = tmp_path / ("label-%s.svg" % board.name)
        assert path.read_text() == labels.svg(board.name, CODE)
        assert "Label to print: %s" % path in shown
        assert access_point.name(board.name) in shown
    assert "▀" not in shown, "codes are for a terminal"


def test_a_terminal_shows_the_codes(bench, capsys, monkeypatch):
    monkeypatch.setattr(labels.sys.stdout, "isatty", lambda: True, raising=False)
    assert bench.flash(only=bench.boards[:1]) == 0
    assert "▀" in capsys.readouterr().out


def test_no_labels_are_made_where_none_are_wanted(bench, capsys, tmp_path):
    assert bench.flash("--no-labels") == 0
    assert not list(tmp_path.glob("label-*")) and "Label to print" not in capsys.readouterr().out


def test_a_folder_that_is_none_is_refused_before_anything_is_flashed(bench, capsys, tmp_path):
    missing = tmp_path / "missing"
    assert bench.flash("--labels", str(missing)) == BadSettings.code
    assert "there is no such folder" in capsys.readouterr().err
    assert all(board.starts == 0 for board in bench.boards)
    assert cli.main(["--dry-run", "--labels", str(missing)]) == BadSettings.code


def test_a_label_that_cannot_be_written_is_said_and_the_board_is_done(tmp_path):
    (tmp_path / ("label-%s.svg" % SERIAL)).mkdir()
    assert "could not be written" in labels.made(REPORT, tmp_path)[0]


def test_a_unit_that_tells_no_code_gets_no_label(tmp_path):
    assert labels.made({"serial": SERIAL}, tmp_path) == labels.facts({}) == []
    assert labels.made(REPORT, None) == [] and not list(tmp_path.iterdir())
