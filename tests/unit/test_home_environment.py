# SPDX-License-Identifier: MIT
"""A Python with Home Assistant is found, or it is said how to get one."""

import sys

import pytest

from host_tools.home_assistant import environment


@pytest.mark.parametrize("named", ["/nowhere/python", sys.executable])
def test_a_python_that_is_named_and_has_none_is_not_taken(monkeypatch, named):
    monkeypatch.setenv("AMPPOOL_HOMEASSISTANT", named)
    with pytest.raises(environment.Missing, match="AMPPOOL_HOMEASSISTANT=.* has no"):
        environment.python()


def test_without_a_python_3_13_it_is_said_how_to_make_one(monkeypatch, tmp_path):
    monkeypatch.delenv("AMPPOOL_HOMEASSISTANT", raising=False)
    monkeypatch.setattr(environment, "VENV", tmp_path / "venv")
    monkeypatch.setattr(environment, "_interpreter", lambda: None)
    with pytest.raises(environment.Missing) as raised:
        environment.python()
    assert all(pin in str(raised.value) for pin in environment.PINS)


def test_what_could_not_be_installed_is_no_home_assistant(monkeypatch, tmp_path):
    monkeypatch.delenv("AMPPOOL_HOMEASSISTANT", raising=False)
    monkeypatch.setattr(environment, "VENV", tmp_path / "venv")
    monkeypatch.setattr(environment, "_interpreter", lambda: "/bin/false")
    with pytest.raises(environment.Missing, match="could not be installed"):
        environment.python()
    assert not environment._stamp().exists()
    with pytest.raises(environment.Missing, match="names no Python"):
        environment.python(makes=False)


def test_what_is_there_is_taken_at_once(monkeypatch, tmp_path):
    monkeypatch.delenv("AMPPOOL_HOMEASSISTANT", raising=False)
    monkeypatch.setattr(environment, "VENV", tmp_path)
    environment._stamp().write_text("")
    assert environment.python() == tmp_path / "bin" / "python"
