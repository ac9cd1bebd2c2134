# SPDX-License-Identifier: MIT
"""The page: a file that is compressed already, sent from flash piece by piece."""

import os

from app.web import Refused
from micropython import const

_PIECE = const(512)
# It has no address but the unit's, and stands in nobody's frame.
_HEAD = "text/html; charset=utf-8\r\nContent-Encoding: gzip\r\nReferrer-Policy: no-referrer\r\n" \
    "Content-Security-Policy: default-src 'none'; script-src 'unsafe-inline'; style-src " \
    "'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; " \
    "frame-ancestors 'none'\r\nContent-Length: "


def answer(web, request, name) -> tuple:
    """(status, head, pieces). Raises Refused where there is no page."""
    try:
        file = open(web.page, "rb")
    except (OSError, TypeError):  # TypeError: none was installed
        raise Refused(404)
    return 200, _HEAD + str(os.stat(web.page)[6]), _pieces(file)


def _pieces(file):
    try:
        while True:
            data = file.read(_PIECE)
            if not data:
                return
            yield data
    finally:
        file.close()
