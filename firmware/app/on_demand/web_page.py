# SPDX-License-Identifier: MIT
"""The page: a file that is compressed already, sent from flash piece by piece. A browser asks each
time whether it is still the same, which its end tells."""

import os

from app.web import Refused
from micropython import const

_PIECE = const(512)
_END = const(8)  # of a gzip file: checksum and length of what is in it
# It has no address but the unit's, and stands in nobody's frame.
_HEAD = "text/html; charset=utf-8\r\nCache-Control: no-cache\r\nETag: \"%s\"\r\n" \
    "Referrer-Policy: no-referrer\r\n" \
    "Content-Security-Policy: default-src 'none'; script-src 'unsafe-inline'; style-src " \
    "'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; " \
    "frame-ancestors 'none'"
_WHOLE = "\r\nContent-Encoding: gzip\r\nContent-Length: %d"


def answer(web, request, name) -> tuple:
    """(status, head, pieces). Raises Refused where there is no page."""
    try:
        file = open(web.page, "rb")
        size = os.stat(web.page)[6]
    except (OSError, TypeError):  # TypeError: none was installed
        raise Refused(404)
    file.seek(max(0, size - _END))
    tag = file.read(_END).hex()
    if '"%s"' % tag in request.header(b"if-none-match"):
        file.close()
        return 304, _HEAD % tag, ()
    file.seek(0)
    return 200, _HEAD % tag + _WHOLE % size, _pieces(file)


def _pieces(file):
    try:
        while True:
            data = file.read(_PIECE)
            if not data:
                return
            yield data
    finally:
        file.close()
