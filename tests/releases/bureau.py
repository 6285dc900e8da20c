"""What is in the backup kept of each release: events in every state, some sealed. Run by the release itself:

export SHIJIAN_HOME=$(mktemp -d)
bin/shijian audit verify                                            # makes the data folder ready
bin/shijian manage shell -c "exec(open('tests/releases/bureau.py').read())"
bin/shijian backup tests/releases/<day of the release>
"""

import io
import sys
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from shijian.accounts.testing import build_cast
from shijian.audit import sealing
from shijian.events import services

sys.path.insert(0, ".")
from tests.world import NOW, build

cast = build_cast()
world = build(cast)
hour = timedelta(hours=1)


def photo():
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 120, 80)).save(buffer, "JPEG")
    return SimpleUploadedFile("现场.jpg", buffer.getvalue(), content_type="image/jpeg")


def reported():
    return world.report(cast.informant, kind="SP04", photos=[photo()])


def accepted():
    event = reported()
    services.accept(event, by=cast.chief, now=NOW + hour)
    return event


def reviewing():
    event = accepted()
    services.feed_back(event, note="已当场整改", photos=[photo()], by=cast.chief, now=NOW + 2 * hour)
    return event


accepted()
reviewing()
services.close(reviewing(), note="属实", by=cast.station_head, now=NOW + 3 * hour)
services.escalate(accepted(), reason="需要所里统一核查", by=cast.chief, now=NOW + 2 * hour)
services.refuse(reported(), reason="不属于本网格", by=cast.chief, now=NOW + hour)
sealing.seal()
reported()  # not yet sealed
