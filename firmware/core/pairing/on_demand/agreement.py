# SPDX-License-Identifier: MIT
"""The key that leader and unit agree on, if both know the label's code: CPace over X25519.

As in draft-irtf-cfrg-cpace, with SHA-256: both hash the code and who they are to a generator of
the curve, multiply it by a fresh secret, exchange the results, and hash what they have in common.
Who does not know the code can try one of its 2**60 values in each pairing that he takes part in,
and finds out whether it was that one; what he records helps him with no other, also once he knows
the code. Session, both serials, both shares, the attempt and both protocol versions are part of
the key, so nothing of one attempt is worth anything in another.
"""

from collections import namedtuple
from hashlib import sha256

from core.pairing.on_demand.elligator import point_of
from core.pairing.on_demand.x25519 import P, x25519

_NAME = b"AmpPool pairing, CPace X25519 SHA-256"
_BLOCK_SIZE = 64

# code: 60 bits; session: 8 bytes of the leader; leader, unit: serials; attempt: 0 to 65535;
# versions: the leader's oldest and newest, and the unit's, as 4 bytes, so nobody in between makes
# them speak an older one.
Terms = namedtuple("Terms", ("code", "session", "leader", "unit", "attempt", "versions"))


def share(terms: Terms, secret: bytes):
    """In slices: what is sent to the other side, 32 bytes. secret: 32 random bytes, used here and
    in `agreed` and never again."""
    code = terms.code.to_bytes(8, "big")
    zeros = bytes(_BLOCK_SIZE - len(_NAME) - len(code) - 3)  # one block: draft-irtf-cfrg-cpace
    hashed = sha256(_joined((_NAME, code, zeros, terms.session, terms.leader, terms.unit)))
    number = int.from_bytes(hashed.digest(), "little") & ((1 << 255) - 1)
    yield
    point = yield from point_of(number % P)
    return (yield from x25519(secret, point.to_bytes(32, "little")))


def agreed(terms: Terms, secret: bytes, theirs: bytes, shares: tuple):
    """In slices: the key, 32 bytes, or None if `theirs` is no share. shares: (the leader's, the
    unit's)."""
    common = yield from x25519(secret, theirs)
    if not any(common):
        return None
    hashed = sha256(_joined((_NAME + b", key", terms.session, common, shares[0], shares[1],
                             terms.leader, terms.unit, terms.attempt.to_bytes(2, "big"),
                             terms.versions)))
    yield
    return hashed.digest()


# Each with its length before it: no two lists give the same.
def _joined(parts):
    return b"".join([bytes([len(part)]) + part for part in parts])
