from random import Random

from linli.engines.documents.rules import numbers, signed

DRAW = Random(20261122).randrange


def test_any_one_wrong_character_is_noticed() -> None:
    for _ in range(50):
        number = numbers.new(2026, draw=DRAW)
        assert numbers.sound(number) and number.startswith("26") and len(number) == 12
        for place in range(12):
            for sign in numbers.ALPHABET:
                assert sign == number[place] or not numbers.sound(number[:place] + sign + number[place + 1 :])


def test_nearly_all_swapped_neighbours_are_noticed() -> None:
    swapped = missed = 0
    for _ in range(500):
        number = numbers.new(2026, draw=DRAW)
        for place in range(11):
            if number[place] != number[place + 1]:
                other = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
                swapped, missed = swapped + 1, missed + numbers.sound(other)
    assert missed < swapped / 100


def test_what_looks_alike_is_read_alike() -> None:
    assert numbers.read(" 26k7－3qmx 9d2f\t") == "26K73QMX9D2F"
    assert numbers.read("oOiIlL") == "001111"
    assert numbers.read("２６Ｋ７") == "26K7"
    assert numbers.shown("26K73QMX9D2F") == "26K7-3QMX-9D2F"
    assert not numbers.sound("") and not numbers.sound("26K7") and not numbers.sound("名" * 12)


def test_a_signature_counts_only_over_the_whole_file() -> None:
    def made(begin: int = 0, gap: bytes = b"<00ff>", rest: bytes = b"tail", more: bytes = b"") -> bytes:
        head = b"%%PDF-1.7 /ByteRange [%04d %04d %04d %04d] "
        length = len(head % (0, 0, 0, 0))
        return head % (begin, length, length + len(gap), len(rest)) + gap + rest + more

    found = signed.signature(made())
    assert found and found.cms == b"\x00\xff" and found.at is None
    for broken in (made(begin=1), made(more=b"x"), made(gap=b"<00ff"), made(gap=b"<0x>"), made(rest=b"") + b"y",
                   made() + made(), b"%PDF-1.7"):
        assert signed.signature(broken) is None


def test_the_file_before_something_was_added_is_found() -> None:
    import hashlib

    before = b"%PDF-1.7 one %%EOF\n"
    digests = list(signed.earlier(before + b"more %%EOF\nagain %%EOF"))
    assert hashlib.sha256(before).hexdigest() in digests
    assert len(list(signed.earlier(b"%%EOF\n" * 5000))) <= 3 * signed.MOST_ENDS
