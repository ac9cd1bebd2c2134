# SPDX-License-Identifier: MIT
"""Serial number and label code of a unit: made once, kept for ever.

The code is 60 random bits as 12 Crockford characters and a check character: it authenticates
pairing, so it must come from the chip's random source and never leave the unit by radio.
"""

import os

import machine
from binascii import hexlify

from app.files import read_json, write_json

_PATH = "/identity.json"
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECKS = _DIGITS + "*~$=U"
VERSION = "0.1.0"


def crockford(bits: int) -> str:
    """60 bits as three groups of four characters, then the check character (modulo 37)."""
    digits = "".join([_DIGITS[bits >> 5 * i & 31] for i in range(11, -1, -1)])
    return "%s-%s-%s-%s" % (digits[:4], digits[4:8], digits[8:], _CHECKS[bits % 37])


class Identity:
    """serial: from the chip's own number; code: 12 characters and a check."""

    def __init__(self):
        self.version = VERSION
        self.serial = "AP-" + hexlify(machine.unique_id()).decode().upper()
        try:
            self.code = read_json(_PATH)["code"]
        except (ValueError, KeyError, TypeError):
            bits = int.from_bytes(os.urandom(8), "big") & ((1 << 60) - 1)
            self.code = crockford(bits)
            write_json(_PATH, {"code": self.code})


def about(given: dict) -> dict:
    """What a report says that does not change while a unit runs. given: the settings."""
    identity = Identity()
    return {"serial": identity.serial, "label": identity.code, "version": identity.version,
            "role": given.get("role", "alone")}
