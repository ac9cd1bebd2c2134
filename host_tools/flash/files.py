# SPDX-License-Identifier: MIT
"""Files on the device: what is there, what differs, and making the two equal.

The order matters, because the cable may be pulled at any moment: main.py goes first and comes
back last, so that a mixture of old and new files never runs; boot.py comes before the others, so
that the pins are this board's. Running it again copies only what is still missing.
"""

import base64

from host_tools.flash.contents import FOLDERS, MANIFEST, digest
from host_tools.flash.errors import BoardLost, VerifyFailed

_PIECE = 1024
_TRIES = 3
FLASH_S = 120  # silence while the file system tidies up: under 1 s on a chip, not in emulators
_ASIDE = ".new"
# Defines h(path): SHA-256 of a file; small pieces, because the heap may be small.
_HASH = """import os,hashlib,binascii
def h(p):
 s=hashlib.sha256();b=bytearray(512);m=memoryview(b)
 with open(p,'rb') as f:
  while 1:
   n=f.readinto(b)
   if not n:break
   s.update(m[:n])
 return binascii.hexlify(s.digest()).decode()
"""
# The hash over all lines comes last: a byte that gets lost must not make one file of two.
_LIST = _HASH + """t=hashlib.sha256()
def y(l):
 print(l);t.update(l.encode()+b'\\n')
def k(d,deep):
 for e in os.ilistdir(d or '/'):
  p=d+'/'+e[0]
  if e[1]&0x8000:y(p+'\\t'+h(p))
  elif deep:
   y(p+'/\\t');k(p,1)
k('',0)
for d in %r:
 try:k('/'+d,1)
 except OSError:pass
print('='+binascii.hexlify(t.digest()).decode())
"""
_MAKE_FOLDERS = """import os
for d in %r:
 try:os.mkdir(d)
 except OSError:pass
"""
# littlefs replaces a file by renaming; FAT wants the old one gone first.
_RENAME = """try:os.rename(%(aside)r,%(path)r)
except OSError:
 os.remove(%(path)r);os.rename(%(aside)r,%(path)r)
if hasattr(os,'sync'):os.sync()
"""


class Changes:
    """What has to happen on a device. `write`: paths in order; `remove`: files and folders."""

    def __init__(self, wanted: dict, present: dict, listed=()):
        """wanted: {path: content}; present: {path: hash}, folders end in '/'; listed: paths of
        the manifest that is on the device."""
        different = [path for path in sorted(wanted) if present.get(path) != digest(wanted[path])]
        last = [path for path in (MANIFEST, "/main.py") if path in different]
        first = [path for path in ("/boot.py",) if path in different]
        middle = [path for path in different if path not in first + last]
        self.write = first + middle + last
        folders = {"/" + path.split("/")[1] + "/" for path in wanted if path.count("/") > 1}
        strays = [path for path in present if path not in wanted and not path.endswith("/")
                  and (_is_ours(path) or path in listed or _is_aside(path, wanted))]
        self.remove = sorted(strays)
        self.remove += sorted((path for path in present if path.endswith("/")
                               and not any(name.startswith(path) for name in wanted)
                               and path not in folders), reverse=True)
        # Anything but main.py alone: until it is all there, main.py must not run.
        self.stop_main = "/main.py" in present and any(p != "/main.py" for p in different)
        if self.stop_main and "/main.py" not in self.write:
            self.write.append("/main.py")

    def nothing(self) -> bool:
        """Is the device as it should be?"""
        return not self.write and not self.remove


def _is_ours(path):
    return path.split("/")[1] in FOLDERS and path.count("/") > 1


def _is_aside(path, wanted):
    return path.endswith(_ASIDE) and path[:-len(_ASIDE)] in wanted


def present(link) -> dict:
    """{path: SHA-256} of the files in the root folder and in ours; folders end in '/'. Raises
    BoardLost if the list does not come whole."""
    for _ in range(_TRIES):
        found = _whole(link.run(_LIST % (FOLDERS,), FLASH_S))
        if found is not None:
            return found
    raise BoardLost("The list of the board's files arrives damaged, also the third time: try "
                    "another cable, port or a shorter way, and run the same command again.")


def _whole(text):
    lines = [line.rstrip("\r") for line in text.split("\n") if line.startswith(("/", "="))]
    listed = "".join(line + "\n" for line in lines[:-1])
    if not lines or lines[-1].strip() != "=" + digest(listed.encode()):
        return None
    return dict(line.split("\t") for line in lines[:-1])


def read(link, path: str) -> bytes:
    """Content of a small file, None if it is not there."""
    text = link.run("import binascii as b\ntry:print(b.b2a_base64(open(%r,'rb').read()).decode())"
                    "\nexcept OSError:print('-')" % path)
    return None if text == "-" else base64.b64decode(text)


def write(link, path: str, content: bytes, progress=lambda size: None):
    """Replaces one file, at once or not at all. progress(bytes written). Raises VerifyFailed."""
    lost = None
    for _ in range(_TRIES):
        sent = _Counted(progress)
        try:
            if _written(link, path, content, sent):
                return
        except BoardLost as error:  # a byte that got lost leaves the prompt waiting for it
            lost = error
            if not link.recover():
                raise
        progress(-sent.bytes)
    raise lost or VerifyFailed("%s arrives damaged, also the third time: try another cable, port "
                               "or a shorter way. The unit does not run until it is whole." % path)


class _Counted:
    """Passes progress on and keeps the sum, so that a failed try can be taken back."""

    def __init__(self, progress):
        self.bytes = 0
        self._progress = progress

    def __call__(self, size):
        self.bytes += size
        self._progress(size)


def _written(link, path, content, progress):
    # Below the root a torn file harms nobody: main.py is away. Renaming costs a walk through all
    # of littlefs, seconds on a slow chip, so only the files that run or are kept get it.
    aside = path + _ASIDE if path.count("/") == 1 else path
    link.run(_HASH + "from binascii import a2b_base64 as a\nf=open(%r,'wb')" % aside, FLASH_S)
    for start in range(0, len(content), _PIECE):
        piece = content[start:start + _PIECE]
        link.run("n=f.write(a(%r))" % base64.b64encode(piece), FLASH_S)
        progress(len(piece))
    if link.run("f.close()\nprint(h(%r))" % aside, FLASH_S) != digest(content):
        return False
    if aside != path:
        link.run("import os\n" + _RENAME % {"aside": aside, "path": path}, FLASH_S)
    return True


def apply(link, changes: Changes, wanted: dict, progress):
    """Makes the device equal. progress(file, part of 1). Raises VerifyFailed, BoardLost."""
    total = sum(len(wanted[path]) for path in changes.write) or 1
    done = 0

    def advance(size):
        nonlocal done
        done += size
        progress(path, done / total)

    link.run(_MAKE_FOLDERS % (folders_of(wanted),), FLASH_S)
    if changes.stop_main:
        remove(link, ["/main.py"])
    for path in changes.write:
        write(link, path, wanted[path], advance)
    remove(link, changes.remove)


def folders_of(paths) -> list:
    """All folders that these files are in, each after the one that it is in."""
    return sorted({path[:at] for path in paths for at in range(1, len(path)) if path[at] == "/"},
                  key=len)


def remove(link, paths):
    """Removes files, and folders that end in '/'; those that are not there are none to remove."""
    for path in paths:
        call = "os.rmdir" if path.endswith("/") else "os.remove"
        link.run("import os\ntry:%s(%r)\nexcept OSError:pass" % (call, path.rstrip("/")), FLASH_S)


def verify(link, wanted: dict):
    """Every file on the device has its hash. Raises VerifyFailed with those that have not."""
    found = present(link)
    bad = [path for path in sorted(wanted) if found.get(path) != digest(wanted[path])]
    if bad:
        raise VerifyFailed("These files on the board are not what was written: %s. Run the same "
                           "command again." % ", ".join(bad))
