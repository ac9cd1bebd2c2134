# SPDX-License-Identifier: MIT
"""What each setting, and each fact of a board, is for: one sentence (settings.py)."""

# The key, then its sentence, which goes on in lines that begin with a space.
_TEXTS = """
role Leads the group, follows its leader, or has a circuit of its own.
region Breaker rule: us uses 80 % of the breaker, iec all of it.
breaker_a Breaker that feeds this unit alone; which ones exist depends on the region.
phases Phases of the circuit on this unit's own terminals, in their order.
priority A larger number is served first.
min_a Smallest current that is useful here: some vehicles do not start at 6 A.
limit_a Limit of the circuit per phase of a new group, or of a unit alone (0: rating).
fallback What a unit may use when it has lost its leader: an equal share, 6 A, nothing.
enabled Sharing is on; in a group no unit charges before.
transport How the units reach each other.
wifi_ssid Home network: of all units over udp, of the leader alone over espnow.
wifi_password Password of the home network.
openevse_password What a program that reads and steers a unit as an OpenEVSE must know; empty:
 nothing.
meter Meter of this connector: the board's own if it has one, or an Eastron SDM120 (one phase) or
 SDM630 on its RS485 port, at 9600 baud.
meter_address Modbus address of that meter.
wake A vehicle that takes no offer is woken, at most twice an hour.
mqtt_broker Numeric address of an MQTT broker in the home network; empty: no MQTT.
mqtt_port Its port; without TLS.
mqtt_user User at the broker.
mqtt_password Password at the broker.
mqtt_topic What all MQTT topics begin with.
channel Radio channel of the group without home Wi-Fi.
nameplate_a Greatest current of the hardware.
metered Sees a current on each phase within 0.2 s, without fail.
rs485 Has a port for a meter.
feedback Reads back whether the contactor is closed.
ventilation Verified ventilation for vehicles that ask for it.
"""


def text_of(key: str) -> str:
    """The sentence of a setting or a fact."""
    begin = _TEXTS.find("\n%s " % key) + len(key) + 2
    end = begin
    while True:
        end = _TEXTS.find("\n", end + 1)
        if _TEXTS[end + 1:end + 2] != " ":
            return _TEXTS[begin:end].replace("\n", "")
