# SPDX-License-Identifier: MIT
"""HMAC against RFC 4231, what is sealed, and the label's code."""

import hashlib
import hmac as library
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.on_demand import refusal_words
from core.pairing.on_demand import label_code, sealing
from tests.unit.pairing_bench import at_once

# RFC 4231: key, data, HMAC-SHA256.
VECTORS = [
    (b"\x0b" * 20, b"Hi There",
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (b"Jefe", b"what do ya want for nothing?",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (b"\xaa" * 20, b"\xdd" * 50,
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (bytes(range(1, 26)), b"\xcd" * 50,
     "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    (b"\xaa" * 131, b"Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    (b"\xaa" * 131, b"This is a test using a larger than block-size key and a larger than "
     b"block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
]
KEY = bytes(range(100, 132))


@pytest.mark.parametrize("key, data, result", VECTORS)
def test_the_hmac_is_the_one_of_the_rfc(key, data, result):
    assert sealing.keyed_hash(key, data).hex() == result


@given(st.binary(max_size=150), st.binary(max_size=150))
def test_the_hmac_is_the_librarys(key, data):
    assert sealing.keyed_hash(key, data) == library.new(key, data, hashlib.sha256).digest()


@given(st.binary(max_size=20), st.binary(max_size=100))
def test_what_is_sealed_is_hidden_and_comes_back(head, record):
    data = at_once(sealing.sealed(KEY, b"x", head, record))
    assert len(data) == len(head) + len(record) + sealing.TAG_SIZE and data.startswith(head)
    assert len(record) < 8 or record not in data[len(head):]
    assert at_once(sealing.opened(KEY, b"x", len(head), data)) == record
    assert at_once(sealing.opened(KEY, b"y", len(head), data)) is None
    assert at_once(sealing.opened(bytes(32), b"x", len(head), data)) is None


@given(st.data())
def test_what_is_changed_in_any_bit_or_cut_is_not_opened(data):
    whole = at_once(sealing.sealed(KEY, b"x", b"head", bytes(49)))
    bit = data.draw(st.integers(0, 8 * len(whole) - 1))
    changed = bytearray(whole)
    changed[bit >> 3] ^= 1 << (bit & 7)
    assert at_once(sealing.opened(KEY, b"x", 4, bytes(changed))) is None
    cut = data.draw(st.integers(0, len(whole) - 1))
    assert at_once(sealing.opened(KEY, b"x", 4, whole[:cut])) is None


def test_a_purpose_is_never_a_part_of_the_data_and_no_stream_repeats():
    assert sealing.tag(KEY, b"ab", b"c") != sealing.tag(KEY, b"a", b"bc")
    hidden = at_once(sealing.sealed(KEY, b"x", b"", bytes(96)))
    blocks = [hidden[at:at + 32] for at in (0, 32, 64)]
    assert len(set(blocks)) == 3
    assert hidden[:32] != at_once(sealing.sealed(KEY, b"y", b"", bytes(96)))[:32]
    assert not any(sealing.tag(KEY, purpose, b"\0x") in hidden for purpose in (b"x", b"stream"))


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_equal_means_equal(one, other):
    assert sealing.same(one, other) == (one == other) and sealing.same(one, bytes(one))


@given(st.integers(0, 2 ** 60 - 1))
def test_a_code_comes_back_as_people_write_it(bits):
    text = label_code.make(bits)
    assert len(text) == 16 and text[4::5] == "---" and not set(text) & set("ILOU")
    for written in (text, text.lower(), text.replace("-", " "), text.replace("-", "\u2013"),
                    "  %s\n" % text.replace("-", ""),
                    text.replace("0", "O").replace("1", "l"), text.replace("1", "I")):
        assert label_code.bits_of(written) == (bits, None)


def test_every_wrong_character_and_every_two_that_changed_places_are_found():
    dice = random.Random(4)
    for _ in range(20):
        text = label_code.make(dice.getrandbits(60)).replace("-", "")
        for at in range(13):
            for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
                wrong = text[:at] + other + text[at + 1:]
                assert (label_code.bits_of(wrong)[0] is None) == (other != text[at])
            for to in range(at):
                letters = list(text)
                letters[at], letters[to] = letters[to], letters[at]
                assert (label_code.bits_of("".join(letters))[0] is None) == (text[at] != text[to])


@pytest.mark.parametrize("text, says", [
    (None, "is text, as in XXXX-XXXX-XXXX-X"), (12, "is text"), ("", "this has 0"),
    ("0000-0000-0000", "has 13 characters, as in XXXX-XXXX-XXXX-X, and this has 12"),
    ("0000-0000-0000-00", "this has 14"), ("0000-0000-000U-0", "letters except U"),
    ("0000-0000-000?-0", "digits and letters"), ("0000-0000-0000-1", "a character of the code is"),
    ("0000-0000-000\u00df-0", "digits and letters"),
])
def test_a_code_that_is_none_is_refused_with_what_is_wrong(text, says):
    bits, refusal = label_code.bits_of(text)
    sentence = refusal_words.words(refusal)[0]
    assert bits is None and says in sentence
    assert type(text) is not str or len(text) < 2 or "again from the new unit's label" in sentence
