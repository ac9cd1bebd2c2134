# SPDX-License-Identifier: MIT
"""Frames of other kinds than reports and grants."""

from core.sharing.frames import HEADER_SIZE, TAG_SIZE, Header


def rare_frame(codec, header: Header, body: bytes) -> bytes:
    """A frame of another kind; its body is made by core/sharing/on_demand/rare_bodies.py."""
    data = codec.begun(header, len(body))
    data[HEADER_SIZE:-TAG_SIZE] = body
    return codec.sealed(data)
