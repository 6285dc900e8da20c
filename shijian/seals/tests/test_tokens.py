"""A seal whose key lies on a token, and a seal that signs with the national algorithm as well."""

import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.urls import reverse

from shijian.seals import queries, services
from shijian.seals.crypto import token
from shijian.seals.pdf import verification
from shijian.seals.services import papers
from shijian.seals.testing import NOW, paper

pytestmark = pytest.mark.django_db
MODULES = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
]
MODULE = next((each for each in MODULES if Path(each).exists()), "")
PIN = "246813"


@pytest.fixture(scope="session")
def hsm(tmp_path_factory):
    """A software token of its own; the module reads its configuration once in a process, so it lives as long as the tests."""
    if not MODULE or not shutil.which("softhsm2-util"):
        pytest.skip("SoftHSM 2 is not installed")
    home = tmp_path_factory.mktemp("hsm")
    (home / "tokens").mkdir()
    (home / "softhsm2.conf").write_text(
        f"directories.tokendir = {home}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(home / "softhsm2.conf")
    call = ["softhsm2-util", "--init-token", "--free", "--label", "bureau", "--pin", PIN, "--so-pin", "13572468"]
    subprocess.run(call, check=True, capture_output=True, timeout=60)
    return home


@pytest.fixture
def loaded(hsm, settings, keys):
    """The seal's key and certificate on the token under one label."""
    import pkcs11
    from pkcs11.util.ec import decode_ec_private_key
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    settings.PKCS11_MODULE, settings.PKCS11_PIN, settings.PKCS11_PIN_FILE = MODULE, PIN, ""
    place = pkcs11.lib(MODULE).get_token(token_label="bureau")
    with place.open(rw=True, user_pin=PIN) as session:
        if not list(session.get_objects({pkcs11.Attribute.LABEL: "seal"})):
            form = PrivateFormat.TraditionalOpenSSL
            der = keys.seal.key.private_bytes(Encoding.DER, form, NoEncryption())
            decode = decode_rsa_private_key if keys.seal.algorithm == "rsa" else decode_ec_private_key
            named = {pkcs11.Attribute.LABEL: "seal", pkcs11.Attribute.TOKEN: True}
            session.create_object({**decode(der), **named})
            session.create_object({**decode_x509_certificate(keys.seal.certificate), **named})


def stamped(seal, cast):
    use = services.apply_for_use(
        seal, paper(), title="处罚决定书", purpose="送达", page=1, x_mm=150, y_mm=240, by=cast.chief, now=NOW
    )
    services.approve(use, by=cast.leader, now=NOW)
    return services.press(use, by=cast.keeper, now=NOW)


def test_a_seal_is_pressed_with_a_key_on_a_token(cast, seal, keys, loaded):
    key = services.add_key(seal, token.find("bureau", "seal"), by=cast.keeper, now=NOW)
    assert (key.place, key.token, key.label) == ("token", "bureau", "seal")
    content = papers.read(stamped(seal, cast).sealed)
    assert verification.verify(content, keys.trust, at=NOW).ok


def test_what_is_wrong_with_a_token_is_said(loaded, settings, refused):
    with refused("找不到标签为“absent”"):
        token.find("absent", "seal")
    with refused("标签为“nothing”的私钥有 0 个"):
        token.find("bureau", "nothing")
    settings.PKCS11_PIN = "000000"
    with refused("PIN 不对"):
        token.find("bureau", "seal")
    settings.PKCS11_PIN = ""
    with refused("没有配置密码设备的 PIN"):
        token.find("bureau", "seal")


def test_the_pin_may_lie_in_a_file(loaded, settings, tmp_path, refused):
    settings.PKCS11_PIN, settings.PKCS11_PIN_FILE = "", str(tmp_path / "pin")
    with refused("读不到"):
        token.find("bureau", "seal")
    (tmp_path / "pin").write_text(PIN + "\n")
    assert token.find("bureau", "seal").label == "seal"


def test_without_a_module_the_page_says_so(cast, seal, settings):
    settings.PKCS11_MODULE = ""
    keeper = cast.client(cast.keeper)
    assert "登记密码设备证书" not in keeper.get(reverse("seals:seal", args=[seal.pk])).content.decode()
    answer = keeper.post(reverse("seals:token_key", args=[seal.pk]), {"token": "a", "label": "b"})
    assert answer.status_code == 422
    assert "没有配置密码设备" in answer.content.decode()


def test_a_seal_with_a_national_key_signs_twice_and_openssl_agrees(cast, seal, keys, tmp_path):
    keeper = cast.confirmed_client(cast.keeper)
    keeper.post(reverse("seals:sm2_key", args=[seal.pk]))
    use = stamped(seal, cast)
    assert queries.sm2_verdict(use) is True
    assert verification.verify(papers.read(use.sealed), keys.trust, at=NOW).ok
    page = keeper.get(reverse("seals:use", args=[use.pk])).content.decode()
    assert "SM2 有效" in page
    (tmp_path / "a.pdf").write_bytes(papers.read(use.sealed))
    (tmp_path / "a.sig").write_bytes(keeper.get(reverse("seals:sm2_signature", args=[use.pk])).content)
    (tmp_path / "pub.pem").write_bytes(keeper.get(reverse("seals:public_key", args=[seal.pk, use.sm2_key_id])).content)
    check = [
        "openssl",
        "dgst",
        "-sm3",
        "-verify",
        "pub.pem",
        "-sigopt",
        "distid:1234567812345678",
        "-signature",
        "a.sig",
        "a.pdf",
    ]
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, timeout=30).returncode == 0
    (tmp_path / "a.pdf").write_bytes(papers.read(use.sealed) + b" ")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, timeout=30).returncode != 0


def test_a_national_key_that_has_run_out_stops_the_seal(cast, seal, refused):
    services.add_sm2_key(seal, by=cast.keeper, now=NOW - timedelta(days=10), years=0)
    with refused("国密密钥已于"):
        stamped(seal, cast)
