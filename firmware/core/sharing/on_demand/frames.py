# SPDX-License-Identifier: MIT
"""Makes a Codec."""

from hashlib import sha256

from core.sharing.frames import KEY_SIZE, Codec


def new_codec(key: bytes):
    """A Codec of the group with this key: KEY_SIZE random bytes, not all zeros, or ValueError."""
    codec = Codec()
    if len(key) != KEY_SIZE:
        raise ValueError("key has %d bytes: must be %d" % (len(key), KEY_SIZE))
    if not any(key):
        raise ValueError("key is all zeros: must be random")
    # Who is of another group is told by it before an HMAC is spent.
    codec.group = int.from_bytes(sha256(b"group" + key).digest()[:2], "big")
    key = key + bytes(64 - KEY_SIZE)
    codec._inner = bytes([b ^ 0x36 for b in key])
    codec._outer = bytes([b ^ 0x5C for b in key])
    codec.counts = {"foreign": 0, "version": 0, "size": 0, "forged": 0, "body": 0}
    codec.foreign = codec.foreign_tag = None
    codec.foreign_ms = 0
    return codec
