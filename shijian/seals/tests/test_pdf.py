"""Pressing and examining: what is right is right for others too, and whatever is touched afterwards is found."""

import io
import random
import re
import shutil
import subprocess
import zlib
from datetime import timedelta

import pytest
from asn1crypto import cms

from shijian.seals.crypto import authority
from shijian.seals.crypto.port import KeyTrouble
from shijian.seals.crypto.sm2 import make_key
from shijian.seals.drawing import CannotDraw, points, round_seal
from shijian.seals.pdf import intake, placing, stamping, verification
from shijian.seals.pdf.verification import Trust, verify
from shijian.seals.testing import NAME, NOW, make_keys, paper

LATER = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def keys():
    return make_keys()


@pytest.fixture(scope="module")
def sealed(keys):
    return keys.press(paper())


def codes(data, trust, at=LATER):
    return [fault.code for fault in verify(data, trust, at=at).faults]


def test_a_seal_is_round_and_its_ink_stays_inside_the_rim():
    path = round_seal(NAME, "行政处罚专用章")
    reach = [((x - 21) ** 2 + (y - 21) ** 2) ** 0.5 for x, y in points(path)]
    assert max(reach) < 24  # the handles of the circle lie outside it
    inside = [each for each in reach if each < 19.7]
    assert max(inside) < 19.5
    assert len(inside) > 500


@pytest.mark.parametrize(
    ("name", "line"), [("局", ""), ("很" * 25, ""), (NAME, "十三个字的用途写不下了啊啊"), ("市场监管局🙂", "")]
)
def test_a_name_that_cannot_be_drawn_is_refused(name, line):
    with pytest.raises(CannotDraw):
        round_seal(name, line)


def test_what_was_sealed_is_in_order(keys, sealed):
    verdict = verify(sealed, keys.trust, at=LATER)
    assert verdict.ok
    (signature,) = verdict.signatures
    assert (signature.signer, signature.stamped_at) == (NAME, NOW)
    assert sealed.startswith(paper()[:200])


def test_two_seals_are_both_in_order_and_an_rsa_key_will_do(sealed, keys):
    other = make_keys(bits=2048)
    both = other.press(sealed, x=60)
    trust = Trust((*keys.trust.issuers, *other.trust.issuers))
    verdict = verify(both, trust, at=LATER)
    assert verdict.ok, verdict.faults
    assert len(verdict.signatures) == 2


def test_one_flipped_bit_anywhere_is_found(keys, sealed):
    chance = random.Random(7)
    first = sealed.index(b"/Contents <") + 11
    places = [chance.randrange(len(sealed)) for _ in range(40)] + [first + chance.randrange(4400) for _ in range(60)]
    for place in places:
        touched = bytearray(sealed)
        touched[place] ^= 1 << chance.randrange(8)
        assert not verify(bytes(touched), keys.trust, at=LATER).ok, place


def test_every_byte_of_the_container_that_no_signature_covers_is_watched(keys, sealed):
    """The digits are flipped in case and in value at the end of the space, where nothing is signed."""
    end = sealed.index(b">", sealed.index(b"/Contents <"))
    for place, byte in ((end - 1, b"1"), (end - 900, b"f"), (end - 3, b" ")):
        touched = sealed[:place] + byte + sealed[place + 1 :]
        assert codes(touched, keys.trust) == ["malformed"]
    head = sealed.index(b"/Contents <") + 11
    lowered = sealed[:head] + sealed[head:end].lower() + sealed[end:]
    assert codes(lowered, keys.trust) == []  # another program may write small letters
    mixed = sealed[:head] + sealed[head : head + 50].lower() + sealed[head + 50 :]
    assert codes(mixed, keys.trust) == ["malformed"]


def test_words_changed_on_the_page_are_told_as_alteration(keys):
    plain = paper()
    stream = re.search(rb"/Producer|/Creator", plain) or re.search(rb"/MediaBox", plain)
    sealed = keys.press(plain)
    place = stream.start() + 1
    touched = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
    assert "altered" in codes(touched, keys.trust) or "unreadable" in codes(touched, keys.trust)


def test_what_was_appended_is_found(keys, sealed):
    assert codes(sealed + b"\n% a remark\n", keys.trust) == ["appended"]
    mark = stamping.IncrementalPdfFileWriter(io.BytesIO(sealed))
    mark.root["/Note"] = stamping.generic.TextStringObject("x")
    mark.update_root()
    out = io.BytesIO()
    mark.write(out)
    assert codes(out.getvalue(), keys.trust) == ["appended"]


def test_a_change_between_two_seals_is_found(keys, sealed):
    change = stamping.IncrementalPdfFileWriter(io.BytesIO(sealed))
    page = change.find_page_for_modification(0)[0].get_object()
    page["/Rotate"] = stamping.generic.NumberObject(180)
    change.mark_update(page.container_ref)
    out = io.BytesIO()
    change.write(out)
    with pytest.raises(intake.PdfRefused, match="旋转"):
        keys.press(out.getvalue(), x=60)
    page["/Rotate"] = stamping.generic.NumberObject(0)
    page["/UserUnit"] = stamping.generic.NumberObject(2)
    out = io.BytesIO()
    change.write(out)
    assert "altered" in codes(keys.press(out.getvalue(), x=60), keys.trust)


def test_other_issuers_are_not_believed(sealed):
    assert codes(sealed, make_keys().trust) == ["untrusted", "untrusted_time_stamp"]


def test_without_a_time_stamp_the_time_is_not_proved(keys):
    assert codes(keys.press(paper(), stamped=False), keys.trust) == ["no_time_stamp"]


def test_a_certificate_that_expires_later_leaves_the_seal_valid(keys, sealed):
    assert codes(sealed, keys.trust, at=NOW + timedelta(days=4000)) == []


def test_a_certificate_expired_when_stamped_is_told_with_its_dates(keys, monkeypatch):
    monkeypatch.setattr(stamping, "require_in_force", lambda *_: None)
    late = keys.press(paper(), at=NOW + timedelta(days=400))
    assert codes(late, keys.trust, at=NOW + timedelta(days=401)) == ["expired"]


@pytest.mark.parametrize(("days", "words"), [(336, "到期"), (-31, "还不能盖章")])
def test_no_seal_is_pressed_outside_the_certificate_s_time(keys, days, words):
    with pytest.raises(KeyTrouble, match=words):
        keys.press(paper(), at=NOW + timedelta(days=days))


def test_revocation_counts_from_its_day(keys, sealed):
    def trust(since):
        crl = authority.revocations(keys.root, {5: since, keys.serial: since}, at=LATER)
        return Trust(keys.trust.issuers, (authority.revocations(make_keys().root, {}, at=LATER), crl))

    assert codes(sealed, trust(NOW - timedelta(hours=1))) == ["revoked"]
    assert codes(sealed, trust(NOW + timedelta(hours=1))) == []


def test_an_sm2_key_does_not_seal_a_pdf():
    with pytest.raises(KeyTrouble, match="国密"):
        stamping.PortSigner(make_key())


def bomb():
    packed = zlib.compress(bytes(220 * 2**20), 9)
    return b"%%PDF-1.7\n1 0 obj<</Length %d/Filter/FlateDecode/Type/ObjStm>>stream\n%s\nendstream" % (
        len(packed),
        packed,
    )


def with_action(key, value):
    writer = stamping.IncrementalPdfFileWriter(io.BytesIO(paper()))
    writer.root[key] = value
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def script():
    generic = stamping.generic
    named = generic.pdf_name
    return generic.DictionaryObject({named("/S"): named("/JavaScript"), named("/JS"): generic.TextStringObject("x()")})


def encrypted():
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    writer = copy_into_new_writer(intake.opened(paper()))
    writer.encrypt("owner", "user")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


HOSTILE = {
    "empty": (lambda: b"", "空文件"),
    "not a PDF": (lambda: b"MZ" * 100, "不是 PDF"),
    "too large": (lambda: b"%PDF-" + bytes(intake.MOST_BYTES), "超过 25 MB"),
    "truncated": (lambda: paper()[:4000], "损坏"),
    "a bomb": (bomb, "解压后过大"),
    "a script": (lambda: with_action("/OpenAction", script()), "脚本"),
    "acts by itself": (lambda: with_action("/AA", stamping.generic.DictionaryObject()), "自动动作"),
    "encrypted": (encrypted, "加密"),
    "garbage": (lambda: b"%PDF-1.7\n" + random.Random(1).randbytes(5000), "损坏"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(keys, name):
    make, words = HOSTILE[name]
    with pytest.raises(intake.PdfRefused, match=words):
        intake.examine(make(), name="文件.pdf")


@pytest.mark.parametrize("name", sorted(set(HOSTILE) - {"a script", "acts by itself"}))
def test_a_hostile_file_gets_a_verdict_not_an_error(keys, name):
    assert codes(HOSTILE[name][0](), keys.trust) == ["unreadable"]


def test_an_unsigned_file_is_told_so(keys):
    assert codes(paper(), keys.trust) == ["unsigned"]


@pytest.mark.parametrize(
    ("box", "words"),
    [
        (placing.around(3, 100, 100), "共 2 页"),
        (placing.around(0, 100, 100), "没有第 0 页"),
        (placing.around(1, 10, 100), "超出第 1 页（210×297 毫米）"),
        (placing.around(-1, 100, 290), "超出第 2 页"),
    ],
)
def test_a_place_off_the_paper_is_refused(box, words):
    with pytest.raises(intake.PdfRefused, match=words):
        placing.located(box, intake.examine(paper(pages=2)))


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler's pdfsig is not installed")
def test_poppler_agrees(keys, sealed, tmp_path):
    def pdfsig(data):
        (tmp_path / "a.pdf").write_bytes(data)
        return subprocess.run(["pdfsig", "-nocert", tmp_path / "a.pdf"], capture_output=True, text=True).stdout

    assert "Signature is Valid" in pdfsig(sealed)
    assert "Total document signed" in pdfsig(sealed)
    place = sealed.index(b"/MediaBox") + 10
    touched = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
    assert "Signature is Valid" not in pdfsig(touched)
    assert not verify(touched, keys.trust, at=LATER).ok
    assert "Not total document signed" in pdfsig(sealed + b"\n% more\n")


def test_a_container_with_anything_extra_is_malformed(keys, sealed):
    embedded = intake.opened(sealed).embedded_regular_signatures[0]
    raw = embedded.pkcs7_content
    assert verification._is_canonical(raw)
    content = cms.ContentInfo.load(raw[: verification._length(raw)])
    content["content"]["certificates"].append(content["content"]["certificates"][0])
    assert not verification._is_canonical(content.dump())
    content["content"]["signer_infos"].append(content["content"]["signer_infos"][0])
    assert not verification._is_canonical(content.dump())
    with pytest.raises(ValueError, match="not a sequence"):
        verification._length(b"\0\0")
    assert verification._length(b"\x30\x05") == 7


STAMP = b"060B2A864886F70D010910020E"  # the name of the attribute that holds a time stamp


def test_a_time_stamp_that_is_hidden_or_misshapen_is_told(keys, sealed):
    place = sealed.index(STAMP)
    hidden = sealed[:place] + STAMP[:-1] + b"F" + sealed[place + len(STAMP) :]
    assert codes(hidden, keys.trust) == ["no_time_stamp"]
    version = sealed.index(b"020103", place)
    misshapen = sealed[: version + 5] + b"4" + sealed[version + 6 :]
    assert codes(misshapen, keys.trust) == ["bad_time_stamp"]


def test_each_seal_is_known_by_its_signature(keys, sealed):
    (found,) = verification.fingerprints(sealed)
    assert found == verify(sealed, keys.trust, at=LATER).signatures[0].fingerprint


def changed_page(**entries):
    writer = stamping.IncrementalPdfFileWriter(io.BytesIO(paper()))
    page = writer.find_page_for_modification(0)[0].get_object()
    for name, value in entries.items():
        page[f"/{name}"] = value
    writer.mark_update(page.container_ref)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_page_without_a_size_is_damaged():
    zero = stamping.generic.ArrayObject([stamping.generic.NumberObject(0)] * 4)
    with pytest.raises(intake.PdfRefused, match="损坏"):
        intake.examine(changed_page(MediaBox=zero))


def test_more_pages_or_objects_than_any_paper_has_are_refused(monkeypatch):
    monkeypatch.setattr(intake, "MOST_OBJECTS", 2)
    with pytest.raises(intake.PdfRefused, match="损坏"):
        intake.examine(paper())
    monkeypatch.setattr(intake, "MOST_PAGES", 1)
    with pytest.raises(intake.PdfRefused, match="损坏"):
        intake.opened(paper(pages=2))


def test_a_signature_by_another_key_is_forged(keys, sealed):
    value = intake.opened(sealed).embedded_regular_signatures[0].signer_info["signature"].native.hex().upper().encode()
    place = sealed.index(value) + len(value) - 1
    forged = sealed[:place] + (b"1" if sealed[place : place + 1] == b"0" else b"0") + sealed[place + 1 :]
    assert codes(forged, keys.trust) == ["forged", "bad_time_stamp"]


def test_a_signature_over_a_part_of_the_file_covers_nothing(keys, sealed):
    """As if the span began behind the first page: whatever pyHanko then makes of it, it is no seal."""
    start = sealed.index(b"/ByteRange [0 ") + len(b"/ByteRange [")
    narrowed = sealed[:start] + b"9" + sealed[start + 1 :]
    assert codes(narrowed, keys.trust)
    assert not verify(narrowed, keys.trust, at=LATER).ok


def test_a_signature_that_stops_before_the_end_of_its_revision_does_not_cover_it(keys, sealed):
    start = sealed.index(b"/ByteRange [") + len(b"/ByteRange [")
    spans = sealed[start : sealed.index(b"]", start)].split()
    shorter = b"%0*d" % (len(spans[3]), int(spans[3]) - 40)
    end = sealed.index(b"]", start)
    place = sealed.rindex(spans[3], start, end)
    cut = sealed[:place] + shorter + sealed[place + len(shorter) :]
    assert codes(cut, keys.trust) == ["altered", "not_covered"]
