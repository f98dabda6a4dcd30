"""What a receipt is found to prove when all is in order, and what is said of each thing that can be changed in it."""
import json
from dataclasses import replace
from typing import Any

import pytest

from linli.watchers.openlog import queries
from linli.watchers.openlog.rules import leaves, notes, verdicts, words
from linli.watchers.openlog.rules.verdicts import Mark, Verdict
from tests.watchers.openlog import samples
from tests.watchers.openlog.samples import KEYS, sample

TAMPERED = samples.tamperings()


def codes(verdict: Verdict, *, mark: Mark | None = None) -> list[str]:
    return [one.code for one in verdict.findings if mark in (None, one.mark)]


def test_what_is_in_order_holds_and_says_what_follows() -> None:
    one = sample()
    found = verdicts.examine(one.text(), keys=KEYS, openings=one.openings)
    assert found.state == "holds"
    assert codes(found) == ["content_good", "place_good", "signature_good", "witness_good", "opening_good",
                            "opening_good"]
    assert [one.code for one in found.proved] == ["p_published", "p_unchanged", "p_opened", "p_witnessed"]
    assert [one.code for one in found.not_proved] == ["n_true", "n_moment", "n_later"]


def test_without_witnesses_and_openings_less_follows() -> None:
    found = verdicts.examine(sample(cosigned=False).text(), keys=KEYS)
    assert found.state == "holds"
    assert [one.code for one in found.proved] == ["p_published", "p_unchanged"]
    assert [one.code for one in found.not_proved] == ["n_true", "n_moment", "n_same", "n_later", "n_sealed"]
    assert found.not_proved[-1].values == {"fields": "about, order"}


def test_without_a_key_nothing_is_proved() -> None:
    found = verdicts.examine(sample().text())
    assert found.state == "unsure" and not found.proved
    assert codes(found, mark=Mark.BAD) == [] and "key_unknown" in codes(found)
    assert verdicts.examine(sample().text(), keys=[samples.OTHER_LOG.key]).state == "unsure"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 11, 64, 255, 257])
def test_every_place_of_every_tree_holds(size: int) -> None:
    for index in {0, size // 2, size - 1}:
        one = sample(index, size)
        assert verdicts.examine(one.text(), keys=KEYS).state == "holds", (index, size)
        assert verdicts.lines(index, size) == len(one.proof)


@pytest.mark.parametrize("name", TAMPERED)
def test_whatever_is_changed_is_refused_and_named(name: str) -> None:
    text, openings, code = TAMPERED[name]
    found = examined(text, openings)
    assert found.state == "refused" and not found.proved
    assert code in codes(found, mark=Mark.BAD), codes(found)


def test_no_two_kinds_of_change_are_said_alike() -> None:
    """Entry, payload, index, proof line, root, signature, key and opening have sentences of their own."""
    names = ["entry", "payload", "index", "proof line", "checkpoint's root", "checkpoint's origin", "signature", "key",
             "opening's value"]
    said = [words.WORDS[TAMPERED[name][2]] for name in names]
    assert len(set(said)) == len(said)


def examined(text: str, openings: list[dict[str, Any]]) -> Verdict:
    try:
        given = leaves.read_openings(json.dumps(openings))
    except leaves.LeafBroken:
        return Verdict((verdicts.Finding("openings_broken", Mark.BAD),))
    return verdicts.examine(text, keys=KEYS, openings=given)


def test_a_holders_file_is_a_receipt_with_its_openings() -> None:
    one = sample()
    assert verdicts.taken_apart(json.dumps({"receipt": one.text(), "openings": one.told()})) == (
        one.text(), list(one.openings))
    assert verdicts.taken_apart(one.text()) == (one.text(), [])
    with pytest.raises(leaves.LeafBroken):
        verdicts.taken_apart(json.dumps({"receipt": one.text(), "openings": [{"field": "order"}]}))


def test_content_that_is_withheld_is_left_open() -> None:
    one = sample()
    text = replace(one, payload=None).text()
    found = verdicts.examine(text, keys=KEYS)
    assert found.state == "holds" and "content_missing" in codes(found, mark=Mark.OPEN)


def test_every_finding_has_words_with_its_values() -> None:
    for text, openings, _ in TAMPERED.values():
        for one in examined(text, openings).findings:
            words.WORDS[one.code].format(**{"moment": "", **one.values})


def test_a_log_may_sign_with_two_keys_while_it_changes_them() -> None:
    both = samples.resigned(sample(), samples.LOG, samples.NEXT_KEY)
    for key in (samples.LOG.key, samples.NEXT_KEY.key):
        assert verdicts.examine(both.text(), keys=[key]).state == "holds"


@pytest.mark.parametrize("fields", [[1], None, "x", 7])
def test_a_log_that_signs_a_payload_of_another_shape_is_refused(fields: Any) -> None:
    """Whoever keeps a log can sign what they like; whoever checks it is told so and not thrown out."""
    text = samples.of_payload({**(sample().payload or {}), "fields": fields})
    found = verdicts.examine(text, keys=KEYS, openings=sample().openings)
    assert found.state == "refused" and "entry_other" in codes(found, mark=Mark.BAD)


@pytest.mark.parametrize("payload", [[1], "x", 7])
def test_a_payload_that_is_none_opens_nothing(payload: Any) -> None:
    found = verdicts.examine(replace(sample(), payload=payload).text(), keys=KEYS, openings=sample().openings)
    assert found.state == "refused" and codes(found, mark=Mark.BAD) == [
        "content_changed", "opening_none", "opening_none"]


def test_a_size_of_thousands_of_digits_is_no_checkpoint() -> None:
    text = sample().text().replace(f"{samples.ORIGIN}\n11\n", f"{samples.ORIGIN}\n{'9' * 5000}\n")
    assert codes(verdicts.examine(text, keys=KEYS)) == ["checkpoint_broken"]


def test_a_moment_at_the_end_of_all_days_is_no_moment() -> None:
    one = sample()
    entry = one.entry.replace("2026-11-22T03:04:05Z", "9999-12-31T23:59:59Z").replace("2026-11-22", "9999-12-31")
    assert "entry_broken" in codes(verdicts.examine(replace(one, entry=entry).text(), keys=KEYS))


def test_a_witness_may_name_a_moment_beyond_all_calendars() -> None:
    one = sample(cosigned=False)
    note = notes.read(one.checkpoint)
    line = samples.WATCHER.cosign(note.text, second=2**63).line()
    found = verdicts.examine(replace(one, checkpoint=one.checkpoint + line).text(), keys=KEYS)
    assert found.state == "holds" and str(2**63) in " ".join(queries.said(each) for each in found.findings)
