# SPDX-License-Identifier: MIT
"""GET /api/diagnosis: a text file for whoever helps, without any secret."""

import json

from app.on_demand import troubles
from app.on_demand.unit_rows import role, rows
from app.on_demand.web_facts import facts, reason_text
from app.on_demand.web_group import change, group
from core.load import load
from core.on_demand.serial import serial_text

_HEAD = "text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename=amppool.txt"


def answer(web, request, name) -> tuple:
    """(status, head, pieces)."""
    return 200, _HEAD, _pieces(web)


def _pieces(web):
    device, now_ms = web.place.device, web.clock_ms()
    unit = device.unit
    yield "AmpPool %s, unit %s, %s, up %d s\n" % (
        facts(web)[2], serial_text(unit.hal.serial), role(unit),
        (now_ms - web.begun_ms) // 1000)
    yield "settings %s\n" % facts(web)[0]
    for error in unit.errors:
        yield "not charging: %s\n" % error
    yield "group %s\nchange %s\n" % (group(unit, now_ms),
                                      change(unit, troubles.waiting(unit, now_ms)))
    for row in rows(unit, now_ms):
        yield "unit %d %s %s: %s\n" % (row.n, row.serial, reason_text(web, row.reason),
                                       json.dumps(row[3:]))
    yield "frames refused %s\nradio %s\n" % (
        json.dumps(unit.member.counts), json.dumps(getattr(unit.hal.radio, "counts", None)))
    yield "late %s, loads that failed %d, requests %s, wrong logins %d\n" % (
        getattr(device, "late_stops", 0), unit.unloaded, json.dumps(web.counts),
        0 if web.login is None else web.login.wrong)
    for trouble in troubles.troubles(unit, now_ms):
        yield "trouble: %s\n" % json.dumps(trouble)
    yield "app", "events"
    for event in load("app", "events").events(unit, now_ms):
        yield "%d s ago: %s\n" % (event[0], json.dumps(event[1:]))
