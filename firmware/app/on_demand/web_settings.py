# SPDX-License-Identifier: MIT
"""GET /api/settings: the table of settings with the present values, but no secret's; and how the
connection to the MQTT broker is."""

from app.on_demand.web_json import HEAD, filled, listed
from core.on_demand.settings import table
from core.on_demand.settings_text import text_of

_MQTT = '],"mqtt":{"up_ms":%s,"text":%s}}'
_ROW = '{"key":%s,"kind":%s,"value":%s,"low":%s,"high":%s,"choices":%s,"unit":%s,"text":%s}'


def answer(web, request, name) -> tuple:
    """(status, head, pieces)."""
    return 200, HEAD, _pieces(web.settings(), _limits(web.place.device.unit.member.leader), web)


def _pieces(given, limits, web):
    yield '{"settings":['
    for piece in listed(_rows(given, limits)):
        yield piece
    mqtt = web.mqtt
    if mqtt is None:
        yield '],"mqtt":null}'
    else:
        up = mqtt.client is not None and mqtt.client.is_up
        yield filled(_MQTT, web.clock_ms() - mqtt.since_ms if up else None, mqtt.trouble)


# (least, greatest) limit of the group, A; None of a unit that leads none.
def _limits(leader):
    if leader is None:
        return None
    rows = leader.revisions.newest().members
    least_a = -(-sum([row.min_ma for row in rows]) // 1000)
    if len(rows) == 1:
        return least_a, rows[0].rating_ma // 1000
    return least_a, sum([row.nameplate_ma for row in rows]) // 1000 - 1


def _rows(given, limits):
    for row in table():
        value = given.get(row.key, row.default)
        low = high = None
        if row.kind in ("int", "text", "secret"):
            low, high = row.low, row.high
        if row.key == "limit_a" and limits is not None:
            low, high = limits
        yield filled(_ROW, row.key, row.kind, bool(value) if row.kind == "secret" else value,
                     low, high, list(row.choices), row.unit, text_of(row.key))
