# SPDX-License-Identifier: MIT
"""Makes a Connector."""

from core import reasons
from core.connector import pilot_duty
from core.connector.connector import DUTY_GAP_MS, NO_DRAW, Connector
from core.connector.offer_history import OfferHistory
from core.connector.on_demand.habits import new_habits
from core.connector.on_demand.pilot_state import new_pilot_state
from core.connector.on_demand.protection import new_protection
from core.connector.protection import NO_LIMIT_MA
from core.values import Outputs


def new_connector(config, timing, now_ms: int, start_delay_ms: int = 0, thermometer=False):
    """A Connector that offers nothing, its contactor open. config: values.ConnectorConfig;
    timing: core.timing.Timing. start_delay_ms: a vehicle found at the start waits so long.
    thermometer: one is fitted."""
    connector = Connector()
    connector.reason = reasons.NO_VEHICLE
    connector.fault = connector.offered_ma = connector.changes = 0
    connector._config = config
    connector._pilot = new_pilot_state()
    connector.protection = new_protection(config.ventilation, config.feedback)
    connector._heat = None
    connector._heat_ma = NO_LIMIT_MA
    if thermometer:
        from core.connector.heat import Heat  # stays, but only where there is one
        connector._heat = Heat(min(config.board_ma, config.breaker_ma))
    connector._habits = new_habits(config.wake, now_ms, now_ms + start_delay_ms)
    connector._history = OfferHistory(timing.reaction_own_ms)
    connector._inputs = connector._allowed = None
    connector._outputs = Outputs(pilot_duty.X1_U16, False, 0)
    connector._due_ms = now_ms
    connector._clear_asked = connector._waits = connector._blind = False
    connector._set_ma = 0  # what the duty we ask for offers
    connector._duty = pilot_duty.X1_U16
    connector._changed_ms = now_ms - DUTY_GAP_MS
    connector._fresh = True  # no PWM yet for this vehicle
    connector._contactor = False
    connector._guard = None
    if config.metered and config.wired & (config.wired - 1):
        from core.connector.guard import Guard  # stays, but only where it can do something
        connector._guard = Guard(config.wired, True)
    connector._charge = connector._most_ma = 0
    connector._charge_ms = now_ms
    connector.draw_ma = NO_DRAW
    connector._shown = None
    connector._publish(False, 0)
    return connector
