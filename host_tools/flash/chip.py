# SPDX-License-Identifier: MIT
"""The chip itself, through esptool: which one it is, and writing MicroPython on it.

esptool runs as a program of its own: its licence is another one than ours.
"""

import re
import subprocess
import sys

from host_tools import chips
from host_tools.flash.errors import FlashingFailed, NoPermission, NotAnswering, WrongChip

ESPTOOL = [sys.executable, "-m", "esptool"]
BAUDS = (921600, 460800, 230400, 115200)
BAUD_DEFAULT = 460800
_BUSY = ("port is busy", "Resource busy", "exclusively lock")
_SILENT = ("Failed to connect", "No serial data received", "Wrong boot mode",
           "doesn't exist", "Invalid head of packet")
_TRIES = "3"

HOLD_BOOT = """The board on %s does not answer. Hold its BOOT button, press and release RESET (or
plug it in anew), release BOOT, and run this again. If that changes nothing: is it the right port,
a cable that carries data, an ESP32 at all?"""


def detect(port: str, reset: bool) -> str:
    """Key of chips.CHIPS for the chip on a port. `reset`: the port can reset it.

    Raises NotAnswering, WrongChip for a family that is not supported.
    """
    # The loader in the chip's ROM knows: nothing has to be loaded into a chip for that, which a
    # bad line may break, and what answered would then count as silent.
    code, output = _run(_arguments(port, BAUDS[-1], reset, "auto") + ["--no-stub", "chip-id"])
    if code != 0:
        raise _failure(port, output)
    found = re.search(r"Chip type:\s*(.+)", output) or re.search(r"Connected to (\S+) on", output)
    chip = chips.known(found.group(1)) if found else ""
    if not chip:
        raise WrongChip("The chip on %s is %s: AmpPool runs on %s." % (
            port, found.group(1).strip() if found else "unknown",
            ", ".join(entry.name for entry in chips.CHIPS.values())))
    return chip


def serial(port: str, reset: bool):
    """The chip's own number, 6 bytes, as MicroPython will give it; None if esptool does not say
    it. Raises NotAnswering."""
    code, output = _run(_arguments(port, BAUDS[-1], reset, "auto") + ["--no-stub", "read-mac"])
    if code != 0:
        raise _failure(port, output)
    # A chip with a longer MAC has its own number there as well.
    found = (re.search(r"BASE MAC:\s+((?:[0-9a-f]{2}:){5}[0-9a-f]{2})\s", output)
             or re.search(r"MAC:\s+((?:[0-9a-f]{2}:){5}[0-9a-f]{2})\s", output))
    return bytes.fromhex(found.group(1).replace(":", "")) if found else None


def write(port: str, chip: str, path, baud: int, erase: bool, reset: bool, show):
    """Write an image, slower if it fails. `show`(text, part of 1 or None). Raises FlashError."""
    speeds = [baud] + [slower for slower in sorted(BAUDS, reverse=True) if slower < baud]
    output = ""
    for attempt, speed in enumerate(speeds):
        if attempt:
            show("failed, again at %d baud" % speed, None)
        arguments = _arguments(port, speed, reset, chip) + ["write-flash"]
        arguments += ["--erase-all"] if erase else []
        arguments += [hex(chips.CHIPS[chip].offset), str(path)]
        code, output = _run(arguments, show)
        if code == 0:
            return
        if any(words in output for words in _BUSY) or "Failed to connect" in output:
            break  # not a matter of speed
    if any(words in output for words in _BUSY) or "Failed to connect" in output:
        raise _failure(port, output)
    raise FlashingFailed("MicroPython could not be written through %s, also at %d baud. Try "
                         "another cable or USB port. esptool said:\n%s"
                         % (port, speeds[-1], _last_words(output)))


def _arguments(port, baud, reset, chip):
    before, after = ("default-reset", "hard-reset") if reset else ("no-reset", "no-reset")
    return ["--port", port, "--baud", str(baud), "--chip", chip,
            "--connect-attempts", _TRIES, "--before", before, "--after", after]


def _run(arguments, show=None):
    """(exit code, output). Tells `show` about the progress that esptool prints."""
    with subprocess.Popen(ESPTOOL + arguments, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as tool:
        output = b""
        while piece := tool.stdout.read1(256):
            output += piece
            percent = re.findall(rb"(\d+(?:\.\d+)?) ?%", output[-200:])
            if show and percent:
                show("writing MicroPython", min(1.0, float(percent[-1]) / 100))
    return tool.returncode, output.decode(errors="replace")


def _failure(port, output):
    if any(words in output for words in _BUSY) and "No such file" not in output:
        return NoPermission("%s cannot be used: it is in use or not allowed. esptool said:\n%s"
                            % (port, _last_words(output)))
    if any(words in output for words in _SILENT):
        return NotAnswering(HOLD_BOOT % port)
    return NotAnswering("%s\nesptool said:\n%s" % (HOLD_BOOT % port, _last_words(output)))


def _last_words(output):
    lines = [line.strip() for line in re.split(r"[\r\n]+", output) if line.strip()]
    return "\n".join("  " + line for line in lines[-6:])
