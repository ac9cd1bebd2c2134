# SPDX-License-Identifier: MIT
"""The serial prompt: getting in, errors of the device and of the line told apart."""

import os
import pty
import time

import pytest

from host_tools.flash import link
from host_tools.flash.errors import BoardLost, NotAnswering
from host_tools.flash.link import DeviceError, Link
from tests.scripted import Prompt, Scripted


@pytest.fixture
def connected():
    """Call it with a device: a link to it that is closed at the end."""
    links = []

    def connect(device):
        links.append(Link(device.url))
        return links[-1]

    yield connect
    for entry in links:
        entry.close()


def test_it_gets_in_and_runs_python(connected):
    with Prompt({"print(5)": "5\r\n"}) as device:
        entry = connected(device)
        entry.enter()
        assert entry.run("print(5)") == "5"
        assert entry.run("x = 1") == ""


def test_a_silent_board_is_told_how_to_answer(connected):
    with Scripted() as device:
        with pytest.raises(NotAnswering, match="Hold its BOOT button"):
            connected(device).enter(wait_s=0.6)
        assert b"\x03" in device.heard


def test_a_unit_that_runs_is_reset_before_anything_else(connected):
    with Prompt({"device.device": "True"}) as device:
        connected(device).enter()
        resets = [command for command in device.commands if "machine.reset()" in command]
        assert len(resets) == 2  # it never lets go: after two tries its long watchdog must do


class Running(Prompt):
    """A unit that runs until it is reset; a Ctrl-C before the reset has its mark ends it."""

    def __init__(self):
        super().__init__({"device.device": "True"})

    def _execute(self, connection, command):
        if "machine.reset()" in command:
            if not self._let_alone(connection):
                connection.sendall(b"OK\x04Traceback\r\nKeyboardInterrupt: \x04>")
                return b""
            assert "kbd_intr(-1)" in command.split("print(")[0]
            self.answers = {"device.device": "False"}
        return super()._execute(connection, command)

    def _let_alone(self, connection):
        connection.settimeout(0.6)  # so long it looks for modules
        try:
            return b"\x03" not in self.hear(connection)
        except TimeoutError:
            return True
        finally:
            connection.settimeout(None)


def test_looking_for_the_prompt_does_not_end_the_reset(connected):
    with Running() as device:
        entry = connected(device)
        entry.enter()
        assert device.answers == {"device.device": "False"}
        assert entry.run("x = 1") == ""


class Full(Prompt):
    """A unit whose heap is full: nothing can be run before a Ctrl-D."""

    soft_resets = 0

    def _control(self, connection, data):
        if b"\x02\x04" in data:
            self.soft_resets += 1
            self.answers = {}
            self._raw = False
            connection.sendall(b"\r\nMPY: soft reboot\r\n")
            return b""
        return super()._control(connection, data)

    def _execute(self, connection, command):
        if self.soft_resets:
            return super()._execute(connection, command)
        connection.sendall(b"OK\x04MemoryError: \r\n\x04>")
        return b""


def test_a_unit_without_memory_for_anything_is_reset_all_the_same(connected, monkeypatch):
    monkeypatch.setattr(link, "_READ_S", 0.5)
    with Full() as device:
        entry = connected(device)
        entry.enter()
        assert device.soft_resets == 1 and entry.run("x = 1") == ""


def test_a_unit_at_rest_is_not_reset(connected):
    with Prompt({"device.device": "False"}) as device:
        connected(device).enter()
        assert not any("machine.reset()" in command for command in device.commands)


class Stubborn(Prompt):
    """Runs a program; the first Ctrl-C makes it stop, which takes a while."""

    def __init__(self):
        super().__init__()
        self.pokes = 0

    def talk(self, connection):
        self.hear(connection)
        self.pokes += 1
        connection.sendall(b"Traceback\r\nKeyboardInterrupt: \r\n")
        end_s = time.monotonic() + 1.0
        connection.settimeout(0.1)
        while time.monotonic() < end_s:  # opening the contactor: a second Ctrl-C could break it
            try:
                self.pokes += self.hear(connection).count(b"\x03")
            except TimeoutError:
                pass
        connection.settimeout(None)
        connection.sendall(b">>> ")
        super().talk(connection)


def test_a_unit_that_is_stopping_is_left_alone_meanwhile(connected):
    with Stubborn() as device:
        connected(device).interrupt()
        assert device.pokes <= 2


def test_an_exception_there_is_the_devices_own_error(connected):
    with Prompt({"boom": "Traceback (most recent call last):\r\nOSError: [Errno 28] ENOSPC"}) as d:
        entry = connected(d)
        entry.enter()
        with pytest.raises(DeviceError, match="ENOSPC") as raised:
            entry.run("boom()")
        assert raised.value.last == "OSError: [Errno 28] ENOSPC"
        assert entry.run("x = 1") == ""  # and the prompt is still good


def test_a_line_that_breaks_says_that_it_can_go_on(connected):
    with Prompt({"work": None}) as device:
        entry = connected(device)
        entry.enter()
        with pytest.raises(BoardLost, match="run the same command again"):
            entry.run("work()")


class Mute(Prompt):
    """Takes a command and never answers it, until it is interrupted."""

    def _execute(self, connection, command):
        if "stall" in command:
            return b""
        return super()._execute(connection, command)


def test_a_command_that_hangs_is_given_up_and_the_prompt_found_again(connected):
    with Mute() as device:
        entry = connected(device)
        entry.enter()
        entry._transport.serial.timeout = 0.3  # no answer to the command itself: "OK" is missing
        with pytest.raises(BoardLost):
            entry.run("stall()", silence_s=0.3)
        assert entry.recover() and entry.run("x = 1") == ""


def test_a_board_that_went_away_is_not_recovered(connected):
    with Prompt({"work": None}) as device:
        entry = connected(device)
        entry.enter()
        with pytest.raises(BoardLost):
            entry.run("work()")
        device.talk = lambda connection: connection.close()
        assert not entry.recover(wait_s=0.5)


def test_listening_ends_early_when_there_is_enough(connected):
    with Prompt({"machine.reset()": "up and running\r\n"}) as device:
        entry = connected(device)
        entry.enter()
        entry.reset()
        begun_s = time.monotonic()
        assert "running" in entry.listen(5, lambda text: "running" in text)
        assert time.monotonic() - begun_s < 3


def test_a_pseudo_terminal_has_no_lines_and_is_opened_all_the_same():
    master, slave = pty.openpty()
    try:
        entry = Link(os.ttyname(slave))
        assert not entry.can_reset
        entry.close()
        entry.close()
    finally:
        os.close(master)
        os.close(slave)


class Lines:
    """A serial port's control lines, noted in order."""

    def __init__(self):
        self.noted = []

    def __setattr__(self, name, value):
        if name in ("dtr", "rts"):
            self.noted.append((name, value))
        object.__setattr__(self, name, value)


def test_the_reset_pulse_starts_the_program_and_not_the_loader(monkeypatch):
    lines = Lines()
    entry = object.__new__(Link)
    entry._transport = type("Transport", (), {"serial": lines})()
    monkeypatch.setattr(link.time, "sleep", lambda seconds: lines.noted.append("wait"))
    entry._pulse_reset()
    assert lines.noted == [("rts", True), ("dtr", False), "wait", ("dtr", True)]
