# SPDX-License-Identifier: MIT
"""One Home Assistant as a process of its own, on a free port of this computer.

It installs nothing (`--skip-pip`) and asks nobody. Its owner has been through the first screens;
what is set up then is set up as a person does it, by its own API.
"""

import json
import subprocess
import time
import urllib.error
import urllib.request

from host_tools.home_assistant.broker import free_port
from host_tools.home_assistant.talk import Talk

_CONFIGURATION = """
homeassistant:
  name: Home
  latitude: 52.1
  longitude: 5.1
  elevation: 0
  unit_system: metric
  time_zone: Europe/Amsterdam
  currency: EUR
  country: NL
http:
  server_host: 127.0.0.1
  server_port: %d
recorder:
  commit_interval: 0
history:
"""
_ONBOARDED = {"version": 4, "minor_version": 1, "key": "onboarding",
              "data": {"done": ["core_config", "analytics", "integration"]}}
_OWNER = {"name": "Owner", "username": "owner", "password": "only for this test",
          "language": "en"}
_WAIT_S = 400


class HomeAssistant:
    """python: one that has it; folder: an empty one, for all that it stores."""

    def __init__(self, python, folder):
        self._python, self._folder, self._process = python, folder, None
        self.port, self.tokens, self._talk = free_port(), None, None
        (folder / "configuration.yaml").write_text(_CONFIGURATION % self.port)
        (folder / ".storage").mkdir()
        (folder / ".storage" / "onboarding").write_text(json.dumps(_ONBOARDED))

    @property
    def address(self) -> str:
        """Of its pages."""
        return "http://127.0.0.1:%d" % self.port

    def start(self):
        """Until it has started and its owner is known to it."""
        with (self._folder / "output.txt").open("a") as output:
            self._process = subprocess.Popen(
                [self._python, "-m", "homeassistant", "-c", self._folder, "--skip-pip"],
                stdout=output, stderr=output)
        self._until_it_answers()
        if self.tokens is None:
            self._make_owner()
        self._talk = Talk(self.port, self.tokens["access_token"])
        until_s = time.monotonic() + _WAIT_S
        while self.ask("get_config")["state"] != "RUNNING":
            assert time.monotonic() < until_s, self.output()
            time.sleep(0.2)
        return self

    def stop(self):
        """As its owner ends it: what it has to store is stored."""
        if self._talk is not None:
            self._talk.close()
            self._talk = None
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def log(self) -> list:
        """Lines of its log, warnings and worse, of all its starts."""
        return [line for name in ("home-assistant.log.1", "home-assistant.log")
                if (self._folder / name).exists()
                for line in (self._folder / name).read_text().splitlines()]

    def output(self) -> str:
        """The end of what it has printed."""
        return (self._folder / "output.txt").read_text()[-2000:]

    def ask(self, what: str, **more):
        """A command of its websocket API: the result. Raises Refused."""
        return self._talk.ask(what, **more)

    def set_up(self, integration: str, given: dict) -> dict:
        """An integration, as on its page for that: the flow's last answer."""
        flow = self.post("/api/config/config_entries/flow", {"handler": integration})
        return self.post("/api/config/config_entries/flow/" + flow["flow_id"], given)

    def post(self, path: str, body, form: bool = False):
        """The answer, read. body: an object; form: of a text, as a browser sends a form."""
        data = body.encode() if form else json.dumps(body).encode()
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        request = urllib.request.Request(self.address + path, data, {"Content-Type": kind})
        if self.tokens is not None:
            request.add_header("Authorization", "Bearer " + self.tokens["access_token"])
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read())

    def _until_it_answers(self):
        until_s = time.monotonic() + _WAIT_S
        while True:
            try:
                urllib.request.urlopen(self.address + "/manifest.json", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                assert self._process.poll() is None and time.monotonic() < until_s, self.output()
                time.sleep(0.2)

    def _make_owner(self):
        client = self.address + "/"
        code = self.post("/api/onboarding/users", {"client_id": client, **_OWNER})["auth_code"]
        self.tokens = self.post("/auth/token", "grant_type=authorization_code&code=%s&client_id=%s"
                                % (code, client), form=True)
