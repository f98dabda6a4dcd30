import hashlib
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import segno
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from django.core.exceptions import ImproperlyConfigured

from linli.engines.documents import actions, queries
from linli.engines.documents.actions import keys
from linli.engines.documents.models import Document, Sheet
from linli.engines.documents.registry import Template
from linli.engines.documents.rules.states import Reason, Standing, State, Verdict
from linli.engines.journal.models import Entry
from linli.kernel import crypto, seeds
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.refusals import Conflict, NotFound, RuleBroken
from tests.actors import AT, actor
from tests.engines.documents.conftest import ABOUT, HOLDER, VALUES

pytestmark = pytest.mark.django_db
FROM, UNTIL = date(2026, 11, 1), date(2030, 11, 1)


def issue(kind: Template, **more: Any) -> actions.Issued:
    given: dict[str, Any] = {"about": ABOUT, "holder": HOLDER, "valid_from": FROM, "valid_until": UNTIL, "by": SYSTEM,
                             "at": AT}
    return actions.issue(kind, **{"values": VALUES, **given, **more})


def copied(made: actions.Issued) -> bytes:
    """The file of a document whose row is lost: nothing but its signature speaks for it."""
    file = queries.pdf(made.ref)
    Sheet.objects.filter(document__ref=made.ref).delete()
    Document.objects.filter(ref=made.ref).delete()
    return file


def test_what_was_issued_is_found_by_its_number_however_it_is_typed(kind: Template) -> None:
    made = issue(kind)
    for typed in (made.number, made.number.lower().replace("-", " "), made.number.replace("0", "O").replace("1", "l")):
        found = queries.issued(typed, by=ANONYMOUS, at=AT)
        assert found.card.ref == made.ref and found.standing is Standing.VALID
    told = {str(label): value for label, value in found.says}
    assert told["Name"] == VALUES["name"] and told["Founded"] == date(2019, 3, 1)
    assert "张三" not in str(found.says)
    assert queries.values(made.ref) == VALUES


def test_a_wrong_character_is_said_to_be_no_number(kind: Template) -> None:
    number = issue(kind).number
    wrong = ("A" if number[-1] != "A" else "B")
    with pytest.raises(NotFound, match="No document has this number"):
        queries.issued(number[:-1] + wrong, by=ANONYMOUS, at=AT)


def test_it_expires_on_its_day_in_shanghai(kind: Template) -> None:
    number = issue(kind).number
    last = datetime(2030, 10, 31, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    assert queries.issued(number, by=ANONYMOUS, at=last).standing is Standing.VALID
    assert queries.issued(number, by=ANONYMOUS, at=last + timedelta(minutes=1)).standing is Standing.EXPIRED
    early = datetime(2026, 10, 31, 12, tzinfo=UTC)
    assert queries.issued(number, by=ANONYMOUS, at=early).standing is Standing.EARLY
    ever = issue(kind, valid_until=None).number
    assert queries.issued(ever, by=ANONYMOUS, at=last + timedelta(days=40_000)).standing is Standing.VALID


def test_the_file_is_pdf_a_with_its_fonts_inside(kind: Template) -> None:
    """What can be looked at without veraPDF: metadata, output intent, fonts, nothing active, nothing encrypted."""
    made = issue(kind)
    with pikepdf.open(BytesIO(queries.pdf(made.ref))) as pdf:
        meta = pdf.open_metadata()
        assert meta["pdfaid:part"] == "2" and meta["pdfaid:conformance"] == "B"
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1" and int(intent.DestOutputProfile.N) in {3, 4}
        assert not pdf.is_encrypted and "/AA" not in pdf.Root and "/OpenAction" not in pdf.Root
        assert str(pdf.docinfo["/Title"]) == "登记证书" == meta["dc:title"]
        fonts = [one for page in pdf.pages for one in page.Resources.Font.values()]
        assert fonts
        for font in fonts:
            (below,) = font.DescendantFonts
            assert {"/FontFile2", "/FontFile3"} & set(below.FontDescriptor.keys()) and "/ToUnicode" in font
        for page in pdf.pages:
            for note in page.get("/Annots", []):
                assert int(note.F) & 4 and not int(note.F) & 2  # printed, and not hidden


def test_the_code_that_is_printed_on_it_leads_to_its_page(kind: Template) -> None:
    """Read from the lines of the drawing, one for each run of dark modules."""
    made = issue(kind)
    with pikepdf.open(BytesIO(queries.pdf(made.ref))) as pdf:
        drawn = [(str(one.operator), [float(said) for said in one.operands]) for one in pikepdf.parse_content_stream(
            pdf.pages[0]) if str(one.operator) in ("m", "l")]
    dark = {(row, column) for (begin, (x, y)), (end, (until, same)) in pairwise(drawn)
            if (begin, end) == ("m", "l") and y == same and y % 1 == 0.5 for row in [int(y)]
            for column in range(int(x), int(until))}
    code = segno.make(queries.address(made.number.replace("-", "")), error="m", micro=False)
    assert dark == {(row, column) for row, line in enumerate(code.matrix) for column, on in enumerate(line) if on}


def test_the_signature_is_pades_over_the_whole_file_and_holds(kind: Template) -> None:
    file = queries.pdf(issue(kind).ref)
    looked = queries.looked_at(file, by=ANONYMOUS, at=AT)
    said = looked.examined
    assert looked.verdict is Verdict.ISSUED and said and said.intact and said.trusted and said.at == AT
    assert said.signer == "合肥市民政局（演示）" and "TEST" in said.authority
    with pikepdf.open(BytesIO(file)) as pdf:
        signature = pdf.Root.AcroForm.Fields[0].V
        assert signature.SubFilter == "/ETSI.CAdES.detached"
        assert int(pdf.Root.Perms.DocMDP.Reference[0].TransformParams.P) == 1  # no change is allowed


def test_a_file_that_is_not_what_it_was_is_told_from_one_that_is(kind: Template) -> None:
    made = issue(kind)
    file = queries.pdf(made.ref)
    place = file.index(b"xmpmeta")
    changed = file[:place] + bytes([file[place] ^ 1]) + file[place + 1 :]
    assert queries.looked_at(changed, by=ANONYMOUS, at=AT).verdict is Verdict.ALTERED
    more = queries.looked_at(file + b"\n1 0 obj null endobj\n%%EOF\n", by=ANONYMOUS, at=AT)
    assert more.verdict is Verdict.ADDED and more.found and more.found.card.ref == made.ref
    assert queries.looked_at(b"%PDF-1.7\n%%EOF", by=ANONYMOUS, at=AT).verdict is Verdict.UNSIGNED
    assert queries.looked_at(b"MZ", by=ANONYMOUS, at=AT).verdict is Verdict.NO_PDF
    garbled = file.replace(b"<30", b"<ff")
    assert queries.looked_at(garbled, by=ANONYMOUS, at=AT).verdict is Verdict.ALTERED


def test_what_was_revoked_says_why_and_is_on_the_list(kind: Template) -> None:
    made = issue(kind)
    actions.revoke(made.ref, reason=Reason.UNLAWFUL, by=SYSTEM, at=AT)
    found = queries.issued(made.number, by=ANONYMOUS, at=AT)
    assert found.standing is Standing.REVOKED and found.why == "It was obtained unlawfully."
    digest = hashlib.sha256(queries.pdf(made.ref)).hexdigest()
    assert [(one["sha256"], one["reason"]) for one in queries.revoked()] == [(digest, "unlawful")]
    with pytest.raises(Conflict):
        actions.revoke(made.ref, reason=Reason.ENDED, by=SYSTEM, at=AT)
    with pytest.raises(Conflict):
        actions.reissue(made.ref, by=SYSTEM, at=AT)


def test_a_reissued_one_keeps_what_was_not_changed_and_the_one_before_leads_to_it(open_kind: Template) -> None:
    made = issue(open_kind)
    new = actions.reissue(made.ref, {"name": "合肥市琥珀邻里互助会"}, by=SYSTEM, at=AT)
    before, after = (queries.issued(number, by=ANONYMOUS, at=AT) for number in (made.number, new.number))
    assert before.standing is Standing.REPLACED and before.newer == new.number
    assert after.standing is Standing.VALID and after.card.valid_until == UNTIL
    assert queries.values(new.ref) == {**VALUES, "name": "合肥市琥珀邻里互助会"}
    assert [card.ref for card in queries.about([ABOUT])] == [new.ref, made.ref]


def test_all_that_stands_about_a_thing_is_taken_back_at_once(kind: Template, open_kind: Template) -> None:
    one, other = issue(kind), issue(open_kind)
    assert actions.revoke_about(ABOUT, templates=[kind], reason=Reason.ENDED, by=SYSTEM, at=AT) == 1
    assert queries.document(one.ref).state is State.REVOKED and queries.document(other.ref).state is State.VALID
    assert actions.revoke_about(ABOUT, reason=Reason.ENDED, by=SYSTEM, at=AT) == 1


def test_values_are_data_and_never_markup(kind: Template) -> None:
    """A name that is typst code, JSON or HTML is printed as it stands."""
    odd = '#panic("x") $a$ *b* <script> {"a": 1} \\ # @ref'
    made = issue(kind, values={**VALUES, "name": odd})
    assert queries.values(made.ref)["name"] == odd


def test_what_cannot_be_printed_is_refused_with_the_characters(kind: Template) -> None:
    with pytest.raises(RuleBroken, match="“\U0002a6d6”"):
        issue(kind, values={**VALUES, "name": "\U0002a6d6"})
    with pytest.raises(RuleBroken, match="Name is missing") as why:
        issue(kind, values={**VALUES, "name": ""})
    assert why.value.field == "name"
    with pytest.raises(RuleBroken, match="Code is longer than 18 characters"):
        issue(kind, values={**VALUES, "code": "5" * 19})
    with pytest.raises(RuleBroken, match="cannot be printed"):
        issue(kind, values={**VALUES, "name": "a\0b"})
    with pytest.raises(RuleBroken, match="Change the days"):
        issue(kind, valid_until=FROM)
    assert not queries.about([ABOUT])


def test_the_journal_names_nobody_and_tells_the_holder(kind: Template) -> None:
    made = issue(kind)
    entry = Entry.objects.get(fact="documents.DocumentIssued")
    assert entry.visibility == "public" and made.number.replace("-", "") not in str(entry.payload)
    assert VALUES["name"] not in str(entry.payload) and entry.payload["holder"] == HOLDER


def test_the_file_is_for_its_holder_unless_its_kind_is_public(kind: Template, open_kind: Template) -> None:
    closed, public = issue(kind).number, issue(open_kind).number
    holder = actor(HOLDER, "documents.hold")
    assert not queries.issued(closed, by=ANONYMOUS, at=AT).may_read
    assert queries.issued(closed, by=holder, at=AT).may_read and queries.issued(public, by=ANONYMOUS, at=AT).may_read
    assert len(queries.held(holder)) == 2 and not queries.held(actor("organisation:x", "documents.hold"))


def test_what_it_says_lies_sealed(kind: Template) -> None:
    made = issue(kind)
    row = Document.objects.get(ref=made.ref)
    assert VALUES["name"].encode() not in bytes(row.values_sealed)
    assert b"%PDF" not in bytes(Sheet.objects.get(document=row).file_sealed)


def test_after_a_lost_secret_a_new_key_signs_and_the_old_files_stay_good(
    kind: Template, settings: Any, monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = queries.pdf(issue(kind).ref)
    monkeypatch.setattr(keys, "_ours", keys._ours.__wrapped__)
    monkeypatch.setattr(keys, "_secret", keys._secret.__wrapped__)
    sealed = settings.MASTER_KEY
    monkeypatch.setattr(seeds, "seed", lambda purpose, **_: crypto.derived(sealed + b"another", purpose))
    second = queries.pdf(issue(kind).ref)
    for file in (first, second):
        said = queries.looked_at(file, by=ANONYMOUS, at=AT).examined
        assert said and said.intact and said.trusted
    assert queries.authorities().count("BEGIN CERTIFICATE") == 2


def test_a_recognised_certificate_takes_the_place_of_the_test_one(
    kind: Template, settings: Any, tmp_path: Path,
) -> None:
    key = keys._key("given")
    name = keys._name("A recognised authority")
    own = keys._builder(name, name, key, AT, keys.LASTS).add_extension(
        keys._usage(authority=False), critical=True).sign(key, SHA256())
    file, password = tmp_path / "given.p12", tmp_path / "password"
    file.write_bytes(pkcs12.serialize_key_and_certificates(
        b"x", key, own, None, BestAvailableEncryption(b"secret")))
    password.write_text("secret\n")
    settings.DOCUMENT_PKCS12, settings.DOCUMENT_PASSWORD_FILE = str(file), str(password)
    made = issue(kind)
    assert not queries.document(made.ref).test
    said = queries.looked_at(queries.pdf(made.ref), by=ANONYMOUS, at=AT).examined
    assert said and said.intact and said.trusted and said.signer == "A recognised authority"
    with pytest.raises(ImproperlyConfigured, match="not valid at this moment"):
        issue(kind, at=AT + timedelta(days=4000))
    wrong = tmp_path / "wrong"
    wrong.write_text("another")
    for one in (wrong, file):
        settings.DOCUMENT_PASSWORD_FILE = str(one)
        with pytest.raises(ImproperlyConfigured, match="cannot be opened"):
            issue(kind)
