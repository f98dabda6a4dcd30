from time import time_ns

from linli.kernel.refs import new_ref, new_refs


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


def test_many_at_once_are_refs_like_any_other() -> None:
    before = time_ns() // 1_000_000
    refs = new_refs(5000)
    assert len(set(refs)) == 5000 and refs == sorted(refs) and new_refs(0) == []
    assert {(ref.version, ref.variant) for ref in refs} == {(7, "specified in RFC 4122")}
    assert all(before <= ref.int >> 80 <= time_ns() // 1_000_000 for ref in refs)
    assert all(sum(ref.int >> bit & 1 for ref in refs) in range(2200, 2800) for bit in [*range(62), *range(64, 76)])
