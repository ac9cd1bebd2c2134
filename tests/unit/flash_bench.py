# SPDX-License-Identifier: MIT
"""Boards for tests of flashing a group: files in a folder, and the firmware's own start.

What flash.sh sends is run by this Python, with the board's folder as its root.
"""

import json

from app.on_demand.setup import Setup
from app.unit import RECORD
from core.group.on_demand.record import revision_record
from core.group.on_demand.recorded import revision_from
from core.on_demand.serial import serial_text
from core.sharing.frames import VERSION
from hal.store import Store
from host_tools import boards
from host_tools.flash import cli, configure, one_board
from host_tools.flash.errors import BoardLost, NotHealthy

FACTS = configure.board_facts(boards.load("bench"))
CODE = "7K3M-9PQ2-XWZV-C"
UNIT = {"region": "iec", "breaker_a": 32, "phases": "L1"}
GROUP = ("--group", "--limit", "40", "--enable", "--yes")


class Board:
    """One on a port. `lost_at`: part of a program at which, once, its cable is pulled."""

    def __init__(self, port, number, folder):
        self.port = port
        self.serial = bytes((0xA0, 0xB1, 0xC2, 0, 0, number))
        self.folder = folder
        folder.mkdir()
        self.settings = UNIT
        self.protocol = VERSION
        self.lost_at = None
        self.programs = []
        self.starts = 0
        self._names = {}

    @property
    def name(self):
        """Its serial, for people."""
        return serial_text(self.serial)

    @property
    def store(self):
        """Its storage."""
        return Store(str(self.folder / "store"))

    @property
    def settings(self):
        """What is in its settings file, None without one."""
        path = self.folder / "settings.json"
        return json.loads(path.read_text()) if path.exists() else None

    @settings.setter
    def settings(self, values):
        (self.folder / "settings.json").write_text(json.dumps(values))

    @property
    def protocol(self):
        """What its firmware speaks by radio, None if nobody has noted it."""
        return json.loads((self.folder / "manifest.json").read_text()).get("protocol")

    @protocol.setter
    def protocol(self, version):
        (self.folder / "manifest.json").write_text(json.dumps({"protocol": version}))

    @property
    def record(self):
        """Its group record, or None."""
        found = self.store.read(RECORD)
        return None if found is None else json.loads(found)

    @record.setter
    def record(self, record):
        self.store.write(RECORD, json.dumps(record).encode())

    @property
    def change(self):
        """What it will propose to its group, or None."""
        path = self.folder / "group_change.json"
        return json.loads(path.read_text()) if path.exists() else None

    def revision(self):
        """The group's settings that this leader has in force."""
        return revision_from(self.record["lead"]["in_force"])

    def lead(self, revision):
        """Its group has agreed upon this since."""
        record = self.record
        record["lead"]["in_force"] = revision_record(revision)
        self.record = record

    # --- as host_tools.flash.link.Link

    def run(self, program, silence_s=0):
        """What a program prints."""
        if self.lost_at and self.lost_at in program:
            self.lost_at = None
            raise BoardLost("The connection to the board on %s broke." % self.port)
        self.programs.append(program)
        said = []
        text = program.replace("'/", "'%s/" % self.folder)
        text = text.replace("import machine,", "import ").replace(
            "machine.unique_id()", repr(self.serial)).replace(
            "Store()", "Store('%s/store')" % self.folder)
        self._names["print"] = lambda *words: said.append(" ".join(str(word) for word in words))
        exec(text, self._names)
        return "\n".join(said).strip()

    def recover(self):
        """Not before somebody plugs it in again."""
        return False

    def close(self):
        """Nothing to give free."""

    def reset(self):
        """Power comes on: with or without a host."""
        self.start()

    def start(self):
        """(errors, role) of the firmware's own start."""
        self.starts += 1
        setup = Setup(self.settings or {}, FACTS, self.serial)
        if not setup.errors:
            setup.record(self.store)
        return setup.errors, (self.settings or {}).get("role", "alone")


class Terminal:
    """Where somebody answers what is asked, as long as there are answers."""

    def __init__(self, monkeypatch, *answers):
        self.asked = []
        self._answers = list(answers)
        monkeypatch.setattr("sys.stdin", type("In", (), {"isatty": lambda self: True})())
        monkeypatch.setattr("builtins.input", self._answer)

    def _answer(self, text):
        self.asked.append(text.strip())
        answer = self._answers.pop(0) if self._answers else EOFError
        if isinstance(answer, type):
            raise answer
        return answer


class Bench:
    """Boards a, b, ... All have their firmware already: settings and groups change."""

    def __init__(self, monkeypatch, folder, count):
        self.labels = folder
        self.boards = [Board("socket://" + "abcdef"[place], place + 1, folder / "abcdef"[place])
                       for place in range(count)]
        put = monkeypatch.setattr
        put(one_board, "_look", self._look)
        put(one_board.contents, "files", lambda board: {})
        put(one_board.contents, "beside", lambda program: program)
        put(one_board.files, "present", lambda link: {})
        put(one_board.health, "wait", self._wait)

    def _look(self, job, show):
        board = next(board for board in self.boards if board.port == job.port)
        return board, one_board._About((1, 26, 1), "esp32", True)

    def _wait(self, board, expected, show):
        if board.lost_at == "start":
            board.lost_at = None
            raise BoardLost("The connection to the board on %s broke." % board.port)
        errors, role = board.start()
        if [error for error in errors if error not in expected]:
            raise NotHealthy("; ".join(errors))
        return {"role": role, "serial": board.name, "label": CODE}

    def flash(self, *words, only=None):
        """Exit code of ./flash.sh with all boards, or with those named."""
        ports = [word for board in only or self.boards for word in ("--port", board.port)]
        return cli.main([*ports, "--board", "bench", "--labels", str(self.labels), *words])
