# SPDX-License-Identifier: MIT
"""README's picture of Home Assistant shows the entities that units have."""

from PIL import Image

from app.on_demand import mqtt_discovery
from host_tools import ROOT
from host_tools.build.hashed_picture import made_from
from host_tools.home_assistant import picture

_MOST_BYTES = 60 * 1024


def test_readme_shows_it():
    name = picture.FILE.relative_to(ROOT).as_posix()
    assert (ROOT / "README.md").read_text(encoding="utf-8").count('src="%s"' % name) == 1


def test_it_is_of_the_present_entities_small_and_with_a_palette():
    assert made_from(picture.FILE) == picture.inputs(), (
        "units have other entities: python -m host_tools home-picture")
    assert picture.FILE.stat().st_size < _MOST_BYTES
    with Image.open(picture.FILE) as shown:
        assert shown.mode == "P" and shown.width < 1400


def test_other_entities_have_another_hash(monkeypatch):
    before = picture.inputs()
    monkeypatch.setattr(mqtt_discovery, "_ROWS", mqtt_discovery._ROWS.replace("Power", "Watts"))
    assert picture.inputs() != before
