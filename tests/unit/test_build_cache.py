# SPDX-License-Identifier: MIT
"""What was built the last time: used again only if nothing has changed, and never needed."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from host_tools.build import cache
from host_tools.build.firmware import BuildError, Firmware


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "firmware/core").mkdir(parents=True)
    (tmp_path / "firmware/core/lamp.py").write_text("def on():\n    return 1\n")
    return tmp_path / "firmware"


@pytest.fixture
def built(folder, tmp_path, monkeypatch):
    """Builds into a folder of its own; built.count: how often that was more than reading."""
    made = []

    def make(*given):
        made.append(Firmware(*given))
        return made[-1]

    monkeypatch.setattr(cache, "Firmware", make)

    def build(where=folder, root=None):
        return cache.firmware(where, root, tmp_path / "kept")

    build.made = made
    return build


def test_the_second_time_it_is_read_and_the_same(built, folder):
    first, second = built(), built()
    assert len(built.made) == 1 and second is not first
    assert second.files() == first.files() and second.folder == folder
    for path in first.files():
        assert second.compiled(path) == first.compiled(path)
    assert second.compact("core.lamp") == first.compact("core.lamp")
    program = "from core.lamp import on\n"
    assert second.beside(program) == first.beside(program)


def test_a_change_of_the_firmware_or_of_the_build_makes_it_anew(built, folder, tmp_path,
                                                               monkeypatch):
    before = built().compiled("core/lamp.py")
    (folder / "core/lamp.py").write_text("def on():\n    return 2\n")
    assert built().compiled("core/lamp.py") != before and len(built.made) == 2
    (folder / "core/other.py").write_text("")
    assert built().files()[-1] == "core/other.py" and len(built.made) == 3
    built(root="core.lamp")
    assert len(built.made) == 4
    step = tmp_path / "pass.py"
    step.write_text("1")
    monkeypatch.setattr(cache, "_BUILD", (step,))
    built()
    step.write_text("2")
    built()
    assert len(built.made) == 6


@pytest.mark.parametrize("content", (b"", b"no pickle", b"\x80\x05."))
def test_a_damaged_one_is_made_anew(built, tmp_path, content):
    built()
    kept, = [path for path in (tmp_path / "kept").iterdir() if path.name != "lock"]
    kept.write_bytes(content)
    assert built().compiled("core/lamp.py")[:1] == b"M" and len(built.made) == 2
    built()
    assert len(built.made) == 2


def test_where_nothing_can_be_kept_it_is_built_each_time(built, tmp_path):
    (tmp_path / "kept").write_text("a file")
    assert built().files() == built().files() and len(built.made) == 2


def test_what_does_not_compile_is_not_kept(built, folder, tmp_path):
    (folder / "core/bad.py").write_text("match 1:\n    case 1:\n        pass\n")
    with pytest.raises(BuildError):
        built()
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["lock"]


def test_only_a_few_are_kept(built, folder, tmp_path):
    for number in range(12):
        copy = tmp_path / str(number)
        shutil.copytree(folder, copy)
        (copy / "core/lamp.py").write_text("def on():\n    return %d\n" % number)
        built(copy)
    assert len(list((tmp_path / "kept").iterdir())) == 8 + len(["lock"])


def test_of_several_that_want_it_at_once_one_builds(built):
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: built(), range(4)))
    assert len(built.made) == 1
    assert len({one.compiled("core/lamp.py") for one in found}) == 1
