# SPDX-License-Identifier: MIT
"""An answer is sent in pieces."""

import asyncio

from core.load import NotLoaded, let_go, load
from micropython import const

_PIECE = const(512)
_TRIES = const(20)
_AGAIN_S = 0.1
_HEAD = "HTTP/1.1 %d %s\r\nConnection: close\r\n%sX-Content-Type-Options: nosniff\r\n" \
    "Content-Type: %s\r\n\r\n"
_KEPT = "Cache-Control"
_NOT_KEPT = "Cache-Control: no-store\r\n"  # what says nothing else


async def send(writer, status, head, piece, pieces):
    """head: type of the content, and what else is in the head; piece: the first; pieces: those
    after it: texts or bytes; a file that the next one needs, as load() is given it; () to let go
    of all files before; or a number of ms after which the next one is asked for. False if there
    was no memory for what was to be looked up, and nothing was sent."""
    out = (_HEAD % (status, "OK" if status < 400 else "Refused",
                    "" if _KEPT in head else _NOT_KEPT, head)).encode()
    begun = not hasattr(pieces, "close")  # nothing is looked up: it may have been done already
    try:
        while piece is not None:
            if type(piece) is int:
                await asyncio.sleep(piece * 0.001)
            elif type(piece) is tuple:
                await asyncio.sleep(0)
                if piece:
                    await _there(piece)
                else:
                    let_go()
            else:
                data = piece if type(piece) is bytes else piece.encode()
                if len(out) + len(data) > _PIECE:  # in one piece only what fits
                    begun = True
                    writer.write(out)
                    await writer.drain()
                    out = b""
                out += data
            piece = next(pieces, None)
        begun = True
        writer.write(out)
        await writer.drain()
        return True
    except (NotLoaded, MemoryError):
        if begun:
            raise
        return False
    finally:  # who is gone leaves no file open, and nothing asked for
        if hasattr(pieces, "close"):
            pieces.close()


# Half an answer is none: where others have the memory just now, it waits for a moment.
async def _there(place):
    for _ in range(_TRIES):
        try:
            load(*place)
            return
        except NotLoaded:
            await asyncio.sleep(_AGAIN_S)
    load(*place)
