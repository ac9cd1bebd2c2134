# SPDX-License-Identifier: MIT
"""The label of a unit: two QR codes in the terminal, and label-SERIAL.svg to print as a sticker.

All of it follows from serial and label code, so a label can be made anew at any time.
"""

import sys
from pathlib import Path
from xml.sax.saxutils import escape

import segno

from core.on_demand import access_point
from host_tools.flash.errors import BadSettings

_ADDRESS = "192.168.4.1"  # of a unit in its own Wi-Fi
_DARK, _END = "\033[38;5;16m\033[48;5;231m", "\033[0m"
_QUIET = 4  # modules around a code that stay light
_HALVES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
_WIFI = "1. Join its Wi-Fi"
_PAGE = "2. Open its page"
# A sticker that label printers have, mm; its codes keep 4 modules of white around them.
_WIDTH, _HEIGHT = 89, 36
_CODE, _LEFT, _RIGHT, _TOP, _MIDDLE = 23, 3, 63, 4, 30


def checked(folder: str) -> Path:
    """The folder for the files. Raises BadSettings if it is none."""
    path = Path(folder)
    if not path.is_dir():
        raise BadSettings("--labels %s: there is no such folder. Nothing was changed." % folder)
    return path


def made(report: dict, folder) -> list:
    """Lines about a unit's label, which is written to folder; none without folder or code."""
    serial, code = report.get("serial", ""), report.get("label", "")
    if folder is None or not serial or not code:
        return []
    path = folder / ("label-%s.svg" % serial)
    try:
        path.write_text(svg(serial, code), encoding="utf-8")
        written = "Label to print: %s" % path
    except OSError as error:
        written = "The label could not be written to %s: %s" % (path, error.strerror)
    return [written] + (terminal(serial, code) if sys.stdout.isatty() else [])


def facts(report: dict) -> list:
    """What the label says beside serial and code; nothing without these."""
    serial, code = report.get("serial"), report.get("label")
    if not serial or not code:
        return []
    return ["  Its own Wi-Fi  %s, password %s"
            % (access_point.name(serial), access_point.password(code))]


def join_text(serial: str, code: str) -> str:
    """What a phone reads to join the unit's Wi-Fi."""
    return "WIFI:T:WPA;S:%s;P:%s;;" % (access_point.name(serial), access_point.password(code))


def page_text(serial: str, code: str) -> str:
    """Address of the unit's page. What is behind # is sent to nobody, and who sees the label has
    both anyway."""
    return "http://%s/#%s-%s" % (_ADDRESS, serial, code.replace("-", ""))


def terminal(serial: str, code: str) -> list:
    """Both codes side by side, at most 80 columns, dark on light whatever the terminal has."""
    both = [_blocks(text) for text in (join_text(serial, code), page_text(serial, code))]
    width = len(both[0][0])
    rows = [_WIFI.center(width) + "  " + _PAGE.center(len(both[1][0]))]
    for left, right in zip(*both):
        rows.append("%s%s%s  %s%s%s" % (_DARK, left, _END, _DARK, right, _END))
    return [row.rstrip() for row in rows]


# Two rows of modules in each line of text.
def _blocks(text):
    code = segno.make(text, error="l", micro=False, boost_error=False)
    rows = [[bit & 1 for bit in row] for row in code.matrix_iter(border=_QUIET)]
    rows += [[0] * len(rows[0])] * (len(rows) % 2)
    return ["".join(_HALVES[pair] for pair in zip(*rows[at:at + 2]))
            for at in range(0, len(rows), 2)]


# --- to print

def svg(serial: str, code: str) -> str:
    """A sticker of 89 x 36 mm: both codes with what they do, and all of it in words."""
    lines = [("Serial", serial), ("Label code", code), ("Wi-Fi", access_point.name(serial)),
             ("Password", access_point.password(code))]
    parts = [_text(_MIDDLE, 7, 4.2, "AmpPool", "bold")]
    for place, (name, value) in enumerate(lines):
        parts += [_text(_MIDDLE, 12 + 6 * place, 2.2, name),
                  _text(_MIDDLE, 15 + 6 * place, 3, value, "bold", "monospace")]
    for left, text, words in ((_LEFT, join_text(serial, code), _WIFI),
                              (_RIGHT, page_text(serial, code), _PAGE)):
        parts += [_code(text, left),
                  _text(left + _CODE / 2, _TOP + _CODE + 4.5, 2.6, words, anchor="middle")]
    return ('<?xml version="1.0" encoding="UTF-8"?>\n'
            '<svg xmlns="http://www.w3.org/2000/svg" width="%dmm" height="%dmm" '
            'viewBox="0 0 %d %d">\n<title>AmpPool %s</title>\n'
            '<rect width="%d" height="%d" fill="#fff"/>\n%s\n</svg>\n'
            % (_WIDTH, _HEIGHT, _WIDTH, _HEIGHT, escape(serial), _WIDTH, _HEIGHT,
               "\n".join(parts)))


def _text(x, y, size, text, weight="normal", family="Arial, Helvetica, sans-serif",
          anchor="start"):
    return ('<text x="%g" y="%g" font-family="%s" font-size="%g" font-weight="%s" '
            'text-anchor="%s">%s</text>' % (x, y, family, size, weight, anchor, escape(text)))


def _code(text, left):
    rows = [[bit & 1 for bit in row]
            for row in segno.make(text, error="m", micro=False).matrix_iter(border=0)]
    path = "".join("M%d %dh1v1h-1z" % (x, y) for y, row in enumerate(rows)
                   for x, dark in enumerate(row) if dark)
    return ('<path transform="translate(%d %d) scale(%.5f)" d="%s"/>'
            % (left, _TOP, _CODE / len(rows), path))
