# SPDX-License-Identifier: MIT
"""What a phone or computer asks to learn whether its network leads anywhere: it is led here."""

_HEAD = "text/plain\r\nLocation: http://192.168.4.1/"


def answer(web, request, name) -> tuple:
    """(status, head, pieces)."""
    return 302, _HEAD, ()
