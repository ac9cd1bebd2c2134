# SPDX-License-Identifier: MIT
"""As much of OpenEVSE's HTTP API as evcc uses: a unit's status, and the most that it may use.

A maximum is a wish below what the leader allocates, never above: owner.cap() says what it may be.
"""

import json

from app.on_demand.owner_place import PROGRAM
from app.on_demand.unit_rows import row_of_unit
from app.on_demand.web_basic import refusal
from app.on_demand.web_facts import facts
from app.on_demand.web_json import HEAD, filled
from app.on_demand.web_meter import connected, session
from app.web import Refused

_STATUS = '{"amp":%s,"elapsed":%s,"pilot":%s,"session_energy":%s,"total_energy":%s,"state":%s,' \
    '"status":%s,"vehicle":%s,"voltage":%s}'
_A, _B, _C, _SLEEPS = 1, 2, 3, 254


def answer(web, request, asked) -> tuple:
    """(status, head, pieces). asked: (number of the unit, what). Raises Refused."""
    number, name = asked
    refused = refusal(web, request)
    if refused is not None:
        return refused
    row = row_of_unit(web.place.device.unit, number, web.clock_ms())
    if row is None or name not in ("status", "override"):
        raise Refused(404)
    if request.method == "POST":
        return _override(web, request, number, name)
    if name == "override":
        raise Refused(404)  # none is known: clients take it for that
    if row.missing_ms is not None or row.state is None:
        raise Refused(503)
    volts = facts(web)[1]
    seconds, energy_wh = session(web, row)
    state = _C if row.closed else _A if not connected(row) else _B if row.offered_ma else _SLEEPS
    return 200, HEAD, (filled(
        _STATUS, max(row.drawn_ma), seconds, row.offered_ma // 1000, energy_wh, energy_wh // 1000,
        state, "active" if row.offered_ma else "disabled", int(connected(row)), volts),)


# A page of somebody else cannot send this type without being asked first.
def _override(web, request, number, name):
    if name != "override" or request.header(b"origin") or request.header(
            b"content-type").partition(";")[0] != "application/json":
        raise Refused(403)
    try:
        asked = json.loads(request.body)
        amps = asked.get("max_current", asked.get("charge_current"))
        if asked.get("state") == "disabled":
            amps = 0
    except (ValueError, RuntimeError, AttributeError):
        raise Refused(400)
    return 0, (), (("app", "web_act"), (
        "cap", "cap", ("app", "owner_units"), (number, amps), PROGRAM, ()))
