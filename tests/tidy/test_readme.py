# SPDX-License-Identifier: MIT
"""The README is current: its table of settings, its links, its commands; so are other pages."""

import re
import shlex

import pytest

from host_tools import ROOT, settings_table
from host_tools.flash import cli, ports
from host_tools.options import flash_parser
from tests.tidy import sources

README = (ROOT / "README.md").read_text()
PAGES = sources.tracked(".md")


def test_the_table_of_settings_is_the_present_one():
    assert settings_table.renewed(README) == README, "run python -m host_tools.settings_table"


def test_an_old_table_is_replaced():
    old = README.replace("| `region` |", "| `country` |")
    assert old != README and settings_table.renewed(old) == README
    with pytest.raises(ValueError, match="no place"):
        settings_table.renewed("# Nothing")


@pytest.mark.parametrize("page", PAGES, ids=sources.name_of)
def test_every_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    links = [link for link in links if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def commands(page: str) -> list:
    """Arguments of each ./flash.sh that a page shows; what stands behind three spaces is prose."""
    joined = re.sub(r"\\\n +", "", page)
    return [shlex.split(line.strip().split("   ")[0])[1:] for line in joined.splitlines()
            if line.startswith("    ./flash.sh")]


SHOWN = [command for page in PAGES for command in commands(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("command", SHOWN, ids=" ".join)
def test_every_command_that_is_shown_can_be(command, monkeypatch):
    monkeypatch.setattr(ports, "candidates", list)
    options = flash_parser().parse_args(command)
    if options.virtual is None and options.scenario is None and options.firmware is None:
        assert cli.main([*command, "--dry-run"]) == 0


def test_commands_and_links_are_found():
    assert len(SHOWN) > 10 and ["--virtual", "6"] in SHOWN
    assert any("--join" in command for command in SHOWN)
    assert len(re.findall(r"\]\(([^)#]+)\)", README)) > 5


def test_every_folder_and_scenario_that_is_named_exists():
    names = re.findall(r"`((?:firmware|host_tools|tests)/[\w/.-]*)`", README)
    names += re.findall(r"tests/scenarios/[\w-]+\.json", README)
    assert len(names) > 4
    assert [name for name in names if not (ROOT / name).exists()] == []
