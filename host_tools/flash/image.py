# SPDX-License-Identifier: MIT
"""MicroPython images: pinned by SHA-256, downloaded once, kept in a cache, or given as a file."""

import hashlib
import os
import re
import urllib.request
from collections import namedtuple
from pathlib import Path

from host_tools.flash.errors import NoImage, WrongChecksum

# Older ones start a PWM channel at 50 % = 30 A, and never reach 100 %.
OLDEST = (1, 26, 0)
_TIMEOUT_S = 30
_PIECE = 65536
_OFFLINE = "Download %s elsewhere and give it with --firmware FILE."

# path of an image on this computer; version as three numbers or None if it does not say
Image = namedtuple("Image", ("path", "version"))


def cache_folder() -> Path:
    """Where downloads are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "amppool"


def numbers(text: str) -> tuple:
    """'1.26.1' as (1, 26, 1)."""
    return tuple(int(part) for part in text.split(".")[:3])


def cached(pin: dict) -> bool:
    """Is the pinned image in the cache, whole?"""
    path = _cache_path(pin)
    return path.is_file() and _sha256(path.read_bytes()) == pin["sha256"]


def pinned(pin: dict, progress) -> Image:
    """The image that a board file pins, from the cache or downloaded.

    progress(part of 1). Raises NoImage, WrongChecksum.
    """
    path = _cache_path(pin)
    if not cached(pin):
        data = _download(pin["url"], progress)
        if _sha256(data) != pin["sha256"]:
            raise WrongChecksum(
                "%s is not the image that the board file pins: SHA-256 is %s, must be %s. It was "
                "thrown away; nothing was flashed. A proxy or a login page in between?"
                % (pin["url"], _sha256(data), pin["sha256"]))
        _keep(path, data)
    return Image(path, numbers(pin["version"]))


def from_file(path: Path, pins) -> Image:
    """An image that the user gives. `pins`: those known, by which its name is checked.

    A file that bears the name of a pinned image must be that one. Raises NoImage, WrongChecksum.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NoImage("%s cannot be read: %s" % (path, error.strerror)) from None
    if len(data) < 100000 or data[0] != 0xE9:  # every ESP image begins with this byte
        raise NoImage("%s is no MicroPython image for an ESP32 (a .bin file from the download "
                      "page of micropython.org)" % path)
    for pin in pins:
        if _name(pin) == path.name and _sha256(data) != pin["sha256"]:
            raise WrongChecksum("%s has the name of a pinned image, but SHA-256 %s and not %s. "
                                "Nothing was flashed." % (path, _sha256(data), pin["sha256"]))
    return Image(path, version_in(data))


def version_in(data: bytes):
    """Version of the MicroPython in an image, or None."""
    found = re.search(rb"v(\d+\.\d+\.\d+)(?:-[\w.-]+)? on \d{4}-\d\d-\d\d", data)
    return numbers(found.group(1).decode()) if found else None


def _name(pin):
    return pin["url"].rsplit("/", 1)[-1]


def _cache_path(pin):
    return cache_folder() / _name(pin)


def _sha256(data):
    return hashlib.sha256(data).hexdigest()


def _download(url, progress):
    pieces = []
    done = 0
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as answer:
            size = int(answer.headers.get("Content-Length") or 0)
            while piece := answer.read(_PIECE):
                pieces.append(piece)
                done += len(piece)
                progress(min(1.0, done / size) if size else 0.0)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise NoImage("%s could not be downloaded: %s. %s"
                      % (url, reason, _OFFLINE % url.rsplit("/", 1)[-1])) from None
    if size and done < size:
        raise NoImage("%s broke off after %d of %d bytes. Try again." % (url, done, size))
    return b"".join(pieces)


# Written aside and renamed: two runs at a time, or one that is ended, leave no half image.
def _keep(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name("%s.%d.new" % (path.name, os.getpid()))
    aside.write_bytes(data)
    os.replace(aside, path)
