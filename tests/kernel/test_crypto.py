from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.crypto import PIECE, Cipher, Keyring, Unreadable, made_with

RING = Keyring(b"m" * 32)
KEY = RING.new_key()
SEALED = RING.seal(KEY, "皖A12345", context="person 1 plate")


def test_what_is_sealed_opens_where_it_belongs() -> None:
    assert RING.open(KEY, SEALED, context="person 1 plate") == "皖A12345"
    assert RING.open(memoryview(KEY), memoryview(SEALED), context="person 1 plate") == "皖A12345"
    assert Keyring(b"m" * 32).open(KEY, SEALED, context="person 1 plate") == "皖A12345", "the master is all it takes"


@settings(max_examples=30, deadline=None)
@given(st.text("a é\0养𠮷🙂"), st.text("a é\0养𠮷🙂", min_size=1))
def test_any_text_comes_back(plain: str, context: str) -> None:
    assert RING.open(KEY, RING.seal(KEY, plain, context=context), context=context) == plain


@pytest.mark.parametrize("context", ["person 2 plate", "person 1 name", "person 1 plate "])
def test_a_value_moved_elsewhere_does_not_open(context: str) -> None:
    with pytest.raises(Unreadable):
        RING.open(KEY, SEALED, context=context)


def test_a_value_belongs_somewhere() -> None:
    for call in (lambda: RING.seal(KEY, "a", context=""), lambda: RING.blind_index("a", context="")):
        with pytest.raises(ValueError, match="context"):
            call()


@pytest.mark.parametrize(
    "spot", [0, 1, 12, 13, -17, -16, -1], ids=["version", "nonce", "nonce end", "text", "text end", "tag", "tag end"]
)
@pytest.mark.parametrize("bit", [1, 128])
def test_a_changed_byte_is_noticed(spot: int, bit: int) -> None:
    for mine, key, sealed in ((SEALED, KEY, None), (KEY, None, SEALED)):
        spoilt = bytearray(mine)
        spoilt[spot] ^= bit
        with pytest.raises(Unreadable):
            RING.open(key or bytes(spoilt), sealed or bytes(spoilt), context="person 1 plate")


@pytest.mark.parametrize("spoilt", [b"", b"\x01", SEALED[:13], SEALED[:28], SEALED[:-1], SEALED + b"\0"])
def test_a_cut_or_lengthened_value_is_noticed(spoilt: bytes) -> None:
    with pytest.raises(Unreadable):
        RING.open(KEY, spoilt, context="person 1 plate")


def test_nothing_opens_under_another_or_a_destroyed_key() -> None:
    for ring, key in ((RING, RING.new_key()), (RING, b""), (RING, SEALED), (Keyring(b"n" * 32), KEY)):
        with pytest.raises(Unreadable) as refused:
            ring.open(key, SEALED, context="person 1 plate")
        assert str(refused.value) == "This value cannot be read."


def test_a_key_does_not_pass_for_a_value() -> None:
    with pytest.raises(Unreadable):
        RING.open(KEY, KEY, context="data key")


def test_equal_texts_do_not_look_equal() -> None:
    assert len({RING.seal(KEY, "same", context="here") for _ in range(50)}) == 50
    assert len({RING.new_key() for _ in range(50)}) == 50


def test_nothing_of_the_plain_text_shows() -> None:
    assert "皖A12345".encode() not in SEALED
    assert b"m" * 8 not in KEY


def test_a_blind_index_finds_equal_values_of_one_place_under_one_master() -> None:
    index = RING.blind_index("13800000000", context="mobile")
    assert index == Keyring(b"m" * 32).blind_index("13800000000", context="mobile")
    assert len(index) == 64
    assert int(index, 16)
    assert index != RING.blind_index("13800000001", context="mobile")
    assert index != RING.blind_index("13800000000", context="landline")
    assert index != Keyring(b"n" * 32).blind_index("13800000000", context="mobile")
    assert RING.blind_index("c", context="ab") != RING.blind_index("bc", context="a")


def test_a_blind_index_stays_what_it_was() -> None:
    """Stored ones are looked up for years: a change of derivation would lose every person."""
    assert RING.blind_index("x", context="y") == "5a9bd07a4b740d7eac428bebcb1c832a797a37e5c05a0d11e6e81c3a1f405863"


def test_values_sealed_before_still_open() -> None:
    key = bytes.fromhex(
        "01420516673aa783e630dd2ad539f5308f2d9639291043576cfc8ead19e57"
        "edf1d4235f210fb8774c2c1dbdc31a9b8d9aaf47ef004d8cc28ed0d4fd03e"
    )
    sealed = bytes.fromhex("0169381d151f432ad142a8508811c320cb8de87fd947af60fb48369eb920f293ed")
    assert RING.open(key, sealed, context="z") == "kept"


def test_a_short_master_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring(b"m" * 31)


# SM4-GCM

SM = Keyring(b"m" * 32, cipher=Cipher.SM4)


def test_either_cipher_opens_what_the_other_sealed_and_seals_with_its_own() -> None:
    """A node may change its cipher at any time: nothing has to be sealed anew for it."""
    for mine, other in ((RING, SM), (SM, RING)):
        key = mine.new_key()
        sealed = other.seal(key, "皖A12345", context="person 1 plate")
        assert mine.open(key, sealed, context="person 1 plate") == "皖A12345"
        assert (made_with(key), made_with(sealed)) == (mine.cipher, other.cipher)
    assert SM.blind_index("x", context="y") == RING.blind_index("x", context="y"), "a change of cipher loses nobody"
    assert made_with(b"\x07") is None


def test_a_key_wrapped_anew_opens_the_same() -> None:
    again = SM.rewrap(KEY)
    assert made_with(again) is Cipher.SM4 and RING.open(again, SEALED, context="person 1 plate") == "皖A12345"


@pytest.mark.parametrize("spot", [0, 1, 12, 13, -17, -16, -1])
def test_sm4_notices_a_changed_byte_a_cut_and_another_place(spot: int) -> None:
    key = SM.new_key()
    sealed = SM.seal(key, "皖A12345", context="here")
    spoilt = bytearray(sealed)
    spoilt[spot] ^= 1
    for value, context in ((bytes(spoilt), "here"), (sealed[:-1], "here"), (sealed, "there")):
        with pytest.raises(Unreadable):
            SM.open(key, value, context=context)


def test_sm4_gcm_is_the_standard_one() -> None:
    """RFC 8998, appendix A.1: our cipher is the one that other programs mean by the name."""
    from cryptography.hazmat.primitives.ciphers import Cipher as Block
    from cryptography.hazmat.primitives.ciphers.algorithms import SM4
    from cryptography.hazmat.primitives.ciphers.modes import GCM

    sealing = Block(SM4(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")),
                    GCM(bytes.fromhex("00001234567800000000ABCD"))).encryptor()
    sealing.authenticate_additional_data(bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"))
    text = sealing.update(bytes.fromhex(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
        "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA")) + sealing.finalize()
    assert sealing.tag == bytes.fromhex("83DE3541E4C2B58177E065A9BF7B62EC") and text[:8].hex() == "17f399f08c67d5ee"


@pytest.mark.parametrize("cipher", [*Cipher])
def test_a_long_value_opens_only_whole_and_in_its_order(cipher: Cipher) -> None:
    ring = Keyring(b"m" * 32, cipher=cipher)
    key, plain = ring.new_key(), bytes(range(256)) * 3000  # three pieces, the last one not full
    for some in (plain, plain[:2 * PIECE], b"", b"x"):
        sealed = b"".join(ring.seal_pieces(key, [some[:7], some[7:]], context="file 1"))
        assert b"".join(ring.open_pieces(key, BytesIO(sealed).read, context="file 1")) == some
    first, rest = sealed_pieces(ring, key, plain)
    for broken in (first, rest, first + first + rest[len(first):], rest[:len(first)] + first + rest[len(first):],
                   first + rest[:-1], b""):
        with pytest.raises(Unreadable):
            list(ring.open_pieces(key, BytesIO(broken).read, context="file 1"))
    with pytest.raises(Unreadable):
        list(ring.open_pieces(key, BytesIO(first + rest).read, context="file 2"))


def sealed_pieces(ring: Keyring, key: bytes, plain: bytes) -> tuple[bytes, bytes]:
    """The first piece, and all the others."""
    first, *rest = ring.seal_pieces(key, [plain], context="file 1")
    return first, b"".join(rest)
