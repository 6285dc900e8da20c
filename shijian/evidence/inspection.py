"""What an upload really is, and what lies in it that must not run: read bounded, never unpacked, never executed.

Photos, films, sounds and papers are refused when they are not what they pretend to be. Electronic data may be anything,
malicious too: it is sealed as it is, with what was found beside it, and never shown in a page.
"""

import itertools
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, UnidentifiedImageError

from shijian.core.files import FileRefused

from .choices import Medium

JPEG_PIXELS, PIXELS = 250_000_000, 50_000_000  # a JPEG is decoded small, the others whole
PROGRESSIVE_PIXELS = 40_000_000  # a progressive one is held whole, six bytes a pixel, before it is decoded
ENTRIES, UNPACKED, RATIO = 20_000, 2 * 2**30, 200
XML_READ = 4 * 2**20
MARKUP = (".xml", ".rels", ".svg", ".vml", ".htm", ".html", ".xhtml")
PACKED_READ = 8 * 2**20
WINDOW = 2**20
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"
FORMATS = ["JPEG", "PNG", "WEBP", "HEIF"]  # what Pillow may try; several pictures in one file (MPO) open as JPEG
ZIPPED = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx", "OFD.xml": "ofd"}
# sniffed type: (media type, suffixes it may bear, how a page shows it)
TYPES: dict[str, tuple[str, set[str], str]] = {
    "jpeg": ("image/jpeg", {"jpg", "jpeg", "jpe", "jfif"}, "image"),
    "png": ("image/png", {"png"}, "image"),
    "webp": ("image/webp", {"webp"}, "image"),
    "heic": ("image/heic", {"heic", "heif"}, "image"),
    "pdf": ("application/pdf", {"pdf"}, "pages"),
    "mp4": ("video/mp4", {"mp4", "m4v", "mov", "3gp"}, "video"),
    "m4a": ("audio/mp4", {"m4a", "mp4", "aac"}, "audio"),
    "webm": ("video/webm", {"webm", "mkv", "weba"}, "video"),
    "avi": ("video/x-msvideo", {"avi"}, ""),
    "mp3": ("audio/mpeg", {"mp3"}, "audio"),
    "wav": ("audio/wav", {"wav"}, "audio"),
    "ogg": ("audio/ogg", {"ogg", "oga", "opus"}, "audio"),
    "flac": ("audio/flac", {"flac"}, "audio"),
    "amr": ("audio/amr", {"amr"}, ""),
    "docx": ("application/x-docx", {"docx"}, ""),
    "xlsx": ("application/x-xlsx", {"xlsx"}, ""),
    "pptx": ("application/x-pptx", {"pptx"}, ""),
    "ofd": ("application/ofd", {"ofd"}, ""),
    "ole": ("application/msword", {"doc", "xls", "ppt", "wps", "et"}, ""),
    "text": ("text/plain", {"txt", "csv", "md", "log"}, ""),
    "zip": ("application/zip", set(), ""),
    "program": ("application/octet-stream", set(), ""),
    "markup": ("application/octet-stream", set(), ""),
    "other": ("application/octet-stream", set(), ""),
}
ALLOWED: dict[str, set[str]] = {
    Medium.PHOTO: {"jpeg", "png", "webp", "heic"},
    Medium.SCREEN: {"jpeg", "png", "webp", "mp4", "webm"},
    Medium.VIDEO: {"mp4", "webm", "avi"},
    Medium.AUDIO: {"mp3", "wav", "ogg", "flac", "amr", "m4a", "mp4", "webm"},
    Medium.DOCUMENT: {"pdf", "docx", "xlsx", "pptx", "ofd", "ole", "text", "jpeg", "png", "webp", "heic"},
}
ASKED = {
    Medium.PHOTO: "照片（JPG、PNG、WebP、HEIC）",
    Medium.SCREEN: "截图（PNG、JPG、WebP）或录屏（MP4、WebM）",
    Medium.VIDEO: "录像（MP4、MOV、WebM、AVI）",
    Medium.AUDIO: "录音（MP3、M4A、WAV、OGG、AMR、FLAC）",
    Medium.DOCUMENT: "文书资料（PDF、OFD、Word、Excel、PPT、TXT 或扫描图片）",
}
RUNS = {
    "exe", "com", "scr", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "hta", "msi", "jar", "lnk", "dll", "apk",
    "sh", "html", "htm", "xhtml", "svg", "php", "jsp", "asp", "aspx", "py", "pif", "cpl", "reg", "docm", "xlsm", "pptm",
}  # fmt: skip
ARCHIVES = (".zip", ".jar", ".7z", ".rar", ".gz", ".tar", ".xz", ".bz2", ".docx", ".xlsx")
PDF_MARKS = {
    rb"/JavaScript\b|/JS\b": "PDF 内含脚本",
    rb"/Launch\b": "PDF 可启动外部程序",
    rb"/EmbeddedFiles?\b": "PDF 内嵌其他文件",
    rb"/RichMedia\b|/XFA\b": "PDF 内含动态内容",
    rb"/SubmitForm\b|/ImportData\b|/GoTo[RE]\b": "PDF 会访问外部",
    rb"/Encrypt\b": "PDF 已加密，内容无法检查",
}
INVISIBLE = "[\x00-\x1f\x7f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
# Names of storages and the class of an installer, as an OLE file of old Office writes them.
MACRO_STORAGES = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "Macros"))
INSTALLER = ("\u4840\u3b3f".encode("utf-16-le"), bytes.fromhex("84100c0000000000c000000000000046"))
KEEP = "如需原样封存为证据，请把载体改选为“电子数据文件”。"


@dataclass
class Found:
    """`kind` is a key of TYPES; `shows` how a page may show it; `dangers` sentences for people; `hide` byte ranges of
    a film that say where it was taken, replaced when it is played."""

    kind: str
    media_type: str
    shows: str
    dangers: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


def inspect(path: Path, name: str, medium: str) -> Found:
    """Judge a file. Raises FileRefused for what is not, or must not be, what the medium says; data is never refused."""
    with path.open("rb") as file:
        kind = _kind(file, path)
        media_type, suffixes, shows = TYPES[kind]
        found = Found(kind, media_type, shows)
        wrong = _by_name(name, kind, suffixes)
        wrong += {
            "pdf": _pdf, "ole": _ole, "docx": _archive, "xlsx": _archive, "pptx": _archive, "ofd": _archive, "zip": _archive,
        }.get(kind, _nothing)(file, found)  # fmt: skip
        wrong += _image(path, found) if shows == "image" else []
        wrong += _film(file, found) if kind in {"mp4", "m4a"} else []
        wrong += _tail(file, found)
    if kind == "program":
        wrong.append("是可执行程序")
    if kind == "markup":
        wrong.append("是网页或矢量图，可能含脚本")
    if medium == Medium.DATA:
        found.dangers += wrong
        found.shows = ""
        return found
    if kind not in ALLOWED.get(medium, set()):
        raise FileRefused(f"“{name}”不是{ASKED.get(Medium(medium), '可接收的文件')}。{KEEP}")
    if wrong:
        raise FileRefused(f"“{name}”{'、'.join(wrong)}，不能作为{Medium(medium).label}接收。{KEEP}")
    if medium == Medium.AUDIO and shows == "video":
        found.shows = "audio"
    return found


def _kind(file: BinaryIO, path: Path) -> str:
    head = _at(file, 0, 4096)
    if EICAR in head:
        return "program"
    match head:
        case _ if head[:3] == b"\xff\xd8\xff":
            return "jpeg"
        case _ if head[:8] == b"\x89PNG\r\n\x1a\n":
            return "png"
        case _ if head[:4] == b"RIFF":
            return {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}.get(head[8:12], "other")
        case _ if head[4:8] == b"ftyp":
            brand = head[8:12]
            if brand in {b"heic", b"heix", b"mif1", b"msf1", b"heim", b"hevc", b"avif"}:
                return "heic"
            return "m4a" if brand in {b"M4A ", b"M4B "} else "mp4"
        case _ if head[:5] == b"%PDF-":
            return "pdf"
        case _ if head[:4] == b"\x1aE\xdf\xa3":
            return "webm"
        case _ if head[:3] == b"ID3" or (len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
            return "mp3"
        case _ if head[:4] in {b"OggS", b"fLaC"} or head[:5] == b"#!AMR":
            return {b"OggS": "ogg", b"fLaC": "flac"}.get(head[:4], "amr")
        case _ if head[:4] in {b"PK\x03\x04", b"PK\x05\x06"}:
            return _zip_kind(path)
        case _ if head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            return "ole"
        case _ if head[:2] in {b"MZ", b"#!"} or head[:4] in {b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe"}:
            return "program"
    return _text_kind(head)


def _text_kind(head: bytes) -> str:
    low = head.lower().replace(b"\x00", b"")
    if re.search(rb"<\s*(svg|html|script|!doctype|iframe|body|\?xml)|javascript:", low):
        return "markup"
    if not head or b"\x00" in head:
        return "other"
    for encoding in ("utf-8", "gb18030"):
        try:
            text = head[: len(head) - 4 if len(head) == 4096 else None].decode(encoding, "strict")
        except UnicodeDecodeError:
            continue
        printable = sum(char.isprintable() or char in "\r\n\t" for char in text)
        return "text" if printable == len(text) else "other"
    return "other"


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "other"
    return next((kind for start, kind in ZIPPED.items() if any(name.startswith(start) for name in names)), "zip")


def _by_name(name: str, kind: str, suffixes: set[str]) -> list[str]:
    parts = [part.strip().lower() for part in name.split(".")[1:]]
    wrong = []
    if suffixes and (not parts or parts[-1] not in suffixes):
        wrong.append("的后缀与内容不符")
    if any(part in RUNS for part in parts):
        wrong.append("的文件名伪装成其他类型")
    if re.search(INVISIBLE, name):
        wrong.append("的文件名含看不见的或者改变显示方向的字符")
    return wrong


def _image(path: Path, found: Found) -> list[str]:
    """Only the header is read: a flood of pixels is refused before it is decoded."""
    try:
        with Image.open(path, formats=FORMATS) as image:
            pixels, most = image.width * image.height, JPEG_PIXELS if image.format in {"JPEG", "MPO"} else PIXELS
            if image.info.get("progressive"):
                most = PROGRESSIVE_PIXELS
            if pixels > most:
                found.shows = ""
                return [f"像素过大（{image.width}×{image.height}）"]
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        found.shows = ""
        return ["图像已损坏"]
    return []


def _pdf(file: BinaryIO, found: Found) -> list[str]:
    """Marks of active content, also written with escapes (/J#61vaScript) or in packed objects. Shown as pictures of its
    pages, it cannot act."""
    for chunk in itertools.chain(_chunks(file), _packed_objects(file)):
        plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), chunk)
        for mark, said in PDF_MARKS.items():
            if said not in found.dangers and re.search(mark, plain):
                found.dangers.append(said)
    return []


def _packed_objects(file: BinaryIO) -> Iterator[bytes]:
    """The object streams of a PDF unpacked, at most PACKED_READ bytes in all; what is damaged or longer is left out."""
    budget = PACKED_READ
    for chunk in _chunks(file):
        for mark in re.finditer(rb"/ObjStm\b.{0,2000}?stream\r?\n", chunk, re.DOTALL):
            if budget <= 0:
                return
            try:
                plain = zlib.decompressobj().decompress(chunk[mark.end() :], min(budget, 2**20))
            except zlib.error:
                continue
            budget -= len(plain)
            yield plain


def _ole(file: BinaryIO, found: Found) -> list[str]:
    """Files of old Office: with macros, or an installer that looks like one."""
    for chunk in _chunks(file):
        if any(name in chunk for name in MACRO_STORAGES):
            return ["内含宏"]
        if any(mark in chunk for mark in INSTALLER):
            return ["是安装程序"]
    return []


def _archive(file: BinaryIO, found: Found) -> list[str]:
    """The directory of a zip and the XML in it, read bounded."""
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ["压缩结构已损坏"]
    wrong = []
    total, packed = sum(each.file_size for each in entries), sum(each.compress_size for each in entries)
    spans = sorted((each.header_offset, each.header_offset + 30 + each.compress_size) for each in entries)
    if len(entries) > ENTRIES or total > UNPACKED or (total > 50 * 2**20 and total > RATIO * max(packed, 1)):
        wrong.append("解开后过大（压缩炸弹）")
    elif any(after[0] < before[1] for before, after in itertools.pairwise(spans)):
        wrong.append("压缩条目互相重叠（压缩炸弹）")
    names = [each.filename.replace("\\", "/") for each in entries]
    if any(name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/") for name in names):
        wrong.append("内含越出目录的路径")
    if any(stat.S_ISLNK(each.external_attr >> 16) for each in entries):
        wrong.append("内含符号链接")
    if found.kind == "zip" and any(name.lower().endswith(ARCHIVES) for name in names):
        found.dangers.append("内含多层压缩包")
    low = [name.lower() for name in names]
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name or "/activex/" in name for name in low):
        wrong.append("内含宏或者控件")
    if any("/embeddings/oleobject" in name for name in low):
        found.dangers.append("内嵌其他程序的对象")
    return wrong if wrong else _xml_inside(archive, entries, found)


def _xml_inside(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], found: Found) -> list[str]:
    wrong: list[str] = []
    budget = 16 * XML_READ
    for each in entries:
        is_markup = each.filename.lower().endswith(MARKUP)
        if budget <= 0:
            break
        try:
            with archive.open(each) as part:
                text = part.read(min(XML_READ, budget) if is_markup else len(EICAR))
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError, zlib.error):
            return ["压缩结构已损坏"]
        budget -= len(text)
        if text.startswith(EICAR):
            return ["内含恶意程序的特征"]
        if is_markup:
            wrong += _in_markup(text.replace(b"\x00", b""), is_whole=each.file_size <= len(text))
    return list(dict.fromkeys(wrong))


def _in_markup(text: bytes, *, is_whole: bool) -> list[str]:
    """What must not stand in the XML of a paper; the declarations come before the first element, so that must be seen."""
    wrong = []
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        wrong.append("内含外部实体声明")
    elif not is_whole and not re.search(rb"<[A-Za-z_]", text):
        wrong.append("内含无法检查的部分")
    for relation in re.findall(rb"<Relationship\b[^>]*>", text):
        is_loaded = re.search(rb"/(attachedTemplate|oleObject|frame|subDocument)[\"']", relation)
        if is_loaded and re.search(rb"TargetMode\s*=\s*[\"']External", relation):
            wrong.append("会从外部载入模板或对象")
    if re.search(rb"DDEAUTO|instrText[^>]*>\s*DDE\b", text):
        wrong.append("内含动态数据交换命令")
    return wrong


def _film(file: BinaryIO, found: Found) -> list[str]:
    """Walk the boxes of an MP4: well formed, and where metadata lie that say the place."""
    hide: list[list[int]] = []
    seen: set[bytes] = set()
    end = file.seek(0, 2)
    if not _boxes(file, 0, end, b"", hide, seen, 0) or not {b"ftyp"} <= seen or not seen & {b"moov", b"moof"}:
        found.shows = ""
        return ["影音结构已损坏"]
    found.facts["hide"] = hide[:2000]
    return []


def _boxes(
    file: BinaryIO, start: int, end: int, parent: bytes, hide: list[list[int]], seen: set[bytes], depth: int
) -> bool:
    at, count = start, 0
    while at + 8 <= end:
        count += 1
        head = _at(file, at, 16)
        size, kind = int.from_bytes(head[:4], "big"), head[4:8]
        before = 8
        if size == 1:
            size, before = int.from_bytes(head[8:16], "big"), 16
        elif size == 0:
            size = end - at
        if size < before or at + size > end or count > 100_000:
            return parent == b"" and bool(seen & {b"moov", b"moof"})  # cut off at the end: players cope
        seen.add(kind)
        if kind in {b"udta", b"meta", b"uuid"} and parent in {b"", b"moov", b"trak", b"moof"}:
            hide.append([at, before, size])
        elif kind in {b"moov", b"trak"} and depth < 4 and not _boxes(
            file, at + before, at + size, kind, hide, seen, depth + 1
        ):  # fmt: skip
            return False
        at += size
    return True


def _tail(file: BinaryIO, found: Found) -> list[str]:
    """Another kind of file glued to this one (polyglots). The page shows a copy made anew, so it stays harmless."""
    if found.kind not in {"jpeg", "png", "webp", "pdf", "mp3", "wav", "ogg"}:
        return []
    end = file.seek(0, 2)
    last = _at(file, max(0, end - WINDOW), WINDOW)
    head = _at(file, 0, WINDOW)
    if found.kind != "pdf" and b"%PDF-" in head[:1024]:
        found.dangers.append("同时又是 PDF")
    if b"PK\x05\x06" in last[-66_000:] and b"PK\x01\x02" in last:
        found.dangers.append("尾部附有压缩包")
    if found.kind != "pdf" and re.search(rb"<script|<html|<svg|<\?php", (head + last).lower()):
        found.dangers.append("夹带网页代码")
    return []


def _nothing(file: BinaryIO, found: Found) -> list[str]:
    return []


def _at(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    return file.read(size)


def _chunks(file: BinaryIO) -> Any:
    """The whole file in windows that overlap a little, so that a word cut in two is still seen."""
    file.seek(0)
    kept = b""
    while chunk := file.read(WINDOW):
        yield kept + chunk
        kept = chunk[-64:]
