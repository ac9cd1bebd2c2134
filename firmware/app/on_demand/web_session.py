# SPDX-License-Identifier: MIT
"""Who is logged in: the cookie that a request brings, of those that web_login.py has given."""

from core.on_demand.serial import serial_text

IDLE_MS = 600000  # a session ends when so long nothing was asked for


# Browsers send a cookie to every port of a host: its name says whose it is.
def cookie_name(web) -> str:
    """Of this unit's session."""
    return "amppool_" + serial_text(web.place.device.unit.hal.serial)[-6:]


def session(web, request):
    """The session that a request belongs to, or None."""
    if web.login is None:
        return None
    name, now_ms = cookie_name(web) + "=", web.clock_ms()
    for part in request.header(b"cookie").split(";"):
        part = part.strip()
        for kept in web.login.sessions if part[:len(name)] == name else ():
            if now_ms - kept[1] < IDLE_MS and same(part[len(name):].encode(), kept[0].encode()):
                kept[1] = web.asked_ms = now_ms
                _know_calendar(web, request.header(b"x-amppool-now"), now_ms)
                return kept
    return None


# A unit has no calendar: who is logged in tells it the seconds since 1970.
def _know_calendar(web, said, now_ms):
    if said.isdigit() and len(said) == 10:
        web.calendar_s = int(said) - now_ms // 1000


# The time to compare must not tell how much of it was right.
def same(one, other):
    difference = len(one) ^ len(other)
    for a, b in zip(one, other):
        difference |= a ^ b
    return difference == 0
