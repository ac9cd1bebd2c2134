# SPDX-License-Identifier: MIT
"""The host reads what the firmware's own store has written, whole copies only."""

import pytest

from hal.store import Store
from host_tools.flash import stored


def copies(folder):
    """As read from a device: bytes, or None for a file that is not there."""
    paths = [folder / ("group.%d" % copy) for copy in (0, 1)]
    return [path.read_bytes() if path.exists() else None for path in paths]


@pytest.mark.parametrize("values", [
    (b"first",), (b"first", b"second"), (b"a", b"b", b"c"), (b"",)])
def test_the_newest_value_is_read(tmp_path, values):
    store = Store(str(tmp_path / "store"))
    for value in values:
        assert store.write("group", value)
    assert stored.newest_copy(copies(tmp_path / "store")) == values[-1] == store.read("group")


@pytest.mark.parametrize("length", range(0, 20))
def test_a_torn_copy_is_none(tmp_path, length):
    store = Store(str(tmp_path / "store"))
    store.write("group", b"whole")
    for copy in (0, 1):
        path = tmp_path / "store" / ("group.%d" % copy)
        if path.exists() and length < len(path.read_bytes()):
            path.write_bytes(path.read_bytes()[:length])
    found = stored.newest_copy(copies(tmp_path / "store"))
    assert found == Store(str(tmp_path / "store")).read("group")
    assert (found is None) == (length < len(b"whole") + 14)


def test_nothing_is_nothing():
    assert stored.newest_copy([None, None]) is None
    assert stored.newest_copy([b"\xff" * 40, b""]) is None
