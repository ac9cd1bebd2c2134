# SPDX-License-Identifier: MIT
"""The targets, and playing bytes to one of them: with or without a fuzzer."""

import importlib
from contextlib import contextmanager
from pathlib import Path

import host_tools  # noqa: F401  (sets the import path)
from tests.fuzz.source import Source

CORPUS = Path(__file__).resolve().parent / "corpus"

# What each target is about: of these modules the fuzzer sees the branches.
WATCHED = {
    "console": ("app.on_demand.console", "app.on_demand.owner_unit",
                "app.on_demand.owner_settings", "app.on_demand.answer",
                "device.on_demand.files", "device.prompt",
                "core.on_demand.settings", "core.connector.on_demand.wiring"),
    "frames": ("core.sharing.frames",),
    "http": ("app.web", "app.on_demand.web_request", "app.on_demand.web_head",
             "app.on_demand.web_send", "app.on_demand.web_routes",
             "app.on_demand.web_post", "app.on_demand.web_act", "app.on_demand.web_login",
             "app.on_demand.web_json", "app.on_demand.web_openevse", "app.on_demand.owner",
             "app.on_demand.owner_group", "app.on_demand.owner_units"),
    "scenario": ("host_tools.simulate.consistency", "host_tools.simulate.fields",
                 "host_tools.simulate.scenario"),
    "settings": ("app.on_demand.setup", "core.group.on_demand.limits",
                 "core.group.on_demand.proposal", "core.group.on_demand.member_line",
                 "core.on_demand.settings", "core.connector.on_demand.wiring"),
    "storage": ("device.on_demand.files", "app.on_demand.setup", "app.unit", "core.group.group",
                "core.sharing.member", "hal.on_demand.store"),
}
TARGETS = tuple(sorted(WATCHED))


def target(name: str):
    """The module of a target: its world and its seeds."""
    return importlib.import_module("tests.fuzz.targets." + name)


@contextmanager
def player(name: str, folder):
    """Gives a function that plays bytes to the target; it raises what should not happen.

    folder: an empty one, for the files of the target.
    """
    with target(name).world(folder) as one:
        yield lambda data: one(Source(bytes(data)))


def corpus(name: str) -> list:
    """The kept bytes of a target, the smallest first."""
    found = [path.read_bytes() for path in sorted((CORPUS / name).glob("*")) if path.is_file()]
    return sorted(found, key=lambda data: (len(data), data))
