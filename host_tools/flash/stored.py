# SPDX-License-Identifier: MIT
"""What a board knows of itself: serial, settings, its group. Read before anything is changed.

It is read here and not by the firmware's own store, because a board may hold half a firmware, or
none. What makes a group is written by the firmware's own, both copies, when all of it is there.
"""

import base64
import json
import struct
from collections import namedtuple
from zlib import crc32

from app.unit import JOIN, RECORD
from core.group.on_demand.record_check import record_error
from host_tools.flash import contents, files
from host_tools.flash.errors import VerifyFailed

SETTINGS = "/settings.json"
GROUP_CHANGE = "/group_change.json"
FORGET = "/forget.json"  # a factory reset that the next start finishes
STORE = "/store"

# serial: 6 bytes; settings, change: bytes of the files or None; group: stored bytes or None;
# record: the group's record, None if there is none; error: why the stored one cannot be one, or
# None; joins: stored bytes of what makes a record at its next start, or None.
Found = namedtuple("Found", ("serial", "settings", "change", "group", "record", "error", "joins"))

_HEAD = struct.Struct(">HIII")  # as in firmware/hal/store.py
_MAGIC = 0x5041
_SERIAL = """import machine,binascii
print(binascii.hexlify(machine.unique_id()).decode())"""
_NAMES = """import os
try:print('\\n'.join(os.listdir(%r)))
except OSError:pass""" % STORE
_PROTOCOL = """import json
try:print(json.load(open(%r)).get(%r))
except (OSError,ValueError,AttributeError):print(None)""" % (contents.MANIFEST, contents.PROTOCOL)
_JOIN = """from hal.store import Store
from binascii import a2b_base64
print(Store().write(%r, a2b_base64(%r)))"""
_UNJOIN = """from hal.store import Store
Store().remove(%r)
print(Store().read(%r) is None)"""
_NOT_STORED = ("The board on %s could not store what makes its group. Run the same command again; "
               "if that changes nothing, its flash is worn.")


def read(link) -> Found:
    """What is on the device; nothing if a factory reset is not finished. Writes nothing."""
    serial = bytes.fromhex(link.run(_SERIAL))
    if files.read(link, FORGET) is not None:
        return nothing(serial)
    group = _newest(link, RECORD)
    record, error = _record(group)
    return Found(serial, files.read(link, SETTINGS), files.read(link, GROUP_CHANGE), group, record,
                 error, _newest(link, JOIN))


def nothing(serial: bytes) -> Found:
    """What is on a device that has been erased."""
    return Found(serial, None, None, None, None, None, None)


def protocol(link):
    """What the firmware on the device speaks by radio, a number; None if nobody has noted it."""
    text = link.run(_PROTOCOL)
    return int(text) if text.isdigit() else None


def finish_reset(link):
    """Forget what a factory reset was to forget. The next start would, and what is written now
    as well."""
    if files.read(link, FORGET) is None:
        return
    names = link.run(_NAMES, files.FLASH_S).split()
    files.remove(link, [SETTINGS, GROUP_CHANGE, *("%s/%s" % (STORE, name) for name in names),
                        FORGET])


def join(link, asked: bytes):
    """At its next start this unit makes its record of it. Raises VerifyFailed."""
    _run(link, _JOIN % (JOIN, base64.b64encode(asked)))


def forget_join(link):
    """What was asked for and not done is asked no longer. Raises VerifyFailed."""
    _run(link, _UNJOIN % (JOIN, JOIN))


def newest_copy(copies):
    """Content of the newest whole copy of a stored value, or None."""
    best = (0, None)
    for data in copies:
        if not data or len(data) < _HEAD.size:
            continue
        magic, crc, number, length = _HEAD.unpack_from(data)
        if (magic == _MAGIC and length == len(data) - _HEAD.size and crc == crc32(data[6:])
                and number > best[0]):
            best = (number, data[_HEAD.size:])
    return best[1]


def _newest(link, key):
    return newest_copy([files.read(link, "%s/%s.%d" % (STORE, key, copy)) for copy in (0, 1)])


def _record(group):
    if group is None:
        return None, None
    try:
        record = json.loads(group)
    except ValueError:
        record = None
    error = record_error(record)
    return (None, error) if error else (record, None)


def _run(link, program):
    if link.run(contents.beside(program), files.FLASH_S) != "True":
        raise VerifyFailed(_NOT_STORED % link.port)
