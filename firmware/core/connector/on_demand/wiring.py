# SPDX-License-Identifier: MIT
"""How one unit is wired: what its breaker carries, and the circuit's phases (design 1, row 3)."""


def breakers(region: str) -> tuple:
    """Breakers that exist in a region and what each may carry for hours, as (A, mA) pairs."""
    if region == "us":  # NEC 625.41: a continuous load takes 80 % of its breaker
        return tuple((a, a * 800) for a in (15, 20, 30, 40, 50, 60))
    if region == "iec":
        return tuple((a, a * 1000) for a in (10, 13, 16, 20, 25, 32, 40, 50, 63))
    return ()


def breaker_ma(breaker_a: int, region: str) -> int:
    """What a breaker may carry, mA; 0 for one that does not exist in the region."""
    for amperes, carries_ma in breakers(region):
        if amperes == breaker_a:
            return carries_ma
    return 0


def rating_ma(breaker_a: int, region: str, nameplate_ma: int) -> int:
    """Greatest output of a unit, mA; 0 if its breaker does not exist in the region."""
    return min(breaker_ma(breaker_a, region), nameplate_ma)


def wiring(phases: str) -> tuple:
    """Index of the circuit's phase (0 to 2) for each of the unit's own terminals, in order."""
    return tuple(int(digit) - 1 for digit in phases.replace("L", ""))


def wired_mask(phases: str) -> int:
    """Mask of the circuit's phases that a unit is wired to, bit 0 is L1."""
    mask = 0
    for index in wiring(phases):
        mask |= 1 << index
    return mask
