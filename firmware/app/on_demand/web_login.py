# SPDX-License-Identifier: MIT
"""Login: whoever knows the label code answers a challenge, and gets a cookie.

A challenge is the time it was made and a hash of it under a secret of this boot, so nothing is
kept for those who only ask. One that is older than the last login, or than a minute, is worth
nothing: no answer can be used twice. Wrong answers are counted, and each makes the next one wait
longer.
"""

import json
import struct
from hashlib import sha256

from app.web import Refused
from app.on_demand.web_json import HEAD, filled, refusing
from core.on_demand.serial import serial_text
from micropython import const

_SESSIONS_MAX = const(3)
_IDLE_MS = const(600000)
_CHALLENGE_MS = const(60000)
_CHALLENGE_SIZE = const(16)
_BLOCK = const(64)  # of SHA-256
_WAIT_MAX_S = const(16)


class Login:
    """secret: of this boot; sessions: [[token, when it was last used]]; newest_ms: when the
    challenge of the last login was made; wrong: answers in a row, until_ms: none counts before."""

    __slots__ = ("secret", "sessions", "newest_ms", "wrong", "until_ms")


def answer(web, request, name) -> tuple:
    """GET /api/login: (status, head, pieces)."""
    login = _login(web)
    return 200, HEAD, (filled('{"challenge":%s,"serial":%s}', _challenge(
        login, web.clock_ms()).hex(), serial_text(web.place.device.unit.hal.serial)),)


def log_in(web, request) -> tuple:
    """POST /api/login with the challenge and its answer: (status, head, pieces)."""
    try:
        given = json.loads(request.body)
        challenge = bytes.fromhex(given["challenge"])
        said = bytes.fromhex(given["answer"])
    except (ValueError, TypeError, KeyError, RuntimeError):
        raise Refused(400)
    login, now_ms = _login(web), web.clock_ms()
    if now_ms < login.until_ms:
        wait_s = (login.until_ms - now_ms + 999) // 1000
        return refusing(("login_waits", wait_s), 429, HEAD + "\r\nRetry-After: %d" % wait_s)
    if len(challenge) != _CHALLENGE_SIZE or not _fresh(login, challenge, now_ms):
        return refusing(("login_old",))
    code = web.identity()[0].replace("-", "")
    if not _same(said, mac(sha256(b"login" + code.encode()).digest(), challenge)):
        login.wrong += 1
        login.until_ms = now_ms + 1000 * min(1 << min(login.wrong - 1, 8), _WAIT_MAX_S)
        return refusing(("login_wrong",), 401)
    login.wrong = 0
    login.newest_ms = struct.unpack(">Q", challenge[:8])[0]
    token = _random(web, 16).hex()
    live = [kept for kept in login.sessions if now_ms - kept[1] < _IDLE_MS]
    live.sort(key=lambda kept: kept[1])
    login.sessions = live[-(_SESSIONS_MAX - 1):] + [[token, now_ms]]
    web.asked_ms = now_ms
    return 200, "%s\r\nSet-Cookie: %s=%s; Path=/; HttpOnly; SameSite=Strict" % (
        HEAD, cookie_name(web), token), ('{"done":true}',)


def log_out(web, request) -> tuple:
    """POST /api/logout: (status, head, pieces)."""
    kept = session(web, request)
    if kept is not None:
        web.login.sessions.remove(kept)
    return 200, HEAD, ('{"done":true}',)


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
            if now_ms - kept[1] < _IDLE_MS and _same(part[len(name):].encode(), kept[0].encode()):
                kept[1] = web.asked_ms = now_ms
                _know_calendar(web, request.header(b"x-amppool-now"), now_ms)
                return kept
    return None


# A unit has no calendar: who is logged in tells it the seconds since 1970.
def _know_calendar(web, said, now_ms):
    if said.isdigit() and len(said) == 10:
        web.calendar_s = int(said) - now_ms // 1000


def _login(web):
    if web.login is None:
        login = Login()
        login.secret = _random(web, 32)
        login.sessions = []
        login.newest_ms = -1
        login.wrong, login.until_ms = 0, web.clock_ms()
        web.login = login
    return web.login


def _random(web, size):
    draw = web.place.device.unit.hal.random_u32
    return b"".join([struct.pack(">I", draw()) for _ in range(size // 4)])


def _challenge(login, now_ms):
    made = struct.pack(">Q", now_ms)
    return made + mac(login.secret, made)[:8]


def _fresh(login, challenge, now_ms):
    made_ms = struct.unpack(">Q", challenge[:8])[0]
    return (_same(challenge[8:], mac(login.secret, challenge[:8])[:8])
            and made_ms > login.newest_ms and now_ms - made_ms < _CHALLENGE_MS)


def mac(key: bytes, data: bytes) -> bytes:
    """HMAC-SHA256. key: at most 64 bytes."""
    key = key + bytes(_BLOCK - len(key))
    inner = sha256(bytes([byte ^ 0x36 for byte in key]))
    inner.update(data)
    outer = sha256(bytes([byte ^ 0x5C for byte in key]))
    outer.update(inner.digest())
    return outer.digest()


# The time to compare must not tell how much of it was right.
def _same(one, other):
    difference = len(one) ^ len(other)
    for a, b in zip(one, other):
        difference |= a ^ b
    return difference == 0
