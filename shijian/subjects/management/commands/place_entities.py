import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from shijian.accounts.models import User
from shijian.core.errors import InvalidInput
from shijian.subjects.services.placing import place_by_address


class Command(BaseCommand):
    help = "按住所给没有坐标的主体推定位置（把握大的才定，注明“按地址推定”）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=5_000, help="最多处理多少户")
        parser.add_argument("--by", default="", help="经办人工号，默认主体数据员")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = {"employee_no": options["by"]} if options["by"] else {"grants__role_id": "registry_clerk"}
        by = User.objects.filter(is_active=True, **wanted).order_by("employee_no").first()
        if by is None:
            raise InvalidInput("找不到经办人", field="--by", remedy="请用 --by 写明工号。")
        placed = place_by_address(by.bureau_code, by=by, now=now(), limit=options["limit"])
        self.stdout.write(json.dumps({"placed": placed}) if options["json"] else f"按住所推定了 {placed} 户的位置。")
