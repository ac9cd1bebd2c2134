# SPDX-License-Identifier: MIT
"""What lies in the flash: files and records with any content are used whole, or refused."""

import json
import os
import struct
from binascii import crc32
from contextlib import contextmanager
from pathlib import Path

from app.unit import JOIN, RECORD, Unit
from core.group.on_demand.proposal import make
from core.load import load
from hal.store import Store
from host_tools.records import member_record, row, serial_of
from host_tools.simulate.bare_hal import Hal

_SERIAL = serial_of(1)
_SETTINGS = {"role": "leader", "region": "us", "breaker_a": 60, "phases": "L1", "limit_a": 60,
             "enabled": True}
_REVISION = make(1, 1, True, "equal", 60000, [row(1), row(2, 2, 32000, 48000)])
_JOIN = {"key": "0123456789abcdef" * 4,
         "members": "1:A0B1C2000001:48:48:L1 2:A0B1C2000002:32:48:L2"}
_FACTS = {"nameplate_a": 48, "metered": True, "feedback": True, "ventilation": False}
_BOARDS = Path(__file__).resolve().parents[3] / "boards"
_DATA = (b"", b"{}", b"old value", b"new value" * 50)


def plugged(serial, content):
    """The hardware of a unit to which a vehicle is connected; what it stores is `content`."""
    hal = Hal(0, serial, content)
    hal.pilot.high_mv, hal.contactor.feedback, hal.meter.draw_ma = 9000, False, (0, 0, 0)
    hal.temperature.dc, hal.proximity.ma = 300, 63000
    return hal


class _Flash:
    """A folder in place of the flash."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.file = self.folder / "file.json"
        self.boards = [json.loads((_BOARDS / name).read_text())
                       for name in ("bench.json", "smartevse_v30.json")]
        self.record = member_record(bytes(range(32)), _SERIAL, _REVISION)
        self.ways = (self.json_file, self.copies, self.group_record, self.board_file)

    def json_file(self, source):
        """settings.json or another file of the app, with any bytes in it."""
        way = source.below(3)
        content = source.rest()
        if way == 0:
            content = b"[" * (3 * len(content)) + content
        elif way == 1:
            content = json.dumps(_SETTINGS).encode()[:len(content)] + content[1:]
        self.file.write_bytes(content)
        try:
            found = load("device", "files").read_json(str(self.file))
        except ValueError as error:
            assert str(self.file) in str(error)
            return
        given = load("app", "setup").Setup(found, _FACTS, _SERIAL)
        assert given.errors or isinstance(found, dict)

    def copies(self, source):
        """Both copies of a stored value and what was left aside, cut and changed anywhere."""
        kept = Store(str(self.folder / "store"))
        whole = {}
        for name in ("key.0", "key.1", "key.0.new", "key.1.new"):
            number, data = source.below(4), source.among(_DATA)
            content = bytearray(_copy(number, data))
            for _ in source.times(3):
                content[source.below(len(content))] ^= source.number()
            content = content[:source.below(len(content) + 1)] if source.below(4) == 1 else content
            if bytes(content) == _copy(number, data) and not name.endswith("new") and number:
                whole[name] = (number, data)
            (self.folder / "store" / name).write_bytes(content)
        found, newest = kept.read("key"), max(whole.values(), default=(0, None))[0]
        assert found in [data for number, data in whole.values() if number == newest] or (
            found is None and not whole)
        data = source.among(_DATA)
        assert kept.write("key", data) is True and kept.read("key") == data

    def group_record(self, source):
        """The group record, whole but with anything in it: the unit runs, within its limits."""
        record = json.loads(json.dumps(self.record))
        for _ in source.times(4):
            record = source.edit(record)
        text = json.dumps(record).encode()
        if source.below(8) == 0:
            text = text[:source.below(len(text))] + source.rest()
        content = {RECORD: text}
        if source.below(4) == 0:
            content[JOIN] = json.dumps(source.edit(dict(_JOIN))).encode()
        made = Unit(_SETTINGS, _FACTS, plugged(_SERIAL, content))
        for now_ms in (0, 100, 1000, 5500, 6000, 11000, 20000, 40000, 60000, 80000):
            made.tick_once(now_ms)
            made.charge_step(now_ms)
            assert made.connector.offered_ma <= 48000

    def board_file(self, source):
        """board.json with anything in it: facts that the settings check, or ValueError."""
        board = json.loads(json.dumps(source.among(self.boards)))
        for _ in source.times(4):
            board = source.edit(board)
        try:
            facts = load("hal", "facts").core_board(board)
        except ValueError as error:
            assert str(error)
            return
        errors = load("app", "setup").Setup(_SETTINGS, facts, _SERIAL).errors
        assert all(isinstance(error, str) for error in errors)


def _copy(number, data):
    body = struct.pack(">II", number, len(data)) + data
    return struct.pack(">HI", 0x5041, crc32(body)) + body


@contextmanager
def world(folder):
    """Gives the function that takes the bytes."""
    os.makedirs(os.path.join(folder, "store"), exist_ok=True)
    flash = _Flash(folder)
    yield lambda source: source.among(flash.ways)(source)


def seeds() -> list:
    """Bytes to begin with."""
    return [bytes([0, way]) + json.dumps(_SETTINGS).encode() for way in range(3)] + [
        bytes([0, 0]) + bytes(1000)] + [
        bytes([way, first, second]) for way in (1, 2, 3) for first in range(4)
        for second in range(0, 12, 4)]
