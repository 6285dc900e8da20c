"""Issuers and their lists; the limit of the time-stamp service; the tab of a record."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shijian.core import records
from shijian.core.ids import new_id
from shijian.core.records import Record, RecordKind
from shijian.seals import services
from shijian.seals.models import Issuer
from shijian.seals.testing import NOW, paper
from shijian.seals.views.checking import STAMPS_A_MINUTE

pytestmark = pytest.mark.django_db


def listing(keys, *, signer=None):
    root = x509.load_der_x509_certificate(keys.root.certificate)
    made = x509.CertificateRevocationListBuilder().issuer_name(root.subject).last_update(NOW)
    made = made.next_update(NOW + timedelta(days=30))
    gone = x509.RevokedCertificateBuilder().serial_number(keys.serial).revocation_date(NOW).build()
    return (
        made.add_revoked_certificate(gone).sign((signer or keys.root).key, hashes.SHA256()).public_bytes(Encoding.PEM)
    )


def test_an_issuer_is_entered_with_his_list_on_the_pages(cast, home, keys):
    keeper = cast.confirmed_client(cast.keeper)
    root = x509.load_der_x509_certificate(keys.root.certificate).public_bytes(Encoding.PEM)
    sent = {
        "certificate": SimpleUploadedFile("root.pem", root),
        "revocations": SimpleUploadedFile("list.crl", listing(keys)),
    }
    assert keeper.post(reverse("seals:issuer_new"), sent).url == reverse("seals:issuers")
    assert "1 张证书已吊销" in keeper.get(reverse("seals:issuers")).content.decode()
    services.register_issuer(root, revocations=None, by=cast.keeper, now=NOW)
    assert Issuer.objects.get().revocations is not None


def test_a_list_somebody_else_signed_or_a_stray_file_is_refused(cast, home, keys, refused):
    root = keys.root.certificate
    with refused("不是该机构所签"):
        services.register_issuer(root, revocations=listing(keys, signer=keys.seal), by=cast.keeper, now=NOW)
    with refused("不是证书文件"):
        services.register_issuer(b"x", revocations=None, by=cast.keeper, now=NOW)
    with refused("不是吊销列表"):
        services.register_issuer(root, revocations=b"x", by=cast.keeper, now=NOW)


def test_an_address_gets_so_many_stamps_a_minute(client, seal):
    cache.clear()
    answers = [
        client.post(reverse("seals:tsa"), b"x", content_type="application/timestamp-query")
        for _ in range(STAMPS_A_MINUTE + 1)
    ]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert answers[-1].status_code in {200, 429}  # the minute may have turned in between
    cache.clear()


def test_a_record_shows_its_seals_and_signatures_to_those_in_reach(cast, seal):
    key = new_id()
    record = Record("shop", key, "D1", "禾丰食品店", "/", cast.chief.bureau_code, "050101")
    reaches = lambda user: user is None or any("050101".startswith(each) for each in user.reach())  # noqa: E731
    records.register(RecordKind("shop", "商铺", lambda user, asked: record if asked == key and reaches(user) else None))
    services.apply_for_use(
        seal,
        paper(),
        title="处罚决定书",
        purpose="送达",
        page=1,
        x_mm=150,
        y_mm=240,
        record=record,
        by=cast.chief,
        now=NOW,
    )
    address = reverse("seals:record", args=["shop", key])
    assert "处罚决定书" in cast.client(cast.chief).get(address).content.decode()
    assert cast.client(cast.other_head).get(address).status_code == 404
