# SPDX-License-Identifier: MIT
"""The owner's page as one file: firmware/page/ joined, made smaller, compressed.

    python -m host_tools page [FILE]

writes page.html.gz (or FILE) and says its size. The same sources give the same bytes.
"""

import contextlib
import functools
import hashlib
import os
import re
import sys
import zlib
from pathlib import Path

from host_tools import ROOT
from host_tools.build import deflate
from host_tools.build.firmware import FIRMWARE, BuildError
from host_tools.build.script import program
from host_tools.build.texts import tables

SOURCES = FIRMWARE / "page"
NAME = "page.html.gz"  # as a board and the virtual fleet serve it
KEPT = ROOT / ".build"
_DEFLATE = Path(deflate.__file__)
_KEPT_MAX = 8
GZIP_MAX = 30 * 1024
_STYLE = re.compile(r'<link rel="?stylesheet"? href="([\w.]+)">')
_SCRIPTS = re.compile(r'(?:<script src="[\w.]+"></script>)+')
_FRAME = re.compile("</?(?:head|body)>|</html>")  # a browser knows them
_QUOTED = re.compile(r'="([\w#-]+)"(?=[ >])')  # needs no quotes
_RULE = re.compile(r"\{([^{}]+)\}")
_PROPERTY = re.compile(r"[{;]--(\w+):")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SCRIPT = re.compile(r'src="([\w.]+)"')


@functools.lru_cache(maxsize=None)
def page(folder=SOURCES, kept=KEPT) -> bytes:
    """The page, gzip. kept: where it is if it was built before. Raises BuildError."""
    data = joined(folder).encode()
    path = kept / ("page-%s.gz" % hashlib.sha256(data + _DEFLATE.read_bytes()).hexdigest()[:16])
    packed = _read_kept(path, data)
    if packed is None:
        packed = deflate.gzip(data)
        _keep(path, packed)
    if len(packed) > GZIP_MAX:
        raise BuildError("the page has %d bytes compressed: may have at most %d"
                         % (len(packed), GZIP_MAX))
    return packed


# What cannot be read, or is something else, is made anew.
def _read_kept(path, data):
    try:
        packed = path.read_bytes()
        return packed if zlib.decompress(packed, 31) == data else None
    except (OSError, zlib.error):
        return None


# Of several processes each writes a file of its own; a folder that takes none is done without.
def _keep(path, packed):
    with contextlib.suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        for old in sorted(path.parent.glob("page-*.gz"), key=os.path.getmtime)[:-_KEPT_MAX]:
            old.unlink()
        new = path.with_suffix(".%d" % os.getpid())
        new.write_bytes(packed)
        new.replace(path)


@functools.lru_cache(maxsize=None)
def joined(folder=SOURCES) -> str:
    """The page as one text. Raises BuildError."""
    html = _read(folder / "index.html")
    named = set(_SCRIPT.findall(html)) | set(_STYLE.findall(html)) | {"index.html"}
    unused = sorted({path.name for path in folder.iterdir() if path.is_file()} - named)
    if unused:
        raise BuildError("index.html does not name %s" % ", ".join(unused))
    html = _FRAME.sub("", re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL))
    html = _QUOTED.sub(r"=\1", re.sub(r"\n\s*", "", html))
    html = _STYLE.sub(lambda match: "<style>%s</style>" % css(_read(folder / match[1])), html)
    html = _SCRIPTS.sub(lambda match: "<script>%s</script>" % _script(match[0], folder), html)
    return _short_properties(html)


# --ink of the style and where a script uses it becomes --a.
def _short_properties(html):
    names = sorted(set(_PROPERTY.findall(html)), key=html.index)
    used = set(re.findall(r"var\(--([^),]*)", html))
    if not used <= set(names) or len(names) > len(_LETTERS):
        raise BuildError("the style does not say what these are: %s"
                         % ", ".join(sorted(used - set(names))))
    short = dict(zip(names, _LETTERS))
    return re.sub(r"(?<=--)(?:%s)\b" % "|".join(names), lambda match: short[match[0]], html)


def css(source: str) -> str:
    """A style sheet without comments and what space it does not need; the properties of a rule in
    the order of their names, for rules that are alike are smaller. Raises BuildError."""
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    source = re.sub(r"\s+", " ", source)
    source = re.sub(r";?\s*([{};])\s*", r"\1", source).strip()
    return _RULE.sub(_ordered, source)


# border comes before border-color of itself: where it does not, it is meant to win.
def _ordered(match):
    properties = match[1].split(";")
    names = [text.split(":")[0] for text in properties]
    for i, name in enumerate(names):
        if any(other == name or other.startswith(name + "-") and other != "border-radius"
               for other in names[:i]):
            raise BuildError("a rule of the style has %s after a part of it: %s"
                             % (name, match[1]))
    return "{%s}" % ";".join(sorted(properties, key=lambda text: text.split(":")[0]))


# All scripts are one.
def _script(tags, folder):
    sources = [_read(folder / name) for name in _SCRIPT.findall(tags)]
    body = program(tables(sources))
    if "</script" in body:
        raise BuildError("a script may not hold </script")
    return body


def _read(path):
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BuildError("%s cannot be read: %s" % (path, error.strerror)) from None


def main(arguments: list) -> int:
    """Writes the page. Exit code 1 if it cannot be built."""
    target = Path(arguments[0]) if arguments else Path(NAME)
    try:
        packed = page()
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    target.write_bytes(packed)
    print("%s: %d bytes, %d before compression" % (target, len(packed), len(joined())))
    return 0
