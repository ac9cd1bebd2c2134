# SPDX-License-Identifier: MIT
"""A leader with a broker asks a unit for what its reports do not say: see session_now.py. Once a
minute and unit: two frames of 50 and 70 bytes.
"""

from app.on_demand.mqtt_more import keep
from core.load import load
from core.sharing.on_demand.fetching import NOW
from micropython import const

_WAIT_MS = const(1000)
_TURNS = const(8)  # of 100 ms


def ask(mqtt, serial: bytes):
    """A job: ask a unit that is heard, wait for its answer, and keep that in Mqtt.more."""
    web = mqtt.web
    unit, now_ms = web.place.device.unit, web.clock_ms()
    member, account = unit.member, _account(mqtt, serial)
    if account is None:
        return
    if member.sessions is not None and now_ms < member.sessions.until_ms:
        return  # a page asks for others just now
    fetching = load("core", "sharing", "fetching")
    fetch = member.sessions = fetching.Fetch(account.tag, now_ms + _WAIT_MS)
    fetch.wanted = NOW
    calendar_s = web.calendar_s
    if fetching.ask(member, now_ms, 0 if calendar_s is None else calendar_s + now_ms // 1000):
        unit.hal.radio.wake()
        for _ in range(_TURNS):
            yield b""
            if fetch.came or member.sessions is not fetch:
                break
    if member.sessions is fetch:
        member.sessions = None
    if fetch.came and _account(mqtt, serial) is account:
        keep(mqtt, account.serial, fetch.came[0])


def _account(mqtt, serial):
    leader = mqtt.web.place.device.unit.member.leader
    for account in () if leader is None else leader.ledger.accounts:
        if account.serial == serial:
            return account
    return None
