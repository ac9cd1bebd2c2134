# SPDX-License-Identifier: MIT
"""The pictures of the page in README show the page as it is."""

import re

import pytest
from PIL import Image

from host_tools import ROOT
from host_tools.build import hashed_picture, pictures

NAMES = sorted(path.name for path in pictures.FOLDER.glob("*.png"))


def test_readme_shows_all_of_them():
    shown = re.findall(r'firmware/page/pictures/([\w.]+)"',
                       (ROOT / "README.md").read_text(encoding="utf-8"))
    assert sorted(shown) == NAMES and len(NAMES) == 2


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_of_the_present_page_small_and_with_a_palette(name):
    path = pictures.FOLDER / name
    assert hashed_picture.made_from(path) == pictures.inputs(), (
        "the page is another one: python -m host_tools page-pictures")
    assert path.stat().st_size < 12 * 1024
    with Image.open(path) as picture:
        assert picture.mode == "P" and picture.width < 400


def test_another_page_has_another_hash(tmp_path, monkeypatch):
    for path in pictures.SOURCES.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    before = pictures.inputs()
    monkeypatch.setattr(pictures, "SOURCES", tmp_path)
    assert pictures.inputs() == before
    (tmp_path / "style.css").write_text("body{}")
    assert pictures.inputs() != before
