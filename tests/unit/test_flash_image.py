# SPDX-License-Identifier: MIT
"""Images: downloaded once, checked always, never half kept, and given as a file offline."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from host_tools import boards
from host_tools.flash import image
from host_tools.flash.errors import NoImage, WrongChecksum

DATA = b"\xe9" + b"MicroPython v1.26.1 on 2025-09-11\0" + bytes(200000)


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A place to download from; its `data` is what it gives, `asked` how often."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            place.asked += 1
            self.send_response(200 if place.data else 404)
            self.send_header("Content-Length", str(len(place.data) + place.missing))
            self.end_headers()
            self.wfile.write(place.data)

        def log_message(self, *_):
            pass

    place = HTTPServer(("127.0.0.1", 0), Handler)
    place.data, place.asked, place.missing = DATA, 0, 0
    thread = threading.Thread(target=place.serve_forever, args=(0.01,))
    thread.start()
    yield place
    place.shutdown()
    thread.join()
    place.server_close()


def pin_of(server, data=DATA):
    return {"url": "http://127.0.0.1:%d/image.bin" % server.server_address[1],
            "version": "1.26.1", "sha256": hashlib.sha256(data).hexdigest()}


def test_it_is_downloaded_once_and_tells_how_far_it_is(server):
    parts = []
    first = image.pinned(pin_of(server), parts.append)
    again = image.pinned(pin_of(server), parts.append)
    assert first == again and first.version == (1, 26, 1) and server.asked == 1
    assert first.path.read_bytes() == DATA
    assert parts == sorted(parts) and parts[-1] == 1.0 and len(parts) > 2


def test_a_wrong_checksum_is_refused_and_not_kept(server):
    pin = pin_of(server)
    server.data = DATA + b"!"
    with pytest.raises(WrongChecksum, match="nothing was flashed"):
        image.pinned(pin, lambda part: None)
    assert not image.cached(pin)
    server.data = DATA
    assert image.pinned(pin, lambda part: None).path.exists()


def test_a_damaged_copy_in_the_cache_is_downloaded_anew(server):
    pin = pin_of(server)
    path = image.pinned(pin, lambda part: None).path
    path.write_bytes(DATA[:-1])
    assert image.pinned(pin, lambda part: None).path.read_bytes() == DATA
    assert server.asked == 2


def test_a_download_that_breaks_off_leaves_nothing(server):
    pin = pin_of(server)
    server.data, server.missing = DATA[:-1000], 1000
    with pytest.raises(NoImage, match="broke off after 199035 of 200035 bytes"):
        image.pinned(pin, lambda part: None)
    assert not list(image.cache_folder().glob("*"))


def test_no_network_says_how_to_do_without(server):
    server.data = b""
    with pytest.raises(NoImage, match="--firmware FILE"):
        image.pinned(pin_of(server), lambda part: None)


def test_a_file_is_taken_with_the_version_it_holds(tmp_path):
    path = tmp_path / "mine.bin"
    path.write_bytes(DATA)
    assert image.from_file(path, []) == (path, (1, 26, 1))
    path.write_bytes(b"\xe9" + bytes(200000))
    assert image.from_file(path, []).version is None


def test_a_file_with_a_pinned_name_must_be_that_image(tmp_path):
    pin = boards.load("bench")["image"]["esp32"]
    path = tmp_path / pin["url"].rsplit("/", 1)[-1]
    path.write_bytes(DATA)
    with pytest.raises(WrongChecksum, match="has the name of a pinned image"):
        image.from_file(path, [pin])


@pytest.mark.parametrize("content", [None, b"", b"\xe9short", b"PK" + bytes(200000)])
def test_what_is_no_image_is_refused(tmp_path, content):
    path = tmp_path / "x.bin"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NoImage):
        image.from_file(path, [])


def test_no_board_pins_an_image_that_is_too_old():
    for board in boards.load_all():
        for pin in board["image"].values():
            assert image.numbers(pin["version"]) >= image.OLDEST
            assert pin["version"] in pin["url"] and pin["name"] in pin["url"]
