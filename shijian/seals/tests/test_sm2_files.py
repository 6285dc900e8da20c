"""An SM2 certificate and its key as an authority hands them out: read in every writing, refused with what to do."""

import contextlib
import subprocess

import pytest
from asn1crypto import pem
from asn1crypto.keys import EncryptedPrivateKeyInfo
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from shijian.seals import queries, services
from shijian.seals.crypto import sm2, sm2_files
from shijian.seals.crypto.port import KeyTrouble
from shijian.seals.models import SealKey
from shijian.seals.services import papers
from shijian.seals.testing import paper


def openssl(*arguments, cwd):
    return subprocess.run(["openssl", *arguments], cwd=cwd, capture_output=True)


@pytest.fixture(scope="module")
def national(tmp_path_factory):
    """What an authority hands out, made by openssl: an SM2 key in four writings, its certificate in two, and others."""
    place = tmp_path_factory.mktemp("sm2")
    sealed = ["-aes256", "-passout", "pass:秘密"]
    for name, made in {
        "key.pem": ["genpkey", "-algorithm", "SM2"],
        "key.der": ["pkey", "-in", "key.pem", "-outform", "DER"],
        "bare.der": ["ec", "-in", "key.pem", "-outform", "DER"],
        "sealed.pem": ["pkey", "-in", "key.pem", *sealed],
        "other.pem": ["genpkey", "-algorithm", "SM2"],
        "p256.pem": ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    }.items():
        assert openssl(*made, "-out", name, cwd=place).returncode == 0, name
    request = ["req", "-new", "-x509", "-sm3", "-days", "4000", "-subj", "/CN=某局电子印章", "-utf8", "-key", "key.pem"]
    for name, usage, form in (
        ("signing.pem", "digitalSignature,nonRepudiation", "PEM"),
        ("signing.der", "digitalSignature", "DER"),
        ("encrypting.pem", "keyEncipherment,dataEncipherment", "PEM"),
    ):
        made = [*request, "-addext", f"keyUsage={usage}", "-outform", form, "-out", name]
        assert openssl(*made, cwd=place).returncode == 0, name
    return {path.name: path.read_bytes() for path in place.iterdir()}


@pytest.mark.parametrize("certificate", ["signing.pem", "signing.der"])
@pytest.mark.parametrize("key", ["key.pem", "key.der", "bare.der", "sealed.pem"])
def test_an_sm2_certificate_is_read_with_its_key_in_every_writing(national, certificate, key):
    holder = sm2_files.read_pair(national[certificate], national[key], "秘密")
    assert sm2.verify(b"paper", holder.sign(b"paper", "sm3"), sm2.public_of(holder.certificate))


@pytest.mark.parametrize(
    ("certificate", "key", "password", "words"),
    [
        ("signing.pem", "other.pem", "", "不是一对"),
        ("signing.pem", "sealed.pem", "错", "密码不对"),
        ("signing.pem", "sealed.pem", "", "密码不对"),
        ("signing.pem", "p256.pem", "", "不是 SM2 密钥"),
        ("signing.pem", "signing.pem", "", "读不了"),
        ("encrypting.pem", "key.pem", "", "签名证书"),
        ("key.pem", "key.pem", "", "不是一张数字证书"),
        ("rubbish", "key.pem", "", "不是一张数字证书"),
        ("signing.pem", "rubbish", "", "读不了"),
        ("signing.pem", "cut", "", "读不了"),
        ("signing.pem", "armour", "", "读不了"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_do(national, certificate, key, password, words):
    files = {**national, "rubbish": b"\x00\xff rubbish", "cut": national["key.der"][:-40]}
    files["armour"] = b"-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n"
    with pytest.raises(KeyTrouble, match=words):
        sm2_files.read_pair(files[certificate], files[key], password)


def test_a_key_file_that_asks_for_endless_work_is_refused(national):
    sealed = EncryptedPrivateKeyInfo.load(pem.unarmor(national["sealed.pem"])[2])
    sealed["encryption_algorithm"]["parameters"]["key_derivation_func"]["parameters"]["iteration_count"] = 10**9
    with pytest.raises(KeyTrouble, match="读不了"):
        sm2_files.read_pair(national["signing.pem"], sealed.dump(force=True), "秘密")


@pytest.mark.parametrize("place", range(0, 230, 7))
def test_a_damaged_key_file_gets_a_sentence_wherever_it_is_damaged(national, place):
    for name in ("key.der", "bare.der", "sealed.pem"):
        content = bytearray(national[name] if name.endswith("der") else pem.unarmor(national[name])[2])
        if place < len(content):
            content[place] ^= 0xFF
            with contextlib.suppress(KeyTrouble):
                sm2_files.read_pair(national["signing.pem"], bytes(content), "秘密")


@pytest.mark.django_db
def test_a_seal_is_signed_with_the_certificate_handed_out_and_openssl_agrees(cast, seal, national, tmp_path):
    keeper, address = cast.confirmed_client(cast.keeper), reverse("seals:seal_key", args=[seal.pk])

    def send(certificate, key, password=""):
        files = {"file": SimpleUploadedFile("a.cer", national[certificate])}
        files |= {"key": SimpleUploadedFile("a.key", national[key])} if key else {}
        return keeper.post(address, {**files, "password": password})

    for given, words in [
        (("signing.pem", ""), "国密证书请另选私钥文件"),
        (("signing.pem", "other.pem"), "不是一对"),
        (("encrypting.pem", "key.pem"), "签名证书"),
    ]:
        page = send(*given)
        assert page.status_code == 422
        assert words in page.content.decode()
    assert not SealKey.objects.filter(algorithm="sm2").exists()
    services.add_sm2_key(seal, by=cast.keeper, now=now())
    assert send("signing.der", "sealed.pem", "秘密").status_code == 302
    made = SealKey.objects.get(algorithm="sm2", retired_at=None)
    assert (made.issuer, SealKey.objects.filter(retired_at=None).count()) == ("某局电子印章", 2)
    assert "某局电子印章" in keeper.get(reverse("seals:seal", args=[seal.pk])).content.decode()

    use = services.apply_for_use(
        seal, paper(), title="决定书", purpose="送达", page=1, x_mm=150, y_mm=240, by=cast.chief, now=now()
    )
    services.approve(use, by=cast.leader, now=now())
    use = services.press(use, by=cast.keeper, now=now())
    assert queries.sm2_verdict(use) is True
    (tmp_path / "a.pdf").write_bytes(papers.read(use.sealed))
    (tmp_path / "a.sig").write_bytes(bytes(use.sm2_signature))
    (tmp_path / "cert.pem").write_bytes(national["signing.pem"])
    public = openssl("x509", "-in", "cert.pem", "-noout", "-pubkey", cwd=tmp_path).stdout
    shown = keeper.get(reverse("seals:public_key", args=[seal.pk, made.pk])).content
    assert public.split() == shown.split()
    (tmp_path / "pub.pem").write_bytes(public)
    check = ["dgst", "-sm3", "-verify", "pub.pem", "-sigopt", "distid:1234567812345678", "-signature", "a.sig", "a.pdf"]
    assert openssl(*check, cwd=tmp_path).returncode == 0
