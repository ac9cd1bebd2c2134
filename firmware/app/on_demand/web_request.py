# SPDX-License-Identifier: MIT
"""A request is read within its bounds, and its answer sent in pieces."""

import asyncio

from app.web import Refused
from core.load import let_go, load
from micropython import const

_LINE_MAX = const(256)
_HEAD_MAX = const(1280)  # with the line
_BODY_MAX = const(2048)
_PIECE = const(512)
_HEAD = "HTTP/1.1 %d %s\r\nConnection: close\r\n%sX-Content-Type-Options: nosniff\r\n" \
    "Content-Type: %s\r\n\r\n"
_KEPT = "Cache-Control"
_NOT_KEPT = "Cache-Control: no-store\r\n"  # what says nothing else


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


async def read(reader):
    """The Request that comes. Raises Refused, 0 if nothing came."""
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
            raise Refused(400 if data else 0)
        data += more
    request = _parsed(data[:line])
    request.head = data[line:end + 2]
    if request.method != "GET":
        request.body = await _body(reader, request, data[end + 4:])
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


async def _body(reader, request, data):
    size = request.header(b"content-length") or "0"
    if request.header(b"transfer-encoding"):
        raise Refused(411)
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
    return data[:size]


def _plain(data):
    for byte in data:
        if not 31 < byte < 127:
            raise Refused(400)


async def send(writer, status, head, piece, pieces):
    """head: type of the content, and what else is in the head; piece: the first; pieces: those
    after it: texts or bytes; a file that the next one needs, as load() is given it; () to let go
    of all files before; or a number of ms after which the next one is asked for."""
    out = (_HEAD % (status, "OK" if status < 400 else "Refused",
                    "" if _KEPT in head else _NOT_KEPT, head)).encode()
    try:
        while piece is not None:
            if type(piece) is int:
                await asyncio.sleep(piece * 0.001)
            elif type(piece) is tuple:
                await asyncio.sleep(0)
                if piece:
                    load(*piece)
                else:
                    let_go()
            else:
                out += piece if type(piece) is bytes else piece.encode()
            if len(out) >= _PIECE:
                writer.write(out)
                await writer.drain()
                out = b""
            piece = next(pieces, None)
        writer.write(out)
        await writer.drain()
    finally:  # who is gone leaves no file open, and nothing asked for
        if hasattr(pieces, "close"):
            pieces.close()
