# SPDX-License-Identifier: MIT
"""flash.sh and the set-up of .venv: what is asked for, what is refused, when it installs anew."""

import subprocess
import sys

import pytest

from host_tools import ROOT, __main__, boards, environment, options
from host_tools.options import flash_parser


def flash(*arguments, **more):
    return subprocess.run([ROOT / "flash.sh", *arguments], capture_output=True, text=True,
                          check=False, **more)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty place for .venv, where installing is only noted."""
    installed = []
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "_install", installed.append)
    monkeypatch.setattr(environment, "_install_micropython", lambda: installed.append("npm"))

    def create():
        python = tmp_path / ".venv/bin/python"
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()

    monkeypatch.setattr(environment, "_create", create)
    return installed


def test_help_and_mistakes_answer_at_once():
    assert "--virtual" in flash("--help").stdout
    for arguments in (["--virtual", "7"], ["--virtual", "0"], ["--virtual", "two"],
                      ["--speed", "0"], ["--seconds", "nan"], ["--virt"], ["--board", "x"],
                      ["--virtual", "--port", "x"], ["--seconds", "3"], ["--role", "boss"],
                      ["--all", "--port", "x"], ["--baud", "7"], ["--scenario", "x", "--erase"]):
        answer = flash(*arguments)
        assert answer.returncode == 2 and "error:" in answer.stderr, arguments


def test_the_options_know_every_board_file():
    assert options.boards() == boards.ids() and len(boards.ids()) > 6


def test_six_units_unless_said_otherwise():
    assert flash_parser().parse_args(["--virtual"]).virtual == 6
    assert flash_parser().parse_args(["--virtual", "3"]).virtual == 3


def test_a_python_that_is_too_old_is_named(tmp_path):
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"):
        old = tmp_path / name
        old.write_text("#!/bin/sh\n[ \"$1\" = --version ] && echo Python 3.9.2\nexit 1\n")
        old.chmod(0o755)
    answer = flash("--virtual", env={"PATH": "%s:/usr/bin:/bin" % tmp_path})
    assert answer.returncode == 1
    assert "needs Python 3.11 or newer" in answer.stderr and "Python 3.9.2" in answer.stderr


def test_every_requirement_is_pinned():
    lines = environment.requirements("test")
    lines += [line for line in (ROOT / "host_tools/constraints.txt").read_text().splitlines()
              if not line.startswith("#")]
    assert len(lines) > 20
    assert [line for line in lines if "==" not in line] == []
    names = [line.split("==")[0].lower() for line in lines]
    assert len(names) == len(set(names))


def test_what_is_set_up_is_not_set_up_again(place):
    environment.ensure("run")
    environment.ensure("run")
    assert place == ["run"]


def test_changed_pins_are_installed(place, monkeypatch):
    environment.ensure("run")
    more = environment.requirements("run") + ["another==1.0"]
    monkeypatch.setattr(environment, "requirements", lambda group: more)
    environment.ensure("run")
    assert place == ["run", "run"]


def test_the_tests_bring_along_what_running_needs(place):
    environment.ensure("test")
    environment.ensure("run")
    assert place == ["test", "npm"]


def test_an_installation_that_fails_is_tried_again(place, monkeypatch):
    def fail(group):
        raise environment.SetupError("no network")

    with monkeypatch.context() as broken:
        broken.setattr(environment, "_install", fail)
        with pytest.raises(environment.SetupError):
            environment.ensure("run")
    environment.ensure("run")
    assert place == ["run"]


def test_pip_that_reaches_nothing_is_an_error_with_its_last_words(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "_python", lambda: sys.executable)
    monkeypatch.setattr(environment, "requirements", lambda group: ["no such==requirement"])
    with pytest.raises(environment.SetupError, match="(?s)could not install.*no such"):
        environment._install("run")


def test_the_dispatcher_knows_its_commands(capsys):
    assert __main__.main(["--help"]) == 0
    assert __main__.main(["fly"]) == 2 and __main__.main([]) == 2
    shown = capsys.readouterr()
    for command in ("simulate", "fleet", "bench"):
        assert command in shown.out and command in shown.err
