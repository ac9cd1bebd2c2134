# SPDX-License-Identifier: MIT
"""Names of the pilot states, for people and traces: a board loads them only then."""

_NAMES = "?ABCDEF"  # by number, as in pilot_state.py


def text(state: int, pwm: bool) -> str:
    """'C2' is C while PWM runs, 'C1' while it does not; '?' before the first readings."""
    name = _NAMES[state]
    if name in "ABCD":
        name += "2" if pwm else "1"
    return name


def state_name(connector) -> str:
    """What a core.connector.connector.Connector sees: 'A1' to 'D2', 'E', 'F', '?'."""
    return text(connector.state, connector.offered_ma > 0)
