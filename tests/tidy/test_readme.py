# SPDX-License-Identifier: MIT
"""The README is current: its table of settings, its links, its commands."""

import re

import pytest

from host_tools import ROOT, settings_table

README = (ROOT / "README.md").read_text()


def test_the_table_of_settings_is_the_present_one():
    assert settings_table.renewed(README) == README, "run python -m host_tools.settings_table"


def test_an_old_table_is_replaced():
    old = README.replace("| `region` |", "| `country` |")
    assert old != README and settings_table.renewed(old) == README
    with pytest.raises(ValueError, match="no place"):
        settings_table.renewed("# Nothing")


def test_every_link_leads_somewhere():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_folder_and_scenario_that_is_named_exists():
    names = re.findall(r"`((?:firmware|host_tools|tests)/[\w/.-]*)`", README)
    names += re.findall(r"tests/scenarios/[\w-]+\.json", README)
    assert len(names) > 4
    assert [name for name in names if not (ROOT / name).exists()] == []
