# SPDX-License-Identifier: MIT
"""Which vehicle is connected to a bench board."""

_STATES = "ABCDE"


def error(state, amps):
    """None, or one sentence why no vehicle can be so."""
    if not isinstance(state, str) or len(state) != 1 or state not in _STATES:
        return "state is %r: must be one of A, B, C, D, E" % (state,)
    if isinstance(amps, bool) or not isinstance(amps, (int, float)) or not 0 <= amps <= 80:
        return "amps is %r: must be 0 to 80" % (amps,)
    return None


def connect(bench, state: str, amps):
    """Set what is connected to a hal.bench.Bench. None, or one sentence why it cannot be."""
    found = error(state, amps)
    if found is None:
        bench.state = state
        bench.draw_ma = int(amps * 1000)
    return found
