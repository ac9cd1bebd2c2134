# SPDX-License-Identifier: MIT
"""The page as one file: small enough, the same each time, and still the same program."""

import random
import re
import shutil
import zlib

import pytest

from host_tools.build import deflate, page, script, texts
from host_tools.build.firmware import BuildError

TABLES = {name: texts.rows((page.SOURCES / file).read_text(encoding="utf-8"), name)
          for file, name in (("texts.js", "TEXTS"), ("codes.js", "CODES"))}


def test_the_page_is_one_file_of_at_most_30_kb_and_has_no_address():
    packed = page.page()
    html = zlib.decompress(packed, 31).decode()
    assert len(packed) <= 30 * 1024 and packed[:2] == b"\x1f\x8b"
    assert not re.findall(r'<[^>]* (?:src|href)="?(?!data:|#|\$|/api/)[\w/]', html)
    assert set(re.findall(r"https?://[\w.]+", html)) <= {"http://192.168.4.1.",
                                                         "http://www.w3.org"}


def test_the_same_sources_give_the_same_bytes(tmp_path):
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "index.html").write_text('<p>one</p>\n<script src="a.js"></script>\n')
    (folder / "a.js").write_text('const name = "two"; // three\nshow(name);\n')
    first = page.page(folder, tmp_path / "kept")
    page.page.cache_clear()
    assert page.page(folder, tmp_path / "kept") == first == page.page.__wrapped__(
        folder, tmp_path / "others")
    for kept in (tmp_path / "kept").iterdir():
        kept.write_bytes(b"something else")
    page.page.cache_clear()
    assert page.page(folder, tmp_path / "kept") == first
    assert b"three" not in zlib.decompress(first, 31)


def test_a_file_that_index_does_not_name_is_refused(tmp_path):
    shutil.copytree(page.SOURCES, tmp_path / "page")
    (tmp_path / "page" / "forgotten.js").write_text("")
    with pytest.raises(BuildError, match="forgotten.js"):
        page.joined(tmp_path / "page")


@pytest.mark.parametrize("seed", range(6))
def test_what_is_compressed_comes_back(seed):
    draw = random.Random(seed)
    words = [bytes(draw.choices(range(256), k=draw.randint(1, 40))) for _ in range(30)]
    data = b"".join(draw.choices(words, k=(0, 1, 5, 100, 200, 400)[seed]))
    assert zlib.decompress(deflate.gzip(data), 31) == data


@pytest.mark.parametrize("data", (b"", b"a", b"a" * 2000, bytes(range(256)) * 3))
def test_extremes_are_compressed_too(data):
    assert zlib.decompress(deflate.gzip(data), 31) == data


def test_it_is_smaller_than_zlibs_best():
    data = (page.SOURCES / "style.css").read_bytes()
    assert len(deflate.gzip(data)) < len(zlib.compress(data, 9)) - 100


def test_names_are_short_and_never_mixed_up():
    source = ('const shared = 1, other = 2;\n// gone\n'
              'function first(unit, { serial, code = 3 }) {\n'
              '  const found = { serial, unit: code }; /* gone */\n'
              '  return found.serial + unit / shared / other + `a ${unit\n} "b" // stays`;\n}\n'
              'const second = serial => first(serial, { serial, code: /[/"]/.test("//") });\n')
    built = script.program([source])
    assert "gone" not in built and "// stays" in built and '/[/"]/.test("//")' in built
    assert ".serial" in built and "unit:" in built and "document" not in built
    assert not re.search(r"\b(shared|other|first|second|found)\b", built)
    names = re.search(r"function (\w+)\((\w),\{serial:(\w),code:(\w)=3\}\)", built)
    assert names and len(set(names.groups())) == 4


def test_a_function_takes_a_letter_again_only_if_it_does_not_use_what_is_called_so():
    built = script.program([
        "const apply = (list, by) => list.map(one => one + by)"
        ".filter((two, at) => at && two ? three => three : two);\n"
        "const a = { by: apply }, { by, ...more } = a, [first] = more.list;\n"
        "function show({ list }) { const [by, x] = list, { at } = x;\n"
        "  for (const one of at) first(one, () => { let by = one; by(x); }); }\n"])
    assert re.search(r"(\w)=\((\w),(\w)\)=>\2\.map\((\w)=>\4\+\3\)\.filter\(\((\w),(\w)\)=>"
                     r"\6&&\5\?(\w)=>\7:\5\)", built)
    inner = re.search(r"\((\w),\(\)=>\{let (\w)=(\w);\2\((\w)\)\}\)", built)
    assert inner[1] == inner[3] and len({inner[1], inner[2], inner[4]}) == 3
    assert "list:" in built and ".list" in built and "first" not in built


def test_a_number_stands_where_its_name_was():
    built = script.program(["const STEP_MS = 250; // so often\nconst A_B = [STEP_MS];\n",
                            "show(STEP_MS / 2, A_B);\n"])
    assert built == "let A=[250];show(250/2,A);"
    with pytest.raises(BuildError, match="STEP_MS"):
        script.program(["const STEP_MS = 1;\n", "const STEP_MS = 2;\n"])


def test_no_rule_of_the_style_is_changed_by_the_order_of_its_properties():
    assert page.css("a { top: 0; border-color: red; }") == "a{border-color: red;top: 0}"
    assert page.css("a{border-radius:1px;border:0}") == "a{border:0;border-radius:1px}"
    for rule in ("a{border-color:red;border:0}", "a{top:0;top:1px}"):
        with pytest.raises(BuildError, match="after a part"):
            page.css(rule)


def test_what_a_script_leaves_open_is_refused():
    for source in ("const a = `b ${c`;", "const a = `b", "}"):
        with pytest.raises(BuildError):
            script.program([source])


@pytest.mark.parametrize("rows, what", [
    ('  a: ["b"],\n  c: ["d", "e"],\n', "languages"), ('  a: ["b|c"],\n', "sign"),
    ('  a: ["b"],\n  a: ["c"],\n', "two rows"), ("  a: b,\n", "no row")])
def test_a_table_of_texts_that_is_wrong_is_refused(rows, what):
    with pytest.raises(BuildError, match=what):
        texts.tables(["const TEXTS = {\n%s};\n" % rows])


def test_a_text_that_is_not_there_is_refused():
    with pytest.raises(BuildError, match="nothing"):
        texts.tables(['const TEXTS = {\n  a: ["b", "c"],\n};\n', 't("nothing")'])


def test_the_numbers_for_names_are_mixed_up_with_no_others_and_come_back_from_their_steps():
    names = ["row_%d" % i for i in range(150)]
    for table in (names, [*TABLES["CODES"]], [*TABLES["TEXTS"]][:150]):
        factor = texts._factor([table])
        keys = sorted(texts.key_of(name, factor) for name in table)
        assert len(set(keys)) == len(table) and keys[0] >= texts._FIRST > len(TABLES["TEXTS"])
        signs, found, number = texts.steps(keys), [], texts._FIRST
        assert not set(signs) & set('|"\\')
        for sign in signs:  # as columns() in texts.js
            step = ord(sign) - (36 if sign > "[" else 35)
            number += step
            if step < 87:
                found.append(number)
        assert found == keys


def test_lets_that_follow_each_other_are_one():
    built = script.program(["const a = 1;\nconst b = () => { let c = a; let d = c; return d; };\n"
                            "show(a);\nconst e = b;\nfor (let i = 0; i < e; i++) { show(i); }\n"])
    assert built.count("let ") == 4 and ",C=" in built
    assert re.search(r"for\(let (\w)=0;\1<D", built)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_text_has_the_same_arguments_in_every_language(table):
    for name, cells in TABLES[table].items():
        wanted = [sorted(re.findall(r"\{\d\w?\}", cell)) for cell in cells if cell is not None]
        assert all(found == wanted[0] for found in wanted), name
        assert cells[1] and (cells[0] or table == "CODES"), name


def test_no_text_is_left_over():
    code = "".join(path.read_text(encoding="utf-8") for path in page.SOURCES.glob("*.js")
                   if path.stem not in ("texts", "codes"))
    named = set(re.findall(r'"(\w+)"', code))
    starts = {name for name in named if name.endswith("_")}
    ends = {name for name in named if name.startswith("_")}
    assert [name for name in TABLES["TEXTS"] if name not in named
            and name.removesuffix("_1") not in named
            and not name.startswith(tuple(starts)) and not name.endswith(tuple(ends))] == []


def test_words_keep_to_the_style():
    for table in TABLES.values():
        for name, cells in table.items():
            for cell in filter(None, cells):
                assert "!" not in cell and "  " not in cell, name
                assert not re.search(r"\b(please|sorry|error|successfully|helaas|groep van het)\b",
                                     cell, re.IGNORECASE), name
