from time import time_ns

from linli.kernel.refs import new_ref


def test_a_ref_is_a_version_7_uuid_of_now() -> None:
    before = time_ns() // 1_000_000
    ref = new_ref()
    assert ref.version == 7 and ref.variant == "specified in RFC 4122"
    assert before <= ref.int >> 80 <= time_ns() // 1_000_000


def test_refs_never_meet_and_sort_by_time_of_birth() -> None:
    refs = [new_ref() for _ in range(5000)]
    assert len(set(refs)) == 5000
    stamps = [ref.int >> 80 for ref in refs]
    assert stamps == sorted(stamps)
