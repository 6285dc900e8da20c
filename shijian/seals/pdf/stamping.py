"""Pressing a seal: a visible mark and a PAdES signature (B-B, with a time stamp B-T) in one incremental step.

What was there before stays byte for byte; the signature covers the whole file (ETSI EN 319 142-1 6; ISO 32000-2 12.8).
"""

import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, cast

from asn1crypto import cms, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import AppearanceContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp.base import BaseStampStyle

from ..crypto.port import Holder, KeyTrouble
from ..crypto.signed import DATA, attribute, sign
from ..drawing import operators
from .intake import DAMAGE, PdfRefused, facts_of, opened
from .placing import Box, located

RESERVED = 16384  # hexadecimal digits kept free for the signature, its certificates and its time stamp
TIME_STAMP = "1.2.840.113549.1.9.16.2.14"  # over the signature (RFC 3161 appendix A)
named = generic.pdf_name


@dataclass(frozen=True, slots=True)
class Sealed:
    """The sealed file with its hash before and after (SHA-256)."""

    content: bytes
    before: str
    after: str


class PortSigner(signers.Signer):
    """What pyHanko asks of a signer, answered by whoever holds the key."""

    def __init__(self, holder: Holder) -> None:
        if holder.algorithm not in {"rsa", "ec"}:
            raise KeyTrouble(
                "PDF 盖章使用 RSA 或 ECDSA 证书，国密 SM2 签名另附。请为此印章登记一张 RSA 或 ECDSA 证书。"
            )
        super().__init__(signing_cert=x509.Certificate.load(holder.certificate))
        self.holder = holder

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self.holder.sign(data, digest_algorithm)

    async def async_sign(
        self, data_digest: bytes, digest_algorithm: str, *_: Any, timestamper: TimeStamper | None = None, **__: Any
    ) -> cms.ContentInfo:
        """The whole container, written at once (`crypto.signed`); a time stamp is over the signature itself."""
        made = sign(self.holder, data_digest, kind=DATA)
        if timestamper is None:
            return cms.ContentInfo.load(made.packed())
        token = await timestamper.async_timestamp(sha256(made.signature).digest(), "sha256")
        return cms.ContentInfo.load(made.packed(attribute(TIME_STAMP, token.dump())))


def press(
    data: bytes, holder: Holder, artwork: str, box: Box, *,
    name: str, reason: str, at: datetime, stamper: TimeStamper | None,
) -> Sealed:  # fmt: skip
    """Seal a file. Raises PdfRefused for a file or a place that will not do, KeyTrouble for a key that will not.

    The certificate must be in force `at` that moment. The caller asks whether the seal may be used, and brings bytes that
    were examined (`intake`) when its use was applied for: he has compared the hash.
    """
    require_in_force(holder.certificate, at)
    reader = opened(data)
    facts = facts_of(reader)
    page, points = located(box, facts)
    field = f"Seal{facts.signatures + 1}"
    try:
        signer = signers.PdfSigner(
            signers.PdfSignatureMetadata(
                field_name=field,
                md_algorithm="sha256",
                subfilter=fields.SigSeedSubFilter.PADES,
                name=name,
                reason=reason,
            ),
            PortSigner(holder),
            timestamper=stamper,
            stamp_style=_Style(artwork, box.height),
            new_field_spec=fields.SigFieldSpec(field, on_page=page, box=cast(Any, points)),
        )
        writer = IncrementalPdfFileWriter.from_reader(reader)
        content = signer.sign_pdf(writer, bytes_reserved=RESERVED).getvalue()
    except DAMAGE as error:
        raise PdfRefused("文件结构特殊，盖不上章。请用“打印为 PDF”另存后再试。") from error
    return Sealed(content, sha256(data).hexdigest(), sha256(content).hexdigest())


def require_in_force(certificate: bytes, at: datetime) -> None:
    """Raises KeyTrouble when the certificate has expired or is not yet in force."""
    validity = x509.Certificate.load(certificate)["tbs_certificate"]["validity"]
    if at > (until := validity["not_after"].native):
        raise KeyTrouble(f"印章证书已于 {until:%Y-%m-%d} 到期，不能盖章。请换发证书后重新登记。")
    if at < (since := validity["not_before"].native):
        raise KeyTrouble(f"印章证书自 {since:%Y-%m-%d} 起有效，现在还不能盖章。请核对服务器时间。")


class _Style(BaseStampStyle):
    """pyHanko's style of a mark: nothing but the drawing."""

    def __init__(self, artwork: str, tall: float) -> None:
        super().__init__(border_width=0)
        self.__dict__["drawn"] = (artwork, tall)

    def create_stamp(self, writer: Any, box: BoxConstraints, text_params: dict[str, Any]) -> Any:
        return _Mark(writer, box, *self.__dict__["drawn"])


class _Mark(AppearanceContent):
    """The drawing as a form of its own, compressed once per seal, lying over the text as ink does (multiplied)."""

    def __init__(self, writer: Any, box: BoxConstraints, artwork: str, tall: float) -> None:
        super().__init__(writer=writer, box=box)
        self.artwork, self.tall = artwork, tall

    def as_form_xobject(self) -> generic.StreamObject:
        ink = generic.DictionaryObject({named("/Type"): named("/ExtGState"), named("/BM"): named("/Multiply")})
        states = generic.DictionaryObject({named("/Ink"): ink})
        corners = [generic.FloatObject(each) for each in (0, 0, self.box.width, self.box.height)]
        return generic.StreamObject(
            {
                named("/Type"): named("/XObject"),
                named("/Subtype"): named("/Form"),
                named("/BBox"): generic.ArrayObject(corners),
                named("/Resources"): generic.DictionaryObject({named("/ExtGState"): states}),
                named("/Filter"): named("/FlateDecode"),
            },
            encoded_data=_packed(self.artwork, self.tall),
        )


@lru_cache(maxsize=64)
def _packed(artwork: str, tall: float) -> bytes:
    return zlib.compress(b"/Ink gs\n" + operators(artwork, height=tall), 9)
