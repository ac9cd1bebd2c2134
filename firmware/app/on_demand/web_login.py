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

from app.on_demand.web_json import HEAD, filled, refusing
from app.on_demand.web_session import IDLE_MS, cookie_name, same, session
from app.web import Login, Refused
from core.on_demand.serial import serial_text
from micropython import const

_SESSIONS_MAX = const(3)
_CHALLENGE_MS = const(60000)
_CHALLENGE_SIZE = const(16)
_BLOCK = const(64)  # of SHA-256
_WAIT_MAX_S = const(16)


def answer(web, request, name) -> tuple:
    """GET and POST /api/login, POST /api/logout: (status, head, pieces). Raises Refused."""
    if request.method == "POST":
        return _log_in(web, request) if name == "login" else _log_out(web, request)
    login = _login(web)
    return 200, HEAD, (filled('{"challenge":%s,"serial":%s}', _challenge(
        login, web.clock_ms()).hex(), serial_text(web.place.device.unit.hal.serial)),)


# POST /api/login with the challenge and its answer.
def _log_in(web, request):
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
    if not same(said, mac(sha256(b"login" + code.encode()).digest(), challenge)):
        login.wrong += 1
        login.until_ms = now_ms + 1000 * min(1 << min(login.wrong - 1, 8), _WAIT_MAX_S)
        return refusing(("login_wrong",), 401)
    login.wrong = 0
    login.newest_ms = struct.unpack(">Q", challenge[:8])[0]
    token = _random(web, 16).hex()
    live = [kept for kept in login.sessions if now_ms - kept[1] < IDLE_MS]
    live.sort(key=lambda kept: kept[1])
    login.sessions = live[-(_SESSIONS_MAX - 1):] + [[token, now_ms]]
    web.asked_ms = now_ms
    return 200, "%s\r\nSet-Cookie: %s=%s; Path=/; HttpOnly; SameSite=Strict" % (
        HEAD, cookie_name(web), token), ('{"done":true}',)


def _log_out(web, request):
    kept = session(web, request)
    if kept is not None:
        web.login.sessions.remove(kept)
    return 200, HEAD, ('{"done":true}',)


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
    return (same(challenge[8:], mac(login.secret, challenge[:8])[:8])
            and made_ms > login.newest_ms and now_ms - made_ms < _CHALLENGE_MS)


def mac(key: bytes, data: bytes) -> bytes:
    """HMAC-SHA256. key: at most 64 bytes."""
    key = key + bytes(_BLOCK - len(key))
    inner = sha256(bytes([byte ^ 0x36 for byte in key]))
    inner.update(data)
    outer = sha256(bytes([byte ^ 0x5C for byte in key]))
    outer.update(inner.digest())
    return outer.digest()
