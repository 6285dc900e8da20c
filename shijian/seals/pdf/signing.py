"""Pictures of signatures onto a PDF, as an incremental step before it is sealed."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints

from .intake import DAMAGE, PdfRefused, examine
from .placing import POINTS, Box, located


def place(data: bytes, marks: Sequence[tuple[Box, bytes]]) -> bytes:
    """Put PNG pictures into their boxes, as large as they fit, centred. Raises PdfRefused; what was there stays."""
    facts = examine(data)
    writer = IncrementalPdfFileWriter(BytesIO(data))
    try:
        for box, picture in marks:
            page, (left, foot, _, _) = located(box, facts)
            with Image.open(BytesIO(picture)) as image:
                scale = min(box.width / image.width, box.height / image.height) * POINTS
                wide, tall = image.width * scale, image.height * scale
                drawn = PdfImage(image.copy(), writer=writer, box=BoxConstraints(width=wide, height=tall))
            x, y = left + (box.width * POINTS - wide) / 2, foot + (box.height * POINTS - tall) / 2
            content = b"q 1 0 0 1 %.2f %.2f cm %s Q" % (x, y, drawn.render())
            stream = writer.add_object(StreamObject(stream_data=content))
            writer.add_stream_to_page(page, stream, drawn.resources.as_pdf_object())
        out = BytesIO()
        writer.write(out)
    except DAMAGE as error:
        raise PdfRefused("文件结构特殊，签名放不上去。请用“打印为 PDF”另存后再试。") from error
    return out.getvalue()
