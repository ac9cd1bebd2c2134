# SPDX-License-Identifier: MIT
"""HMAC-SHA256 with a purpose, and a record sealed with it: encrypted, then authenticated.

A key is good for one record of each purpose: the stream that hides it is always the same. Purposes
are part of what is hashed, so one key gives as many independent ones as there are purposes, and
nothing that was made for one purpose passes for another's.
"""

from hashlib import sha256

from micropython import const

TAG_SIZE = const(16)
_HASH_SIZE = const(32)
_BLOCK_SIZE = const(64)


def keyed_hash(key: bytes, data: bytes) -> bytes:
    """HMAC-SHA256, 32 bytes (RFC 2104)."""
    if len(key) > _BLOCK_SIZE:
        key = sha256(key).digest()
    key = key + bytes(_BLOCK_SIZE - len(key))
    inner = sha256(bytes([b ^ 0x36 for b in key]))
    inner.update(data)
    outer = sha256(bytes([b ^ 0x5C for b in key]))
    outer.update(inner.digest())
    return outer.digest()


def tag(key: bytes, purpose: bytes, data: bytes) -> bytes:
    """TAG_SIZE bytes that say: who made them has the key, and meant this. purpose: not empty."""
    return keyed_hash(key, bytes([len(purpose)]) + purpose + data)[:TAG_SIZE]


def same(one: bytes, other: bytes) -> bool:
    """Are they equal? How long it takes does not tell where they differ."""
    difference = len(one) ^ len(other)
    for a, b in zip(one, other):
        difference |= a ^ b
    return difference == 0


def sealed(key: bytes, purpose: bytes, head: bytes, record: bytes):
    """In slices: head + record, hidden + tag. head: what is only authenticated."""
    hidden = yield from _hidden(key, purpose, record)
    data = head + hidden
    return data + tag(key, purpose, data)


def opened(key: bytes, purpose: bytes, head_size: int, data: bytes):
    """In slices: the record, or None if it was not sealed with this key for this purpose."""
    end = len(data) - TAG_SIZE
    if end < head_size or not same(tag(key, purpose, data[:end]), data[end:]):
        return None
    yield
    return (yield from _hidden(key, purpose, data[head_size:end]))


def _hidden(key, purpose, record):
    out = bytearray(record)
    for at in range(0, len(out), _HASH_SIZE):
        block = keyed_hash(key, bytes([0, at // _HASH_SIZE]) + purpose)  # no tag's
        for i in range(at, min(at + _HASH_SIZE, len(out))):
            out[i] ^= block[i - at]
        yield
    return bytes(out)
