# SPDX-License-Identifier: MIT
"""The calls of the serial prompt: whatever is typed is answered in words, and done or not done."""

import copy
import io
import json
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

from core.load import load
from core.on_demand import settings
from device.prompt import LivePrompt
from tests.fuzz.chip import chip
from tests.fuzz.targets.settings import BASES

_BOARD = {"nameplate_a": 48, "pilot": {"kind": "bench"}, "meter": {"kind": "bench"}}
_CALLS = (("role", 1), ("breaker", 1), ("limit", 1), ("enable", 1), ("wifi", 2), ("setting", 2),
          ("settings", 0), ("status", 0), ("label", 0), ("clear_fault", 0), ("factory_reset", 1),
          ("bench_vehicle", 2), ("watch", 1), ("amppool_health", 0), ("help_me", 0))
_WRITE = ("role", "breaker", "limit", "enable", "wifi", "setting", "factory_reset")
_KEYS = {"role": "role", "breaker": "breaker_a", "limit": "limit_a", "enable": "enabled"}
_TYPED = "0123456789-.,'\"[]{}() \x08\x7f\t\x00\xff"
_LITERALS = ("None", "True", "False", '"C"', "16", "status", "watch", "bench_vehicle", "role")
_NAMES = [row.key for row in settings.table()]
_BREAKERS = (10, 13, 15, 16, 20, 25, 30, 32, 40, 50, 60, 63)


class _Thing:
    """Something that a program may hold, and a setting may not be."""


class _Prompt:
    """The prompt over files in a folder."""

    def __init__(self, files):
        self._settings = Path(files["SETTINGS"])
        self._change = Path(files["GROUP_CHANGE"])
        self._board = Path(files["BOARD"])

    def one(self, source):
        """Calls with anything, on files with anything in them."""
        self._put(source, self._settings, copy.deepcopy(source.among(BASES)))
        self._put(source, self._change, {"limit_ma": 30000})
        self._put(source, self._board, copy.deepcopy(_BOARD))
        supervisor = import_module("device.supervisor").Supervisor()
        for _ in range(1 + source.below(3)):
            if source.below(6) == 0:
                self._type(source, supervisor)
            else:
                self._call(source, supervisor)

    @staticmethod
    def _put(source, path, content):
        way = source.below(16)
        path.unlink(missing_ok=True)
        if way == 15:
            return
        for _ in range(way - 11 if way > 11 else 0):
            content = source.edit(content)
        path.write_bytes(source.content(20) if way == 11 else json.dumps(content).encode())

    def _call(self, source, supervisor):
        name, most = source.among(_CALLS)
        arguments = [_argument(source, name, index) for index in range(most)]
        before, wished = self._stored(self._settings), self._stored(self._change)
        errors_before = self._errors(before)
        said = self._said(supervisor.call, name, arguments)
        assert said, "no answer to %s%r" % (name, tuple(arguments))
        after = self._stored(self._settings)
        if "Refused" in said or name not in _WRITE:
            assert after == before, "%s changed something and said %s" % (name, said)
            assert self._stored(self._change) == wished
        elif name == "factory_reset":
            assert after == (None if arguments == [True] else before)
            assert self._stored(self._change) == (None if arguments == [True] else wished)
        else:
            self._is_done(_changes(name, arguments), said, json.loads(after))
            for error in set(self._errors(after)) - set(errors_before):
                # Only something that is still to be chosen, as wifi_ssid for transport udp.
                assert json.loads(after).get(error.split(" ")[0]) in (None, "") and error in said

    @staticmethod
    def _is_done(changes, said, stored):
        for key, value in changes.items():
            assert "%s is now " % key in said
            assert type(stored[key]) is type(value) and stored[key] == value

    @staticmethod
    def _said(call, *arguments):
        out = io.StringIO()
        with redirect_stdout(out):
            call(*arguments)
        return out.getvalue()

    @staticmethod
    def _stored(path):
        return path.read_bytes() if path.exists() else None

    def _errors(self, stored):
        try:
            board = load("hal", "facts").core_board(json.loads(self._board.read_bytes()))
            return settings.validate({} if stored is None else json.loads(stored), board)[1]
        except (ValueError, OSError):
            return []

    def _type(self, source, supervisor):
        """Characters on the line of a unit that runs. Nothing that Python could do harm with."""
        calls = load("app", "live_calls")
        prompt = LivePrompt(lambda line: load("app", "answer").answer(calls, supervisor, line),
                            io.BytesIO())
        for _ in source.times(6):
            text = source.among((*_LITERALS, *calls.LIVE)) if source.below(2) else (
                "".join(source.among(_TYPED) for _ in source.times(90)))
            line = text + source.among(("()", "(", ")", "(1)", "(None, 2)", "")) + "\r"
            out = io.StringIO()
            with redirect_stdout(out):
                for character in line.encode("latin-1"):
                    prompt.take(bytes([character]))


def _changes(name, arguments):
    """The settings that a call is to change."""
    if name == "wifi":
        return dict(zip(("wifi_ssid", "wifi_password"), arguments))
    if name == "setting":
        return dict([arguments])
    return {_KEYS[name]: arguments[0]}


def _argument(source, name, index):
    way = source.below(8)
    if name == "setting" and index == 0 and way < 6:
        return source.among(_NAMES)
    if way == 0:
        return source.among(_BREAKERS)
    if way == 1:
        return source.among((True, False, None))
    if way == 2:
        return source.among((b"", b"leader", (), (1, 2), set(), 2j, _Thing(), _Thing, len,
                             range(3), Ellipsis, NotImplemented, bytearray(b"x"), frozenset({1})))
    return source.value()


@contextmanager
def world(folder):
    """Gives the function that takes the bytes."""
    with chip():
        paths = {name: str(Path(folder) / name.lower())
                 for name in ("BOARD", "SETTINGS", "GROUP_CHANGE", "FORGET", "STORE")}
        with patch.multiple(load("device", "files"), **paths), patch.object(
                load("device", "identity"), "_PATH", str(Path(folder) / "identity")):
            yield _Prompt(paths).one


def seeds() -> list:
    """Bytes to begin with."""
    return [bytes([base, 0, 0, 0, 0, 1, call, 7, 0, key]) for base in range(len(BASES))
            for call, key in enumerate(range(len(_CALLS)))] + [
        bytes([0, 0, 0, 0, 0, 0, 6, call]) for call in range(8)]
