# SPDX-License-Identifier: MIT
"""Finding the port: one board is enough, and every way it fails has its own sentence and code."""

import os
import pty
import socket
from collections import namedtuple

import pytest

from host_tools.flash import link, ports
from host_tools.flash.errors import ManyBoards, NoPermission, NoPort

Usb = namedtuple("Usb", ("device", "vid", "description", "product", "serial_number"))
BOARD = Usb("/dev/ttyUSB0", 0x10C4, "CP2102N", "CP2102N", "0001")
OTHER = Usb("/dev/ttyACM3", 0x303A, "USB JTAG", "USB JTAG", None)
MODEM = Usb("/dev/ttyUSB7", 0x1234, "LTE modem", "LTE modem", None)
BUILT_IN = Usb("/dev/ttyS0", None, "ttyS0", None, None)


@pytest.fixture
def plugged(monkeypatch):
    """Call it with what is plugged in."""
    def plug(*found):
        monkeypatch.setattr(ports.list_ports, "comports", lambda: list(found))
    return plug


def test_one_board_needs_no_choice(plugged):
    plugged(BUILT_IN, BOARD, MODEM)
    assert ports.choose(None, False) == ["/dev/ttyUSB0"]


def test_a_single_usb_port_of_an_unknown_maker_is_taken(plugged):
    plugged(MODEM, BUILT_IN)
    assert ports.choose(None, False) == ["/dev/ttyUSB7"]


def test_without_a_board_it_says_so(plugged):
    plugged(BUILT_IN)
    with pytest.raises(NoPort, match="No board was found"):
        ports.choose(None, False)


def test_several_boards_are_listed_unless_all_are_meant(plugged):
    plugged(BOARD, OTHER)
    with pytest.raises(ManyBoards, match="(?s)2 boards.*ttyACM3.*ttyUSB0.*serial number 0001"):
        ports.choose(None, False)
    assert ports.choose(None, True) == ["/dev/ttyACM3", "/dev/ttyUSB0"]


def test_a_port_that_is_not_there_is_named_with_those_that_are(plugged):
    plugged(BOARD)
    with pytest.raises(NoPort, match="(?s)/dev/ttyNone is not there.*ttyUSB0"):
        ports.choose(["/dev/ttyNone"], False)


def test_any_pyserial_url_is_a_port(plugged):
    plugged()
    for url in ("socket://127.0.0.1:5", "rfc2217://127.0.0.1:5"):
        assert ports.choose([url], False) == [url]


@pytest.mark.parametrize("port, lines", [
    ("/dev/ttyUSB0", True), ("COM3", True), ("rfc2217://host:5", True),
    ("socket://host:5", False), ("/dev/pts/3", False),
])
def test_where_the_reset_lines_are_missing(port, lines):
    assert ports.has_reset_lines(port) == lines


def test_a_port_that_one_may_not_open_says_what_to_do(monkeypatch, tmp_path):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(link.serial, "serial_for_url", refuse)
    port = tmp_path / "ttyUSB0"
    port.touch()
    with pytest.raises(NoPermission, match=r"usermod -aG \S+ \$USER"):
        link.Link(str(port))


def test_the_number_is_found_in_pyserials_text_too():
    denied = OSError("[Errno 13] could not open port /dev/x: [Errno 13] Permission denied")
    assert isinstance(ports.opening_error("/dev/x", denied), NoPermission)
    gone = OSError("[Errno 2] could not open port /dev/x: [Errno 2] No such file")
    assert isinstance(ports.opening_error("/dev/x", gone), NoPort)


def test_a_port_in_use_says_so(monkeypatch):
    master, slave = pty.openpty()
    try:
        name = os.ttyname(slave)
        first = link.Link(name)
        with pytest.raises(NoPermission, match="in use by another program"):
            link.Link(name)
        first.close()
        link.Link(name).close()
    finally:
        os.close(master)
        os.close(slave)


def test_a_tcp_port_where_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NoPort, match="does not answer"):
        link.Link("socket://127.0.0.1:%d" % port)
