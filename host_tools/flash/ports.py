# SPDX-License-Identifier: MIT
"""Which serial port the board is on, and what can be done through it."""

import errno
import os

from serial.tools import list_ports

from host_tools.flash.errors import ManyBoards, NoPermission, NoPort

# USB numbers of the makers whose chips sit between a USB socket and an ESP32: Espressif itself,
# Silicon Labs, WCH, FTDI, Prolific.
_BOARD_MAKERS = (0x303A, 0x10C4, 0x1A86, 0x0403, 0x067B)
_NO_PORT = """No board was found. Plug one in with a USB cable that carries data (many only
charge), wait two seconds and try again. A port that is not found by itself: --port PORT."""
_DENIED = """%s may not be opened by you. On Linux: sudo usermod -aG %s $USER, then log out and in
again."""
_BUSY = """%s is in use by another program (a terminal, an IDE, a second flash.sh?). Close that and
try again."""


def candidates() -> list:
    """USB ports that could be boards, as pyserial's port objects, sorted by name."""
    usb = sorted((port for port in list_ports.comports() if port.vid is not None),
                 key=lambda port: port.device)
    return [port for port in usb if port.vid in _BOARD_MAKERS] or usb


def describe(port) -> str:
    """One line for people: name, product, serial number."""
    parts = [port.device, port.description or port.product or "unknown"]
    if port.serial_number:
        parts.append("serial number " + port.serial_number)
    return "  ".join(parts)


def choose(wanted, everything: bool) -> list:
    """Names of the ports to work on. `wanted`: those named by the user; `everything`: --all.

    Raises NoPort, ManyBoards.
    """
    if wanted:
        for port in wanted:
            if not is_url(port) and not os.path.exists(port) and not port.startswith("COM"):
                raise NoPort("%s is not there. %s" % (port, _there()))
        return list(wanted)
    found = candidates()
    if not found:
        raise NoPort(_NO_PORT)
    if len(found) > 1 and not everything:
        raise ManyBoards("There are %d boards. Say which one with --port, or --all for all of "
                         "them:\n%s" % (len(found), _lines(found)))
    return [port.device for port in found]


def is_url(port: str) -> bool:
    """A pyserial URL (socket://, rfc2217://, ...) and not a device of this computer."""
    return "://" in port


def has_reset_lines(port: str) -> bool:
    """Can DTR and RTS reset the board through this port?

    A TCP stream and a pseudo-terminal have no such lines; RFC 2217 carries them.
    """
    return not (port.startswith(("socket://", "loop://")) or port.startswith("/dev/pts/"))


def opening_error(port: str, error: Exception) -> Exception:
    """What to raise when a port could not be opened."""
    number = getattr(error, "errno", None) or _errno_in(str(error))
    locked = "exclusively lock" in str(error)
    if number == errno.EACCES or isinstance(error, PermissionError):
        return NoPermission(_DENIED % (port, _group(port)))
    if locked or number in (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK):
        return NoPermission(_BUSY % port)
    if is_url(port):
        return NoPort("%s does not answer: %s" % (port, error))
    return NoPort("%s cannot be opened: %s. %s" % (port, error, _there()))


def _there():
    found = candidates()
    return "Found are:\n" + _lines(found) if found else "No board is plugged in."


def _lines(found):
    return "\n".join("  " + describe(port) for port in found)


# pyserial puts the number of the system's error into its text alone.
def _errno_in(text):
    for number in (errno.EACCES, errno.EBUSY, errno.EAGAIN):
        if "[Errno %d]" % number in text:
            return number
    return None


def _group(port):
    try:
        import grp
        return grp.getgrgid(os.stat(port).st_gid).gr_name
    except (ImportError, OSError, KeyError):
        return "dialout"
