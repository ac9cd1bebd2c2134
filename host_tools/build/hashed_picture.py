# SPDX-License-Identifier: MIT
"""A picture with a palette that holds a hash of what it was made from."""

import io
from pathlib import Path

_INPUTS = "inputs"  # a text in the picture


def save(shot: bytes, path: Path, colours: int, inputs: str):
    """Write a screenshot, PNG, with so many colours. inputs: the hash."""
    from PIL import Image, PngImagePlugin
    picture = Image.open(io.BytesIO(shot)).convert("RGB").quantize(
        colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    text = PngImagePlugin.PngInfo()
    text.add_text(_INPUTS, inputs)
    picture.save(path, optimize=True, pnginfo=text)


def made_from(path: Path) -> str:
    """The hash that a picture holds, "" if none."""
    from PIL import Image
    with Image.open(path) as picture:
        return picture.text.get(_INPUTS, "")
