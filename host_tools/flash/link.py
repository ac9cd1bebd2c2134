# SPDX-License-Identifier: MIT
"""The serial prompt of a device: getting there, running Python on it, losing it.

The way in is a reset and the second that main.py leaves interruptible: a unit that runs is never
fought with its watchdog. Where a port cannot reset (a TCP stream), Ctrl-C stops the unit, which
opens its contactor, and the unit then resets itself. mpremote speaks the raw prompt.
"""

import struct
import time

import serial
from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from host_tools.flash.chip import HOLD_BOOT
from host_tools.flash.errors import BoardLost, FlashError, NotAnswering
from host_tools.flash.ports import has_reset_lines, opening_error

_BAUD = 115200
_READ_S = 10  # silence in the middle of an answer
_POKE_S = 0.4
_WAIT_S = 20.0  # a chip is at its prompt in 3 s after a reset; one that is emulated takes 8 s
_BLANK = b"invalid header"  # what the chip's loader says, again and again, where nothing is
_STOPPING_S = 2.0  # a unit that was interrupted opens its contactor first: let it
# From the mark on, no Ctrl-C can end it; before, looking for three modules may take a second.
_RESET = """import machine,micropython,time
try:micropython.kbd_intr(-1)
except AttributeError:pass
print('resets')
time.sleep_ms(50)
machine.reset()"""
_RESETS = b"resets"
_PROMPT = b">>> "
_RAW = b"raw REPL; CTRL-B to exit\r\n"
_LOST = (serial.SerialException, OSError, TransportError, struct.error, IndexError)
_RESUME = ("The connection to the board on %s broke (%s). Nothing is half done: a unit does not "
           "charge before its last file is in place. Plug it in and run the same command again; "
           "it goes on where it was.")


class DeviceError(FlashError):
    """Python on the device raised; `last`: last line of the traceback."""

    def __init__(self, text):
        self.last = (text.strip().splitlines() or [""])[-1]
        super().__init__("MicroPython on the board says: %s" % self.last)


class _Transport(SerialTransport):
    # mpremote's own constructor hides why a port did not open.
    def __init__(self, port):
        self.in_raw_repl = False
        self.use_raw_paste = True
        self.device_name = port
        self.mounted = False
        self.is_pty = False
        # exclusive: not for a URL, where pyserial has nothing to lock.
        self.serial = serial.serial_for_url(port, _BAUD, do_not_open=True, timeout=_READ_S,
                                            write_timeout=_READ_S)
        if "://" not in port:
            self.serial.exclusive = True
        # DTR and RTS both on, pyserial's default: no reset, GPIO0 high, and a chip's own USB
        # port sees that somebody listens.
        self.serial.open()


class Link:
    """One device on one port. `sleep` is replaced by tests that have no time."""

    def __init__(self, port: str):
        self.port = port
        self.can_reset = has_reset_lines(port)
        self._transport = None
        self._open()

    def close(self):
        """Gives the port free; never raises."""
        if self._transport is not None:
            try:
                self._transport.close()
            except OSError:
                pass
        self._transport = None

    def enter(self, wait_s: float = _WAIT_S):
        """To the raw prompt, with nothing of the firmware running. Raises NotAnswering."""
        if self.can_reset:
            self._pulse_reset()
        for resets_left in (2, 1, 0):
            self._to_prompt(wait_s)
            self._to_raw()
            if not self._has_run():
                return
            # It was running: its watchdog is too, and only a reset stops that. One that still
            # runs after two has ten minutes before that watchdog bites.
            if resets_left:
                self.reset()

    def _has_run(self):
        try:
            return self.run("import sys\nprint('device.device' in sys.modules)") == "True"
        except DeviceError:
            return True  # no memory even for that: whatever took it did run

    def interrupt(self, wait_s: float = _WAIT_S):
        """To the raw prompt by Ctrl-C alone: what ran is stopped, what it knew is still there."""
        self._to_prompt(wait_s)
        self._to_raw()

    def recover(self, wait_s: float = _WAIT_S) -> bool:
        """After BoardLost: is the device still there? If so, at its raw prompt again."""
        if self._transport is None or not self._transport.serial.is_open:
            return False
        try:
            self.interrupt(wait_s)
        except FlashError:
            return False
        return True

    def reset(self):
        """Starts the device anew; it runs its program if nobody stops it."""
        try:
            self._transport.exec_raw_no_follow(_RESET)
            answer = self._transport.read_until(1, _RESETS, timeout=_READ_S)
            if not answer.endswith(_RESETS):
                # Ctrl-D needs no memory. The next reset can then be a whole one.
                self._transport.serial.write(b"\x02\x04")
        except _LOST as error:
            raise self._lost(error) from None

    def run(self, code: str, silence_s: float = _READ_S) -> str:
        """What the code prints, without white space around. Raises DeviceError, BoardLost."""
        try:
            output, error = self._transport.exec_raw(code, timeout=silence_s)
        except TransportExecError as failed:
            raise DeviceError(failed.error_output) from None
        except _LOST as lost:
            raise self._lost(lost) from None
        if error:
            raise DeviceError(error.decode(errors="replace"))
        return output.decode(errors="replace").strip()

    def listen(self, span_s: float, until=lambda text: False) -> str:
        """What the device prints by itself for a while; ends early when until(text) is true."""
        end_s = time.monotonic() + span_s
        text = ""
        while time.monotonic() < end_s and not until(text):
            text += self._received(end_s).decode(errors="replace")
        return text

    def _open(self):
        try:
            self._transport = _Transport(self.port)
        except (OSError, ValueError) as error:  # SerialException is an OSError
            raise opening_error(self.port, error) from None

    def _pulse_reset(self):
        lines = self._transport.serial
        try:
            # EN is low while RTS is on without DTR; GPIO0 would be with DTR alone, and the chip
            # would start its loader instead of the program.
            lines.rts = True
            lines.dtr = False
            time.sleep(0.1)
            lines.dtr = True
        except OSError:
            self.can_reset = False

    def _to_prompt(self, wait_s):
        end_s = time.monotonic() + wait_s
        poke_s = 0.0
        seen = b""
        while time.monotonic() < end_s:
            if time.monotonic() >= poke_s:
                stopping = b"KeyboardInterrupt" in seen or b"Stopped" in seen
                poke_s = time.monotonic() + (_STOPPING_S if stopping else _POKE_S)
                # Ctrl-C ends what runs; Ctrl-B leaves a raw prompt that a lost run left behind.
                self._send(b"\x03\x02", end_s)
            seen = (seen + self._received(end_s))[-2000:]
            if seen.endswith(_PROMPT) and not self._received(end_s):
                return
            if _BLANK in seen:
                break
        raise NotAnswering(HOLD_BOOT % self.port)

    def _to_raw(self):
        self._send(b"\r\x01", time.monotonic())
        try:
            answer = self._transport.read_until(1, _RAW, timeout=3)
        except _LOST as error:
            raise self._lost(error) from None
        if not answer.endswith(_RAW):
            raise NotAnswering(HOLD_BOOT % self.port)
        self._transport.in_raw_repl = True

    # A port of the chip's own USB goes away with a reset and comes back: until end_s that is
    # no loss.
    def _send(self, data, end_s):
        try:
            self._transport.serial.write(data)
        except (OSError, AttributeError) as error:
            self._reopen(error, end_s)

    def _received(self, end_s):
        try:
            waiting = self._transport.serial.in_waiting
            if waiting:
                return self._transport.serial.read(waiting)
        except (OSError, AttributeError, TypeError) as error:
            self._reopen(error, end_s)
        time.sleep(0.05)
        return b""

    def _reopen(self, error, end_s):
        self.close()
        while time.monotonic() < end_s:
            time.sleep(0.2)
            try:
                self._open()
                return
            except FlashError:
                continue
        raise self._lost(error)

    def _lost(self, error):
        return BoardLost(_RESUME % (self.port, str(error) or type(error).__name__))
