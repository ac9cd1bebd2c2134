# SPDX-License-Identifier: MIT
"""What is published of a unit: one flat JSON object, so that a template or a jq expression of one
word reads each part. What is not known is null; a bound that nobody has set is that of the unit or
the circuit. Nothing of the group's key, of labels or passwords is ever looked at here.
"""

from app.on_demand.mqtt_more import kept
from app.on_demand.session_store import so_far
from app.on_demand.unit_rows import rows
from app.on_demand.web_facts import facts, reason_text
from app.on_demand.web_group import totals
from app.on_demand.web_json import filled
from app.on_demand.web_meter import amps, connected, own_phases, session
from core.on_demand.serial import serial_text
from micropython import const

_HEAD = '{"n":%s,"status":%s,"iec":%s,"state":%s,"reason":%s,"vehicle":%s,"charging":%s,' \
    '"problem":%s,"heard":%s,'
_FLOWS = '"offered_a":%s,"power_w":%s,"l1_a":%s,"l2_a":%s,"l3_a":%s,"session_wh":%s,' \
    '"session_s":%s,"total_wh":%s,"temp_c":%s,"signal_dbm":%s,'
_WISHES = '"max_a":%s,"min_a":%s,"priority":%s,"allowed":%s'
_GROUP = ',"limit_a":%s,"allocated_a":%s,"unused_a":%s,"soft_limit_a":%s'
# In tuples, for a board keeps each short text for ever that is not.
_OFF, _ON = ("OFF", "ON")
_PAUSED, _COMPLETE = ("paused", "complete")
_FAULTS = const(32)  # reasons from here to _GROUPS are protections, see core/reasons.py
_GROUPS = const(43)
_COLDEST_DC = const(-500)  # below: no sensor, or one that is lost


def pieces(web, serial: bytes, now_ms: int) -> tuple:
    """(the object, in pieces of less than 300 bytes; is the unit missing?); ([], True) if there is
    no such unit."""
    unit, row = web.place.device.unit, None
    for it in rows(unit, now_ms):
        if it.serial == serial_text(serial):
            row = it
    if row is None:
        return [], True
    known = row.missing_ms is None and row.state is not None
    made = [_head(row, known, reason_text(web, row.reason)),
            _flows(web, row, known) if known else _UNKNOWN, _wishes(unit, row, now_ms)]
    if row.me:
        made.append(_group(unit, now_ms))
    made[-1] += "}"
    return made, row.missing_ms is not None


_UNKNOWN = _FLOWS.replace("%s", "null")


def _head(row, known, reason):
    if not known:
        return filled(_HEAD, row.n, "unknown", None, row.state, reason, None, None, None,
                      _OFF)
    problem = _FAULTS <= row.reason < _GROUPS
    return filled(_HEAD, row.n, status(row), iec(row), row.state, reason,
                  _on(connected(row)), _on(row.closed), _on(problem or row.state[0] >= "E"),
                  _ON)


def status(row) -> str:
    """One of disconnected, connected, paused, complete, charging, fault; as evcc knows the first
    five without a table."""
    if row.state[0] >= "E":
        return "fault"
    if not connected(row):
        return "disconnected"
    if row.closed:
        return "charging"
    if not row.offered_ma:
        return _PAUSED
    return _COMPLETE if row.energy_as and row.state[0] == "B" else "connected"


def iec(row) -> str:
    """A, B or C as evcc has them: C while current may flow; E and F are errors."""
    if row.state[0] >= "E":
        return row.state[0]
    return ("A", "B", "C")[2 if row.closed else connected(row)]


def _flows(web, row, known):
    volts = facts(web)[1]
    seconds, energy_wh = session(web, row)
    if row.me:
        more = so_far(web)[1], seconds, _celsius(web)
    else:
        more = kept(web.mqtt, bytes.fromhex(row.serial))
    total_wh, seconds, celsius = ["null" if value is None else value for value in more]
    own_ma = own_phases(row)
    # What has a fraction is made without one, as text: to JSON it is a number all the same.
    return _FLOWS % (amps(row.offered_ma), sum(own_ma) * volts // 1000, amps(own_ma[0]),
                     amps(own_ma[1]), amps(own_ma[2]), energy_wh, seconds, total_wh,
                     celsius,
                     "null" if row.signal[0] is None else -row.signal[0])


def _celsius(web):
    dc = web.place.device.unit.hal.temperature.read_dc()
    return None if dc is None or dc < _COLDEST_DC else dc // 10


def _wishes(unit, row, now_ms):
    leader = unit.member.leader
    serial = bytes.fromhex(row.serial)
    most_ma = pause = None
    if leader.caps is not None:
        most_ma, _, _, pause = leader.caps.of(serial, now_ms)
    if most_ma is None:
        most_ma = row.rating_ma
    report = [account.report for account in leader.ledger.accounts if account.serial == serial][0]
    return filled(_WISHES, None if most_ma is None else most_ma // 1000,
                  None if report is None else report.min_ma // 1000,
                  None if report is None else report.priority, _on(not pause))


def _group(unit, now_ms):
    leader = unit.member.leader
    limit_ma = soft_ma = leader.revisions.in_force.limit_ma
    used_ma = max(totals(unit, now_ms)[0])
    if leader.caps is not None and leader.caps.soft is not None:
        soft_ma = leader.caps.limit_ma(limit_ma, now_ms)
    return _GROUP % (limit_ma // 1000, amps(used_ma), amps(max(0, limit_ma - used_ma)),
                     soft_ma // 1000)


def _on(flag):
    return _ON if flag else _OFF
