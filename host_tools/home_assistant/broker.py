# SPDX-License-Identifier: MIT
"""Debian's mosquitto on a free port of this computer."""

import shutil
import signal
import socket
import subprocess
import time

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
MISSING = "mosquitto is not installed: apt install mosquitto"
_WAIT_S = 20


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return made.getsockname()[1]


class Broker:
    """A mosquitto that forgets all when it ends, with one file of settings in `folder`. port: the
    same after a new start; more: further lines of the file. Raises RuntimeError if there is none.
    """

    def __init__(self, folder, more=("allow_anonymous true",)):
        if MOSQUITTO is None:
            raise RuntimeError(MISSING)
        self.port, self._process = free_port(), None
        self._file = folder / "mosquitto.conf"
        lines = ["listener %d 127.0.0.1" % self.port, "persistence false", *more]
        self._file.write_text("\n".join(lines) + "\n")

    def start(self):
        """Until it takes connections."""
        self._process = subprocess.Popen([MOSQUITTO, "-c", self._file],
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until_s = time.monotonic() + _WAIT_S
        while time.monotonic() < until_s:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                assert self._process.poll() is None, "mosquitto does not start"
                time.sleep(0.05)
        raise AssertionError("mosquitto takes no connections")

    def stop(self):
        """It dies."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self, on: bool):
        """It takes connections, and does nothing, as one that hangs."""
        self._process.send_signal(signal.SIGSTOP if on else signal.SIGCONT)
