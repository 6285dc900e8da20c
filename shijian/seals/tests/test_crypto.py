"""Keys at rest, time stamps and the national algorithms, each checked by a second program."""

import hashlib
import subprocess
from datetime import timedelta

import pytest
from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PublicFormat,
    pkcs12,
)
from rfc3161_client import TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response

from shijian.seals.crypto import authority, signed, sm2, timestamps, vault
from shijian.seals.crypto.port import KeyTrouble
from shijian.seals.testing import NOW, make_keys, paper


@pytest.fixture(scope="module")
def keys():
    return make_keys()


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65_535, 65_536])
def test_lengths_are_written_in_the_shortest_form(size):
    assert signed.tlv(signed.OCTETS, bytes(size)) == core.OctetString(bytes(size)).dump()


@pytest.mark.parametrize("bits", [0, 2048])
def test_signed_data_is_der_and_openssl_verifies_it(bits, tmp_path):
    keys = make_keys(bits=bits)
    root = authority.make_root("别的根", at=NOW - timedelta(days=1))
    holder = vault.FileHolder(keys.seal.key, keys.seal.certificate, (keys.stamps.certificate, root.certificate))
    made = signed.sign(holder, hashlib.sha256(b"paper").digest(), kind=signed.DATA).packed()
    read = cms.ContentInfo.load(made, strict=True)
    assert read.copy().dump(force=True) == made  # sets in order, nothing written the long way
    within = {each.chosen.dump() for each in read["content"]["certificates"]}
    assert within == {
        keys.seal.certificate,
        keys.stamps.certificate,
    }  # a root is trusted because one has it, not because it came along
    for name, content in (
        ("s.der", made),
        ("paper", b"paper"),
        ("other", b"Paper"),
        ("ca.pem", pem(keys.root.certificate)),
    ):
        (tmp_path / name).write_bytes(content)
    ask = ["cms", "-verify", "-binary", "-inform", "DER", "-in", "s.der", "-CAfile", "ca.pem", "-purpose", "any"]
    assert openssl(*ask, "-content", "paper", "-attime", str(int(NOW.timestamp())), cwd=tmp_path).returncode == 0
    assert openssl(*ask, "-content", "other", "-attime", str(int(NOW.timestamp())), cwd=tmp_path).returncode != 0


def pem(der):
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def openssl(*arguments, cwd):
    return subprocess.run(["openssl", *arguments], cwd=cwd, capture_output=True, text=True)


def test_a_key_comes_back_from_the_vault_and_lies_there_sealed(keys, settings, tmp_path):
    settings.KEYS_DIR = tmp_path
    vault.keep("seal-1", keys.seal)
    assert vault.take("seal-1").certificate == keys.seal.certificate
    path = tmp_path / "seals" / "seal-1.p12"
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_pkcs12(path.read_bytes(), b"")
    with pytest.raises(KeyTrouble, match="不能覆盖"):
        vault.keep("seal-1", keys.seal)
    path.rename(tmp_path / "seals" / "other.p12")
    with pytest.raises(KeyTrouble, match="密码不对"):
        vault.take("other")
    with pytest.raises(KeyTrouble, match="不在本机"):
        vault.take("seal-1")


def test_a_bare_key_is_sealed_too(settings, tmp_path):
    settings.KEYS_DIR = tmp_path
    vault.keep_bare("sm2-1", b"k" * 32)
    assert vault.take_bare("sm2-1") == b"k" * 32
    path = tmp_path / "seals" / "sm2-1.key"
    assert b"kkkk" not in path.read_bytes()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(KeyTrouble, match="损坏"):
        vault.take_bare("sm2-1")


def p12(key, password=b"secret", certificate=True, root=None):
    keys = make_keys()
    found = x509.load_der_x509_certificate(keys.seal.certificate) if certificate else None
    return pkcs12.serialize_key_and_certificates(
        b"x", key or keys.seal.key, found, root, BestAvailableEncryption(password) if password else NoEncryption()
    )


def test_a_file_of_an_authority_is_read_with_its_password():
    assert vault.read_p12(p12(None), "secret").algorithm == "ec"


@pytest.mark.parametrize(
    ("content", "words"),
    [(lambda: p12(None), "密码不对"), (lambda: b"rubbish", "不是 PKCS#12")],
)
def test_a_file_that_cannot_be_read_is_refused(content, words):
    with pytest.raises(KeyTrouble, match=words):
        vault.read_p12(content(), "wrong")


def test_weak_and_unknown_keys_are_refused(keys, monkeypatch):
    certificate = x509.load_der_x509_certificate(keys.seal.certificate)

    def given(key, found=certificate):
        monkeypatch.setattr(pkcs12, "load_key_and_certificates", lambda *_: (key, found, []))
        with pytest.raises(KeyTrouble) as refused:
            vault.read_p12(b"", "")
        return refused.value.message

    assert "强度不足" in given(rsa.generate_private_key(65537, 1024))
    assert "不支持" in given(ed25519.Ed25519PrivateKey.generate())
    assert "没有私钥" in given(None)


def test_our_time_stamps_are_believed_by_openssl(keys, tmp_path):
    (tmp_path / "a.pdf").write_bytes(paper())
    (tmp_path / "root.pem").write_bytes(pem(keys.root.certificate))
    asked = openssl("ts", "-query", "-data", "a.pdf", "-sha256", "-cert", "-out", "q.tsq", cwd=tmp_path)
    assert asked.returncode == 0
    answer = timestamps.respond((tmp_path / "q.tsq").read_bytes(), keys.stamps, at=NOW)
    (tmp_path / "a.tsr").write_bytes(answer)
    check = ["ts", "-verify", "-in", "a.tsr", "-CAfile", "root.pem", "-attime", str(int(NOW.timestamp()))]
    found = openssl(*check, "-queryfile", "q.tsq", cwd=tmp_path)
    assert "Verification: OK" in found.stdout + found.stderr, found.stderr
    (tmp_path / "a.pdf").write_bytes(paper("another"))
    assert openssl(*check, "-data", "a.pdf", cwd=tmp_path).returncode != 0


def test_our_time_stamps_are_believed_by_a_third_library(keys):
    request = TimestampRequestBuilder().data(b"paper").nonce(nonce=True).build()
    answer = decode_timestamp_response(timestamps.respond(request.as_bytes(), keys.stamps, at=NOW))
    verifier = (
        VerifierBuilder()
        .add_root_certificate(x509.load_der_x509_certificate(keys.root.certificate))
        .tsa_certificate(x509.load_der_x509_certificate(keys.stamps.certificate))
        .nonce(request.nonce)
        .build()
    )
    assert verifier.verify_message(answer, b"paper")
    assert answer.tst_info.gen_time == NOW


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (b"", "bad_data_format"),
        (b"rubbish", "bad_data_format"),
        (b"\x30" * 5000, "bad_data_format"),
        (("md5", 16, None), "bad_alg"),
        (("sha256", 31, None), "bad_alg"),
        (("sha256", 32, "1.2.3"), "unaccepted_policy"),
    ],
)
def test_what_cannot_be_stamped_is_refused_in_form(keys, asked, reason):
    if not isinstance(asked, bytes):
        digest, size, policy = asked
        imprint = {"hash_algorithm": {"algorithm": digest}, "hashed_message": b"x" * size}
        fields = {"version": 1, "message_imprint": imprint, **({"req_policy": policy} if policy else {})}
        asked = tsp.TimeStampReq(fields).dump()
    answer = tsp.PKIStatusInfo.load(timestamps.respond(asked, keys.stamps, at=NOW)[2:])
    assert answer["status"].native == "rejection"
    assert answer["fail_info"].native == {reason}


def test_a_service_that_is_away_is_told_in_words(keys):
    with pytest.raises(timestamps.StampTrouble, match="没有应答"):
        keys.press_with(timestamps.RemoteStamper("http://127.0.0.1:9/", seconds=1))


def test_openssl_and_we_check_each_other_s_sm2_signatures(tmp_path):
    data, key = paper(), sm2.make_key()
    (tmp_path / "a.pdf").write_bytes(data)
    (tmp_path / "a.sig").write_bytes(key.sign(data, "sm3"))
    (tmp_path / "pub.der").write_bytes(sm2.public_info(key.public))
    (tmp_path / "id").write_text("")
    openssl("pkey", "-pubin", "-inform", "DER", "-in", "pub.der", "-out", "pub.pem", cwd=tmp_path)
    check = ["pkeyutl", "-verify", "-pubin", "-inkey", "pub.pem", "-rawin", "-digest", "sm3", "-in", "a.pdf"]
    check += ["-sigfile", "a.sig", "-pkeyopt", "distid:1234567812345678"]
    assert openssl(*check, cwd=tmp_path).returncode == 0
    (tmp_path / "a.sig").write_bytes(key.sign(data + b"x", "sm3"))
    assert openssl(*check, cwd=tmp_path).returncode != 0

    made = openssl("genpkey", "-algorithm", "SM2", "-out", "k.pem", cwd=tmp_path)
    assert made.returncode == 0
    openssl("pkey", "-in", "k.pem", "-pubout", "-outform", "DER", "-out", "k.der", cwd=tmp_path)
    sign = ["pkeyutl", "-sign", "-inkey", "k.pem", "-rawin", "-digest", "sm3", "-in", "a.pdf", "-out", "o.sig"]
    assert openssl(*sign, "-pkeyopt", "distid:1234567812345678", cwd=tmp_path).returncode == 0
    public = (tmp_path / "k.der").read_bytes()[-64:]
    assert sm2.verify(data, (tmp_path / "o.sig").read_bytes(), public)
    assert not sm2.verify(data + b"x", (tmp_path / "o.sig").read_bytes(), public)
    assert not sm2.verify(data, b"rubbish", public)

    subject = ["req", "-new", "-x509", "-key", "k.pem", "-sm3", "-subj", "/CN=demo", "-outform", "DER", "-out", "c.der"]
    assert openssl(*subject, cwd=tmp_path).returncode == 0
    certificate = (tmp_path / "c.der").read_bytes()
    assert sm2.public_of(certificate) == public
    with pytest.raises(KeyTrouble, match="不是一对"):
        sm2.Sm2Holder(key.private, key.public, certificate)
    assert openssl("dgst", "-sm3", "a.pdf", cwd=tmp_path).stdout.split()[-1] == sm2.sm3(data)


def test_an_sm2_key_signs_sm3_only_and_other_certificates_are_refused(keys):
    with pytest.raises(ValueError, match="SM3"):
        sm2.make_key().sign(b"x", "sha256")
    with pytest.raises(KeyTrouble, match="不是 SM2"):
        sm2.public_of(keys.seal.certificate)
    with pytest.raises(KeyTrouble, match="数字证书"):
        sm2.public_of(b"rubbish")


def test_the_demo_authority_says_so_in_its_name(keys):
    assert "演示" in x509.load_der_x509_certificate(keys.root.certificate).subject.rfc4514_string()
    assert x509.load_der_x509_certificate(keys.seal.certificate).not_valid_after_utc > NOW + timedelta(days=300)
    assert keys.root.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
