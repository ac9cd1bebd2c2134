# SPDX-License-Identifier: MIT
"""Plain values that pass between the parts of one unit. Tuples of three are circuit phases.

Currents are mA per phase, masks have bit 0 for the circuit's L1. Which phase of the circuit a
unit's own first phase is, is settled once, where the meter is read (app/unit.py).
"""

from collections import namedtuple

# board_ma: nameplate; breaker_ma: greatest output behind this unit's breaker; wired: mask of the
# circuit's phases; metered: each phase has a meter; ventilation: verified, D may charge;
# feedback: the contactor reports its position; wake: a vehicle that sleeps is woken.
ConnectorConfig = namedtuple("ConnectorConfig", ("board_ma", "breaker_ma", "wired", "metered",
                                                 "ventilation", "feedback", "wake"))

# What the member allows its connector. amount_ma 0 or 6000 and more; phases: mask of those the
# grant names; reason: reasons.*; open_now: open the contactor without waiting for the vehicle.
Offer = namedtuple("Offer", ("amount_ma", "phases", "reason", "open_now"))

# What hal read before one step. Pilot levels are volts at the vehicle in mV, None: no such
# sample. contactor_closed: feedback, None where none is fitted. draw_ma: three of the circuit.
# cable_ma: 0 if no cable is recognised. temperature_dc: tenths of a degree, None: no sensor.
Inputs = namedtuple("Inputs", ("pilot_high_mv", "pilot_low_mv", "duty_u16", "contactor_closed",
                               "draw_ma", "rcm_tripped", "temperature_dc", "cable_ma"))

# Levels to apply after one step, every time. guard: mask of phases whose current opens the
# contactor (rule 14).
Outputs = namedtuple("Outputs", ("duty_u16", "contactor", "guard"))

# What the pilot path read back, for the member. offered_ma, offered_phases: what the pilot
# advertises and the phases it counts on; possible_ma: design 3; tail_ms: until that has sunk to
# the offer; cap_ma: least of rating, cable, temperature and protection; charge: integral of the
# largest phase's draw in mA ms, modulo 2**30; phases_all: a guard has tripped, all wired phases
# count until the vehicle is unplugged; closed: contactor output.
Snapshot = namedtuple("Snapshot", ("at_ms", "pilot_state", "offered_ma", "offered_phases",
                                   "closed", "draw_ma", "possible_ma", "tail_ms", "cap_ma",
                                   "charge", "phases_all", "reason"))
