# SPDX-License-Identifier: MIT
"""One unit: faults and sensors: the English of finding_words.py, which says how it is read.

Each entry begins at the start of a line, with its code; the lines below belong to it.
"""

TEXT = """
fault <0w> has stopped charging: <1r>|<1f>
fault_32 a residual current: unplug it, let the vehicle and the cable be checked; then
 clear_fault() there, or its button for 2 s
fault_33 its contactor does not open: switch off its breaker now, and replace the contactor
fault_34 it is too hot: it goes on by itself when it is cool. Does this come back: tighten its
 terminals
fault_35 no diode is seen in the vehicle's pilot: try another vehicle or cable; then
 clear_fault() there
fault_36 its cable is not recognised: unplug it, look at the contacts, plug it in again
fault_37 its pilot wire is shorted: unplug it and look at plug and cable
fault_38 the vehicle draws more than it is offered: let the vehicle be checked; then
 clear_fault() there
fault_39 its pilot cannot be measured: the board is broken or set up wrong
fault_40 its pilot output does not follow: the board is broken or set up wrong
fault_41 its contactor does not close: look at its coil and its feedback wire; then clear_fault()
 there
fault_42 it had too many faults: find out why, then clear_fault() there
meter unit <0> does not believe its meter: counted with its offer|go to unit <0>: does the
 meter's wire go through, does its address fit? Until then others get less than they could
sensor unit <0> has lost its temperature sensor: at most 16 A|go to unit <0>: the sensor at the
 contactor or its wire is broken
store what must be kept cannot be stored: tried <0> times|the flash may be worn out: keep this
 unit out of use, and replace its board
"""
