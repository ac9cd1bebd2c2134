# SPDX-License-Identifier: MIT
"""A request is read within its bounds."""

from app.on_demand.web_head import Request, plain
from app.web import Refused
from micropython import const

_LINE_MAX = const(256)
_HEAD_MAX = const(1280)  # with the line
_BODY_MAX = const(2048)
_PIECE = const(512)


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
    plain(line)
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
