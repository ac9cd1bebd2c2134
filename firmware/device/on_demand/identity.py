# SPDX-License-Identifier: MIT
"""Serial number and label code of a unit: made once, kept for ever.

The code authenticates pairing, so it must come from the chip's random source and never leave the
unit by radio; core/pairing/on_demand/label_code.py says what it looks like.
"""

import os
from binascii import hexlify

import machine
import network
from core.load import load
from device.build import BUILD

_PATH = "/identity.json"
_CODE = "label"  # "code" was one with another check character
VERSION = "0.1.0"


class Identity:
    """serial: the chip's own number, 12 hexadecimal digits; code: label code."""

    def __init__(self):
        files = load("device", "files")
        self.version = VERSION
        self.serial = shown(chip_serial())
        try:
            self.code = files.read_json(_PATH)[_CODE]
        except (ValueError, KeyError, TypeError):
            self.code = load("core", "pairing", "label_code").make(_random_60())
            files.write_json(_PATH, {_CODE: self.code})


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
    """(label code, id of the board file, version)."""
    files = load("device", "files")
    return Identity().code, files.read_json(files.BOARD).get("id", ""), VERSION
