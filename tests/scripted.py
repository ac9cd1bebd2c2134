# SPDX-License-Identifier: MIT
"""A serial device on a TCP port that plays a script: what MicroPython cannot be made to do."""

import socket
import threading

RAW = b"raw REPL; CTRL-B to exit\r\n>"
BANNER = b"MicroPython v1.26.1 on 2025-09-11; Generic ESP32 module with ESP32\r\n>>> "


class Scripted:
    """Base: a thread that answers one connection after the other. Override `talk`."""

    def __init__(self):
        self.heard = b""
        self.connections = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = "socket://127.0.0.1:%d" % self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                try:
                    self.talk(connection)
                except OSError:
                    pass

    def hear(self, connection) -> bytes:
        """What arrives; b'' when the other side is gone."""
        data = connection.recv(4096)
        self.heard += data
        return data

    def talk(self, connection):
        """Silent: listens until the other side is gone."""
        while self.hear(connection):
            pass


class Prompt(Scripted):
    """A prompt in friendly and raw mode. `answers`: {part of a command: printed text}.

    A value of None breaks the connection at that command; an exception's traceback is told by
    a value that begins with 'Traceback'. Commands that fit nothing print nothing.
    """

    def __init__(self, answers=None):
        super().__init__()
        self.answers = answers or {}
        self.commands = []
        self._raw = False

    def talk(self, connection):
        """Plays MicroPython's part of the raw mode."""
        pending = b""
        while data := self.hear(connection):
            pending = self._control(connection, pending + data)

    def _control(self, connection, data):
        if b"\x05A\x01" in data:
            connection.sendall(b"R\x00")
            data = data.replace(b"\x05A\x01", b"")
        if not self._raw or data[:1] in (b"\x03", b"\x02", b"\r"):
            return self._mode(connection, data)
        if not data.endswith(b"\x04"):
            return data
        return self._execute(connection, data[:-1].decode())

    def _mode(self, connection, data):
        if b"\x01" in data:
            self._raw = True
            connection.sendall(RAW)
        elif b"\x02" in data or b"\x03" in data:
            self._raw = False
            connection.sendall(b"\r\n" + BANNER)
        return b""

    def _execute(self, connection, command):
        self.commands.append(command)
        fitting = [answer for part, answer in self.answers.items() if part in command]
        answer = fitting[0] if fitting else ""
        if answer is None:
            connection.close()
            raise OSError("broken off")
        if "machine.reset()" in command:
            self._raw = False
            connection.sendall(b"OKresets\r\n" + answer.encode())
            return b""
        error = answer.startswith("Traceback")
        output, text = ("", answer) if error else (answer, "")
        connection.sendall(b"OK" + output.encode() + b"\x04" + text.encode() + b"\x04>")
        return b""
