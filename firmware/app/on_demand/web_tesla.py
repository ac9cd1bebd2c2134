# SPDX-License-Identifier: MIT
"""The local API of the Gen 3 Wall Connector, for this unit and on a leader for every member, so
that what reads one reads ours. Types are the strictest that any client wants: every field is
there, none is null, counters are whole numbers, lists are []. A unit that is not heard says 503.
"""

from binascii import b2a_base64

from app.on_demand.unit_rows import row_of_unit
from app.on_demand.web_facts import facts
from app.on_demand.web_json import HEAD, filled
from app.on_demand.web_meter import amps, connected, own_phases, pilot_v, session
from app.web import Refused
from core.load import load

_VITALS = '{"contactor_closed":%s,"vehicle_connected":%s,"session_s":%s,"grid_v":%s,' \
    '"grid_hz":%s,"vehicle_current_a":'
_CURRENTS = '%s,"currentA_a":%s,"currentB_a":%s,"currentC_a":%s,"currentN_a":0.0,'
_VOLTS = '"voltageA_v":%s,"voltageB_v":%s,"voltageC_v":%s,"relay_coil_v":%s,"relay_k1_v":%s,' \
    '"relay_k2_v":%s,"pcba_temp_c":%s,"handle_temp_c":%s,"mcu_temp_c":%s,"uptime_s":%s,' \
    '"input_thermopile_uv":0,"prox_v":0,"pilot_high_v":%s,"pilot_low_v":%s,' \
    '"session_energy_wh":%s,"config_status":5,"evse_state":%s,"current_alerts":[],' \
    '"evse_not_ready_reasons":[]}'
_LIFETIME = '{"contactor_cycles":%s,"contactor_cycles_loaded":0,"alert_count":0,' \
    '"thermal_foldbacks":0,"avg_startup_temp":0,"charge_starts":%s,"energy_wh":%s,' \
    '"connector_cycles":%s,"uptime_s":%s,"charging_time_s":%s}'
_VERSION = '{"firmware_version":%s,"git_branch":"main","part_number":"AmpPool",' \
    '"serial_number":%s,"web_service":"local"}'
_WIFI = '{"wifi_ssid":%s,"wifi_signal_strength":%s,"wifi_rssi":%s,"wifi_snr":%s,' \
    '"wifi_connected":true,"wifi_infra_ip":%s,"internet":false,"wifi_mac":%s}'
_NOISE_DBM = -95
# As Home Assistant reads evse_state.
_NO_VEHICLE, _CONNECTED, _READY, _FAULT, _WAITS, _CHARGES = 1, 2, 4, 7, 9, 11


def answer(web, request, asked) -> tuple:
    """(status, head, pieces). asked: (number or None for this unit, which of the four). Raises
    Refused."""
    number, name = asked
    row = row_of_unit(web.place.device.unit, number, web.clock_ms())
    if row is None:
        raise Refused(404)
    if name == "version":
        return 200, HEAD, (filled(_VERSION, facts(web)[2], row.serial),)
    if row.missing_ms is not None or row.state is None:
        raise Refused(503)
    uptime_s = (web.clock_ms() - web.begun_ms) // 1000
    if name == "wifi_status":
        return 200, HEAD, (_wifi(web, row),)
    if name == "lifetime":
        return 200, HEAD, (_lifetime(web, row, uptime_s),)
    return 200, HEAD, _vitals(web, row, uptime_s)


def _vitals(web, row, uptime_s):
    volts = facts(web)[1]
    session_s, energy_wh = session(web, row)
    yield filled(_VITALS, row.closed, connected(row), session_s, volts,
                 60 if volts == 240 else 50)
    drawn = own_phases(row)
    yield _CURRENTS % tuple([amps(ma) for ma in [max(drawn)] + drawn])
    on = [volts if row.closed and p < _wires(row) else 0 for p in (0, 1, 2)]
    relay_v = 12 if row.closed else 0
    high_v = pilot_v(row)
    yield filled(_VOLTS, on[0], on[1], on[2], relay_v, relay_v, relay_v, 0, 0, 0, uptime_s,
                 high_v, -12 if row.state[1:] == "2" else high_v, energy_wh, _state(row))


def _wires(row):
    return len([p for p in (0, 1, 2) if row.phases >> p & 1])


def _state(row):
    if 32 <= row.reason < 48 or row.state[0] not in "ABCD":
        return _FAULT
    if row.state[0] == "A":
        return _NO_VEHICLE
    if row.closed:
        return _CHARGES
    if not row.offered_ma:
        return _CONNECTED
    return _WAITS if row.state[0] == "B" else _READY


def _lifetime(web, row, uptime_s):
    charges, energy_wh = 0, session(web, row)[1]
    if row.me:
        charges, energy_wh = load("app", "session_store").so_far(web)
    return filled(_LIFETIME, charges, charges, energy_wh, charges, uptime_s, 0)


def _wifi(web, row):
    ssid = ("AmpPool_" + row.serial[-6:]).encode()
    dbm = -(row.signal[0] or 0) or -50
    percent = min(100, max(0, 2 * (dbm + 100)))
    mac = ":".join([row.serial[at:at + 2] for at in range(0, 12, 2)])
    return filled(_WIFI, b2a_base64(ssid).decode().strip(), percent, dbm, dbm - _NOISE_DBM,
                  "192.168.4.1", mac)
