# SPDX-License-Identifier: MIT
"""A few figures for the host, of a unit that runs."""

import gc

import esp32
from core.load import load


def health(device) -> dict:
    """As the host reads it: one JSON object. `device`: device.device.Device."""
    reason_words = load("core", "reason_words")
    state_words = load("core", "connector", "state_words")
    unit = device.unit
    now_ms = device.hardware.clock.now_ms()
    return dict(
        device.about, running=True, healthy=not unit.errors, errors=unit.errors,
        state=state_words.state_name(unit.connector),
        reason=reason_words.name(unit.connector.reason), lease=unit.member.lease_state(now_ms),
        heap_used=gc.mem_alloc(), heap_free=device.hardware.heap_free(),
        system_free=sum([row[1] for row in esp32.idf_heap_info(esp32.HEAP_DATA)]),
        late_stops=device.late_stops, timer_restarts=device.timer_restarts,
        unloaded=unit.unloaded, radio=device.hardware.radio.counts)
