# SPDX-License-Identifier: MIT
"""The unit's HTTP server: takes connections, reads a request within its bounds, sends pieces.

Only this is resident. Where a request goes, and every answer but a file, is loaded for it, file by
file, with a turn for the other tasks between two of them (on_demand/web_routes.py). No answer is
held whole. A request that is slow, too long or none costs nothing but itself; so does one for
which there is no memory, and it is told to come again.

The same code runs on MicroPython's asyncio streams and on CPython's: whoever listens calls
`serve`.
"""

import asyncio
import gc

from core.load import NotLoaded, load
from micropython import const

_CONNECTIONS = const(4)
_REFUSED = const(16)  # more that are told so at once; those beyond are closed without a word
_SECONDS = const(10)
_LINE_MAX = const(256)
_HEAD_MAX = const(1280)  # with the line
_BODY_MAX = const(2048)
_PIECE = const(512)
_STALE_MS = const(1000)  # who has not asked by then gives way to the next
_POINT_MS = const(60000)
_FREE_BYTES = const(8192)
_REST_BYTES = const(4096)  # read of what is not wanted, or the answer would be lost with it
_REST_S = 0.1
_HEAD = "HTTP/1.1 %d %s\r\nConnection: close\r\nCache-Control: no-store\r\n" \
    "X-Content-Type-Options: nosniff\r\nContent-Type: "
_BUSY = 'application/json\r\nContent-Length: 13\r\nRetry-After: 2\r\n\r\n{"busy":true}'


class Refused(Exception):
    """A request that cannot be: its argument is the status."""


class Request:
    """method, path, query: texts; head: its header lines, bytes; body: bytes."""

    __slots__ = ("method", "path", "query", "head", "body")

    def header(self, name: bytes) -> str:
        """Value of a header, "" if there is none. name: in small letters. Raises Refused if it
        comes twice: two readers might take different ones."""
        small = self.head.lower()
        at = small.find(b"\r\n" + name + b":")
        if at < 0:
            return ""
        begin = at + len(name) + 3
        if small.find(b"\r\n" + name + b":", begin) >= 0:
            raise Refused(400)
        value = self.head[begin:self.head.find(b"\r\n", begin)].strip()
        _plain(value)
        return value.decode()


class Web:
    """Of one unit and one boot. place: where it is (owner.py); clock_ms(): ever growing;
    identity(): (label code, name of the board, version); settings(): the stored ones, a dict;
    page: path of the page, compressed, or None.

    owner: the functions of owner.py, or None for those. login: of on_demand/web_login.py, or None.
    facts: JSON of what no request changes, or None. asked_ms: when somebody who is logged in
    last asked. counts: requests that were told to come again, those refused, those that failed.
    """

    __slots__ = ("place", "clock_ms", "identity", "settings", "page", "owner", "login", "facts",
                 "asked_ms", "begun_ms", "counts", "history", "_noted_ms", "_open", "_refusing")

    def __init__(self, place, clock_ms, identity, settings, page):
        self.place = place
        self.clock_ms = clock_ms
        self.identity = identity
        self.settings = settings
        self.page = page
        self.owner = self.login = self.facts = self.asked_ms = None
        self.begun_ms = self._noted_ms = clock_ms()
        self.history = None  # of on_demand/history.py
        self.counts = [0, 0, 0]
        self._open = []  # [task, since ms, has it asked?] of each connection
        self._refusing = 0

    def step(self):
        """To be called about once a second: keeps what was used. Raises NotLoaded."""
        if self.clock_ms() - self._noted_ms >= _POINT_MS:
            self._noted_ms += _POINT_MS
            load("app", "history").note(self)

    async def serve(self, reader, writer):
        """One connection, from its first byte to its end. Raises nothing."""
        entry = [asyncio.current_task(), self.clock_ms(), False]
        job = None
        if len(self._open) < _CONNECTIONS or self._make_room():
            self._open.append(entry)
            job = self._answer(reader, writer, entry)
        elif self._refusing < _REFUSED and not _short():
            self.counts[0] += 1
            self._refusing += 1
            job = self._refuse(reader, writer, 503)
        try:
            if job is not None:
                await asyncio.wait_for(job, _SECONDS)
        except asyncio.CancelledError:
            pass  # it gave way to another
        except Exception:  # too slow, gone, or an error: that must not end the unit
            self.counts[2] += 1
        finally:
            if entry in self._open:
                self._open.remove(entry)
            elif job is not None:
                self._refusing -= 1
            await _close(writer)

    # Of those that have not asked for anything yet the oldest goes: whoever only holds connections
    # keeps nobody out.
    def _make_room(self):
        for entry in self._open:
            if not entry[2] and self.clock_ms() - entry[1] >= _STALE_MS:
                entry[2] = True
                self._open.remove(entry)
                self._refusing += 1  # counted there until it is closed
                entry[0].cancel()
                return True
        return False

    async def _answer(self, reader, writer, entry):
        try:
            request = await _read(reader)
        except Refused as error:
            if error.args[0]:
                self.counts[1] += 1
                await self._refuse(reader, writer, error.args[0])
            return
        entry[2] = True
        try:
            if _short():
                raise MemoryError
            answer = await self._find(request)
        except Refused as error:
            self.counts[1] += 1
            await self._refuse(reader, writer, error.args[0])
        except (NotLoaded, MemoryError):
            self.counts[0] += 1
            await self._refuse(reader, writer, 503)
        else:
            await _send(writer, *answer)

    # What a route wants is loaded one by one: in one turn it would keep the sharing task, and
    # with slow flash the pilot path, waiting for too long. Status 0: what was loaded says what is
    # needed further, and which file goes on.
    async def _find(self, request):
        status, needs, pieces = 0, (), (("app", "web_routes"), "")
        while not status:
            place, name = pieces
            for needed in needs:
                await asyncio.sleep(0)
                load(*needed)
            await asyncio.sleep(0)
            status, needs, pieces = load(*place).answer(self, request, name)
        # The first piece is made before anything is sent: what fails in it has a clear answer.
        pieces = iter(pieces)
        return status, needs, next(pieces, ""), pieces

    async def _refuse(self, reader, writer, status):
        writer.write((_HEAD % (status, "Refused") + (
            _BUSY if status == 503 else "text/plain\r\nContent-Length: 0\r\n\r\n")).encode())
        await writer.drain()
        left = _REST_BYTES
        while left > 0:
            try:
                data = await asyncio.wait_for(reader.read(_PIECE), _REST_S)
            except asyncio.TimeoutError:
                return
            if not data:
                return
            left -= len(data)


def _short():
    free = getattr(gc, "mem_free", None)
    return free is not None and free() < _FREE_BYTES


async def _read(reader):
    data = b""
    while True:
        end = data.find(b"\r\n\r\n")
        line = data.find(b"\r\n")
        if line > _LINE_MAX or line < 0 and len(data) > _LINE_MAX + 1:
            raise Refused(414)
        if end > _HEAD_MAX or end < 0 and len(data) > _HEAD_MAX:
            raise Refused(431)
        if end >= 0:
            break
        more = await reader.read(_PIECE // 2)
        if not more:
            raise Refused(400 if data else 0)  # 0: it came and went without a word
        data += more
    request = _parsed(data[:line])
    request.head = data[line:end + 2]
    data = data[end + 4:]
    size = request.header(b"content-length") or "0"
    if request.method == "GET" or request.header(b"transfer-encoding"):
        if request.method != "GET":
            raise Refused(411)
        return request
    if not size.isdigit() or len(size) > 9:
        raise Refused(400)
    size = int(size)
    if size > _BODY_MAX:
        raise Refused(413)
    while len(data) < size:
        more = await reader.read(min(_PIECE, size - len(data)))
        if not more:
            raise Refused(400)
        data += more
    request.body = data[:size]
    return request


def _parsed(line):
    parts = line.split(b" ")
    if len(parts) != 3 or parts[2][:7] != b"HTTP/1." or parts[1][:1] != b"/":
        raise Refused(400)
    _plain(line)
    if parts[0] != b"GET" and parts[0] != b"POST":
        raise Refused(405)
    request = Request()
    request.method = parts[0].decode()
    request.path, _, request.query = parts[1].decode().partition("?")
    request.body = b""
    return request


def _plain(data):
    for byte in data:
        if not 31 < byte < 127:
            raise Refused(400)


async def _send(writer, status, head, piece, pieces):
    out = ((_HEAD + "%s\r\n\r\n") % (status, "OK" if status < 400 else "Refused", head)).encode()
    while piece is not None:
        out += piece if type(piece) is bytes else piece.encode()
        if len(out) >= _PIECE:
            writer.write(out)
            await writer.drain()
            out = b""
        piece = next(pieces, None)
    writer.write(out)
    await writer.drain()


async def _close(writer):
    try:
        writer.close()
        await writer.wait_closed()
    except Exception:
        pass  # it is gone
