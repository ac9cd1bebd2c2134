# SPDX-License-Identifier: MIT
"""Run by a Python that has Home Assistant: checks discovery messages as its MQTT integration does.

On standard input a list of messages; on standard output a line for each, "ok" or what is wrong.
"""

import asyncio
import importlib
import json
import sys
import tempfile

from homeassistant.components.mqtt import discovery
from homeassistant.components.mqtt.schemas import DEVICE_DISCOVERY_SCHEMA
from homeassistant.core import HomeAssistant
from homeassistant.helpers import frame


def check(message):
    """Raises what Home Assistant would log."""
    payload = discovery.MQTTDiscoveryPayload(message)
    discovery._replace_all_abbreviations(payload)
    checked = DEVICE_DISCOVERY_SCHEMA(dict(payload))
    for config in payload["components"].values():
        platform = config.pop("platform")
        if not config:
            continue  # it takes the entity away
        for option in ("availability", "availability_mode", "state_topic"):
            if option in payload and option not in config:
                config[option] = payload[option]
        config.update(device=checked["device"], origin=checked["origin"], platform="mqtt")
        importlib.import_module(
            "homeassistant.components.mqtt." + platform).DISCOVERY_SCHEMA(config)


async def main(messages):
    """Within a Home Assistant that runs nothing: templates are compiled by one only."""
    with tempfile.TemporaryDirectory() as folder:
        frame.async_setup(HomeAssistant(folder))
        for one in messages:
            try:
                check(one)
                print("ok")
            except Exception as error:
                print("%s: %s" % (type(error).__name__, error))


asyncio.run(main(json.load(sys.stdin)))
