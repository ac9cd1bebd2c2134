# SPDX-License-Identifier: MIT
"""Frames of other kinds than reports and grants."""

from core.sharing.frames import HEADER_SIZE, Header, TAG_SIZE


def rare_frame(codec, header: Header, body: bytes) -> bytes:
    """A frame of another kind; its body is made by core/sharing/on_demand/rare_bodies.py."""
    data = codec._begun(header, len(body))
    data[HEADER_SIZE:-TAG_SIZE] = body
    return codec._sealed(data)
