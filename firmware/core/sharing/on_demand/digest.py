# SPDX-License-Identifier: MIT
"""A revision as bytes, and the digest by which units tell revisions apart: apart from other bodies
(rare_bodies.py, which says what the bytes are), for whatever changes a group wants it."""

import struct
from hashlib import sha256

from core.sharing.frames import MASK_SHIFT, MASKED_MAX, NO_DIGEST, Revision
from core.units import FALLBACKS
from micropython import const

HEAD = ">IBBHB"
HEAD_SIZE = const(9)
ENTRY = ">B6sHHBB"
ENTRY_SIZE = const(13)
_DIGEST_MASK = const(0x3FFFFFFF)


def revision_body(revision: Revision, in_force: bool) -> bytes:
    """The group's settings, proposed or in force."""
    body = bytearray(HEAD_SIZE + len(revision.members) * ENTRY_SIZE)
    bits = in_force | revision.enabled << 1 | FALLBACKS.index(revision.fallback) << 2
    struct.pack_into(HEAD, body, 0, revision.number, bits, revision.leader,
                     min(revision.limit_ma // 100, 65535), len(revision.members))
    at = HEAD_SIZE
    for row in revision.members:
        struct.pack_into(ENTRY, body, at, row.unit, row.serial, min(row.fallback_ma // 10, 65535),
                         min(row.rating_ma // 10, MASKED_MAX) | row.wired << MASK_SHIFT,
                         min(row.nameplate_ma // 1000, 255), row.min_ma // 1000)
        at += ENTRY_SIZE
    return bytes(body)


def digest(revision) -> int:
    """30 bits that tell two revisions of one number apart (rule 12); NO_DIGEST for None. No more:
    a larger number would be an object of its own wherever one is kept."""
    if revision is None:
        return NO_DIGEST
    whole = sha256(revision_body(revision, False)).digest()
    return int.from_bytes(whole[:4], "big") & _DIGEST_MASK or 1
