# SPDX-License-Identifier: MIT
"""Serial number and label code of a unit: made once, kept for ever.

The code is 60 random bits as 12 Crockford characters and a check character: it authenticates
pairing, so it must come from the chip's random source and never leave the unit by radio.
"""

import os
from binascii import hexlify

import machine
import network
from core.load import load
from device.build import BUILD

_PATH = "/identity.json"
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECKS = _DIGITS + "*~$=U"
VERSION = "0.1.0"


def crockford(bits: int) -> str:
    """60 bits as three groups of four characters, then the check character (modulo 37)."""
    digits = "".join([_DIGITS[bits >> 5 * i & 31] for i in range(11, -1, -1)])
    return "%s-%s-%s-%s" % (digits[:4], digits[4:8], digits[8:], _CHECKS[bits % 37])


class Identity:
    """serial: the chip's own number, 12 hexadecimal digits; code: 12 characters and a check."""

    def __init__(self):
        files = load("device", "files")
        self.version = VERSION
        self.serial = shown(chip_serial())
        try:
            self.code = files.read_json(_PATH)["code"]
        except (ValueError, KeyError, TypeError):
            self.code = crockford(_random_60())
            files.write_json(_PATH, {"code": self.code})


def chip_serial() -> bytes:
    """6 bytes of the chip, for ever."""
    return machine.unique_id()


def shown(serial: bytes) -> str:
    """A serial number as people read and type it."""
    return hexlify(serial).decode().upper()


# The chip's numbers are random only while Wi-Fi is on.
def _random_60():
    station = network.WLAN(network.WLAN.IF_STA)
    was_on = station.active()
    station.active(True)
    bits = int.from_bytes(os.urandom(8), "big") & ((1 << 60) - 1)
    if not was_on:
        station.active(False)
    return bits


def about(given: dict) -> dict:
    """What a report says that does not change while a unit runs. given: the settings."""
    identity = Identity()
    return {"serial": identity.serial, "label": identity.code, "version": identity.version,
            "build": BUILD, "role": given.get("role", "alone")}


def for_pairing() -> tuple:
    """(label code, name of the board, version)."""
    files = load("device", "files")
    return Identity().code, files.read_json(files.BOARD)["name"], VERSION
