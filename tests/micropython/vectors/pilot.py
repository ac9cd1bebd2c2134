# SPDX-License-Identifier: MIT
"""Pilot: every 0.1 A to a duty of 16 and 13 bits and back, every duty, every voltage's state."""

from core.connector import pilot_duty, pilot_state

for amount in range(0, 81000, 100):
    print(amount, [(bits, pilot_duty.duty_u16(amount, bits),
                    pilot_duty.amount_ma(pilot_duty.duty_u16(amount, bits))) for bits in (16, 13)])
for duty in range(0, 65536, 97):
    print(duty, pilot_duty.amount_ma(duty))
for present in range(7):
    print(present, [pilot_state.classify(mv, present) for mv in range(-13000, 13000, 151)])
