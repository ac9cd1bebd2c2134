# SPDX-License-Identifier: MIT
"""What is copied, in which order, and what happens to a file that arrives damaged."""

import pytest

from host_tools import boards
from host_tools.flash import contents, files
from host_tools.flash.contents import digest
from host_tools.flash.errors import BoardLost, BuildFailed, VerifyFailed

WANTED = {"/boot.py": b"b", "/main.py": b"m", "/board.json": b"{}", "/core/a.mpy": b"a",
          "/app/x.mpy": b"x", "/manifest.json": b"l"}
SAME = {path: digest(content) for path, content in WANTED.items()}


def test_an_equal_device_needs_nothing():
    assert files.Changes(WANTED, dict(SAME, **{"/settings.json": "1", "/core/": ""})).nothing()


def test_a_bare_device_gets_boot_first_and_main_last():
    changes = files.Changes(WANTED, {})
    assert changes.write == ["/boot.py", "/app/x.mpy", "/board.json", "/core/a.mpy",
                             "/manifest.json", "/main.py"]
    assert not changes.stop_main and changes.remove == []


def test_one_changed_file_takes_main_away_until_it_is_there():
    changes = files.Changes(WANTED, dict(SAME, **{"/core/a.mpy": "old"}))
    assert changes.write == ["/core/a.mpy", "/main.py"] and changes.stop_main


def test_main_alone_is_simply_replaced():
    changes = files.Changes(WANTED, dict(SAME, **{"/main.py": "old"}))
    assert changes.write == ["/main.py"] and not changes.stop_main


def test_a_folder_is_made_before_what_is_in_it():
    assert files.folders_of(["/core/room/on_demand/a.mpy", "/main.py", "/app/x.mpy"]) == [
        "/app", "/core", "/core/room", "/core/room/on_demand"]


def test_what_is_gone_is_removed_and_what_is_the_owners_stays():
    there = dict(SAME, **{"/core/old.py": "1", "/core/deep/": "", "/core/deep/y.mpy": "1",
                          "/core/": "", "/settings.json": "1", "/identity.json": "1",
                          "/notes.txt": "1", "/gone.py": "1", "/boot.py.new": "1"})
    changes = files.Changes(WANTED, there, ["/gone.py", "/boot.py"])
    assert changes.remove == ["/boot.py.new", "/core/deep/y.mpy", "/core/old.py", "/gone.py",
                              "/core/deep/"]
    assert changes.write == []


class Device:
    """Notes what it is told; hashes come from a list, "ok" for the right one."""

    def __init__(self, hashes=(), lost=0, back=True):
        self.told = []
        self._hashes = list(hashes)
        self._lost = lost
        self._back = back
        self._open = ""

    def run(self, code, silence_s=10):
        self.told.append(code)
        if "f=open(" in code:
            self._open = code.rsplit("'", 3)[1]
        if "f.write(" in code and self._lost:
            self._lost -= 1
            raise BoardLost("a byte went missing")
        if "print(h(" in code:
            answer = self._hashes.pop(0) if self._hashes else "ok"
            return digest(b"content") if answer == "ok" else answer
        return ""

    def recover(self):
        return self._back

    def renamed(self):
        return sum("os.rename(" in code for code in self.told)


def test_a_file_counts_only_when_its_hash_is_right():
    device, sizes = Device(["wrong", "ok"]), []
    files.write(device, "/a", b"content", sizes.append)
    assert device.renamed() == 1 and sizes == [7, -7, 7]


def test_a_line_that_damages_everything_is_given_up_without_harm():
    device = Device(["wrong"] * 3)
    with pytest.raises(VerifyFailed, match="/a arrives damaged"):
        files.write(device, "/a", b"content")
    assert device.renamed() == 0


def test_a_lost_byte_costs_one_more_try():
    device, sizes = Device(lost=2), []
    files.write(device, "/a", b"content", sizes.append)
    assert device.renamed() == 1 and sum(sizes) == 7


@pytest.mark.parametrize("device", [Device(lost=1, back=False), Device(lost=3)])
def test_a_board_that_is_gone_is_lost(device):
    with pytest.raises(BoardLost):
        files.write(device, "/a", b"content")
    assert device.renamed() == 0


@pytest.mark.parametrize("there", [{}, {"/main.py": "old", "/core/a.mpy": "old"},
                                   dict(SAME, **{"/board.json": "old"})])
def test_main_is_never_beside_a_mixture(there, monkeypatch):
    state = {path: SAME.get(path) == value for path, value in there.items()}
    mixtures = []

    def look():
        if "/main.py" in state:
            mixtures.append(not all(state.get(path) for path in WANTED if path != "/main.py")
                            and state != before)

    def write(link, path, content, progress):
        state[path] = True
        look()

    def remove(link, paths):
        for path in paths:
            state.pop(path, None)
        look()

    before = dict(state)
    monkeypatch.setattr(files, "write", write)
    monkeypatch.setattr(files, "remove", remove)
    changes = files.Changes(WANTED, there)
    files.apply(Device(), changes, WANTED, lambda path, part: None)
    assert all(state.get(path) for path in WANTED) and True not in mixtures


def test_what_is_not_as_written_is_named(monkeypatch):
    monkeypatch.setattr(files, "present", lambda link: dict(SAME, **{"/core/a.mpy": "bad"}))
    with pytest.raises(VerifyFailed, match="/core/a.mpy. Run the same"):
        files.verify(None, WANTED)


def test_boot_holds_the_pins_of_its_board_as_literals():
    text = contents.boot(boards.load("smartevse_v31")).decode()
    driven = []

    class Pin:
        OUT = 1

        def __init__(self, number, mode, value):
            driven.append((number, value))

    code = text.replace("from machine import Pin", "")
    code = code.replace("from micropython import kbd_intr", "")
    names = {"Pin": Pin, "kbd_intr": lambda key: None}
    exec(compile(code, "boot.py", "exec"), names)  # what it does is what counts
    assert driven == [(32, 0), (27, 0), (19, 1), (15, 0), (22, 0)]
    assert text.index("from machine import Pin") < text.index("((32, 0), (27, 0))")
    assert "()" not in text.split("def ")[0]


def test_boot_without_its_marks_is_refused(tmp_path, monkeypatch):
    text = (contents.FIRMWARE / "boot.py").read_text()
    monkeypatch.setattr(contents, "FIRMWARE", tmp_path)
    for broken in (text.replace("PILOT = ()", "PILOT = ((1, 0),)"),
                   text + "CONTACTOR = ()  # flash: twice\n", text + "def\n"):
        (tmp_path / "boot.py").write_text(broken)
        with pytest.raises(BuildFailed, match="firmware/boot.py"):
            contents.boot(boards.load("bench"))


def test_the_firmware_is_compiled_but_for_boot_and_main():
    content = contents.files(boards.load("bench"))
    assert [path for path in content if path.endswith(".py")] == ["/boot.py", "/main.py"]
    assert {"/board.json", "/manifest.json", "/device/module_folders.mpy"} <= set(content)
    assert "/core/allocator.mpy" not in content  # a part of device.device
    assert content["/device/device.mpy"][:2] == b"M\x06"
    assert contents.files(boards.load("bench")) == content


def test_an_assert_is_refused_because_the_build_would_lose_it(tmp_path, monkeypatch):
    small_firmware(tmp_path, "def f(x):\n    assert x > 3\n", monkeypatch)
    with pytest.raises(BuildFailed, match="core.x, line 2: an assert"):
        contents.files(boards.load("bench"))


def small_firmware(folder, text, monkeypatch):
    for name in contents.FOLDERS:
        (folder / name).mkdir()
    (folder / "core" / "x.py").write_text(text)
    (folder / "main.py").write_text("")
    (folder / "boot.py").write_text((contents.FIRMWARE / "boot.py").read_text())
    monkeypatch.setattr(contents, "FIRMWARE", folder)
    return folder / "core" / "x.py"


def test_firmware_that_does_not_compile_is_named(tmp_path, monkeypatch):
    small_firmware(tmp_path, "def f(:\n", monkeypatch)
    with pytest.raises(BuildFailed, match="(?s)core.x does not compile.*SyntaxError"):
        contents.files(boards.load("bench"))


class Lists:
    """A board whose list of files arrives as given, one answer for each time that it is asked."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def run(self, program, silence_s=0):
        """The next."""
        assert program == files._LIST % (files.FOLDERS,)
        return self.answers.pop(0)


LISTED = "/boot.py\t%s\n/core/\t\n" % digest(b"b")
WHOLE = LISTED + "=" + digest(LISTED.encode())


def test_a_list_of_files_comes_with_a_hash_of_its_own():
    assert files.present(Lists(WHOLE)) == {"/boot.py": digest(b"b"), "/core/": ""}
    assert files.present(Lists(WHOLE.replace("\n", "\r\n"))) == files.present(Lists(WHOLE))


@pytest.mark.parametrize("damaged", (
    WHOLE.replace("\n/core", "/core", 1), WHOLE.replace("/boot", "/bot"), LISTED, "", "=",
    WHOLE[:-1], WHOLE.replace("/core/\t\n", "")))
def test_a_list_that_lost_a_byte_is_asked_for_again(damaged):
    assert files.present(Lists(damaged, damaged, WHOLE)) == files.present(Lists(WHOLE))
    with pytest.raises(BoardLost, match="arrives damaged"):
        files.present(Lists(damaged, damaged, damaged, WHOLE))
