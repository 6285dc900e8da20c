"""A past for the demo: findings reported, dispatched, handled, reviewed by the services, on the days they say."""

import io
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Case, Q, When
from django.utils.timezone import localdate, localtime
from PIL import Image, ImageDraw

from shijian.accounts.models import User
from shijian.core import calendar
from shijian.core.errors import Refused
from shijian.events import services
from shijian.events.choices import Source
from shijian.events.models import Event, Kind
from shijian.subjects.models import Entity

Say = Callable[[str], None]
OPENS, CLOSES = 8, 18  # the hours in which the demo bureau acts

WORDS = {
    "SP01": ["现制饮品店不能出示食品经营许可证", "许可项目没有冷食类，现场制售凉菜"],
    "SP02": ["货架上有 {n} 袋过期食品", "冷柜内 {n} 盒酸奶超过保质期"],
    "SP03": ["进货台账缺 {n} 天记录", "{n} 种食品不能提供供货者许可证复印件"],
    "SP04": ["后厨地面有积水，从业人员未戴口罩", "{n} 名从业人员健康证明过期"],
    "SP05": ["市场快检室 {n} 天没有检验记录", "入场食用农产品未查验合格证明"],
    "SP06": ["{n} 名顾客就餐后出现腹泻，请立即核查", "学校食堂反映学生集中不适"],
    "SP07": ["包间设置最低消费，诱导超量点餐", "未张贴反食品浪费标识"],
    "YP01": ["群众反映药品包装字迹模糊，批号查不到", "疑似假冒降压药 {n} 盒"],
    "YP02": ["便利店销售感冒药 {n} 盒，无药品经营许可证", "美容店内发现注射用药品"],
    "YP03": ["血糖试纸不能提供供货单位资质", "{n} 台理疗仪没有购进记录"],
    "YP04": ["化妆品没有进货查验记录", "{n} 种化妆品无中文标签"],
    "TS01": ["电梯检验标志已过期 {n} 天", "叉车未见使用登记标志"],
    "TS02": ["电梯运行有异响，群众反映困人", "电梯维护保养记录缺 {n} 天"],
    "CP01": ["疑似假冒品牌插线板 {n} 个", "白酒防伪标识查不到"],
    "CP02": ["电热水壶无强制性认证标志，现场 {n} 台", "童装没有成分和安全类别标识"],
    "JG01": ["{n} 种蔬菜未标价", "收银价格高于标价"],
    "GG01": ["门头广告使用“最佳”用语", "保健食品海报宣称疗效"],
    "JL01": ["电子秤无检定标志", "复秤短缺 {n} 克"],
    "WZ01": ["现场不能出示营业执照", "地下室加工点没有任何证照"],
    "WZ02": ["营业执照未悬挂", "网店首页没有营业执照信息"],
    "WZ03": ["店面已关门 {n} 天，疑似搬离", "原址已换成另一家店"],
    "ZC01": ["销售疑似侵权运动鞋 {n} 双", "门头使用他人注册商标"],
    "ZC02": ["宣传单夸大功效", "直播间虚构成交 {n} 单"],
    "XF01": ["预付卡退款纠纷，涉及 {n} 名消费者", "顾客称商家拒绝退货"],
    "XF02": ["合同写明“概不退款”", "店内张贴“最终解释权归本店”"],
    "QT01": ["占道经营影响通行", "环境卫生问题，需转有关部门"],
}
# What waits for the head of grid 050101: matter, words, days ago, and how far it has gone.
MORNING = [
    ("SP02", "货架上有 6 袋过期食品，已拍照", 0, ""),
    ("JG01", "12 种蔬菜未标价", 1, "accepted"),
    ("SP04", "后厨地面有积水，从业人员未戴口罩", 2, "sent back"),
    ("SP03", "3 种食品不能提供供货者许可证复印件", 3, "accepted"),
]
DONE = [
    "已责令当场改正，经营者已下架并登记。",
    "现场核实属实，已指导整改，三日后回访正常。",
    "经核查不属实，已向经营者宣传有关规定。",
]
# code of a matter or its first two characters, classes of industry it is found in
TRADES = {
    "SP": ("521", "522", "62"),
    "SP07": ("62",),
    "YP": ("5234", "5251", "5254"),
    "TS": ("5211", "5212", "6129", "8111"),
    "CP": ("521", "527", "528"),
    "JL": ("521", "522"),
}


def play(staff: dict[str, User], *, count: int, days: int, seed: int, now: datetime, say: Say) -> None:
    """`count` events spread over the working hours of the last `days` days, the older ones closed."""
    rng = np.random.default_rng([seed, 99])
    kinds = list(Kind.objects.filter(is_active=True).order_by("code"))
    places = list(Entity.objects.active().exclude(area_code="").order_by("identity")[: max(count * 2, 500)])
    people = {user.pk: user for user in User.objects.select_related("unit")}
    pools = {
        kind.code: [each for each in places if each.industry_code.startswith(_trades(kind))] or places for kind in kinds
    }
    photos = [_photo(number) for number in range(6)]
    for number, at in enumerate(_moments(count, days, now, rng), 1):
        kind = kinds[rng.integers(len(kinds))]
        entity = pools[kind.code][rng.integers(len(pools[kind.code]))]
        words = WORDS[kind.code]
        text = words[rng.integers(len(words))].format(n=int(rng.integers(2, 30)))
        reporters = [f"W{entity.area_code}", f"X{entity.area_code}", f"G{entity.area_code}", f"D{entity.area_code}"]
        reporter = staff.get(reporters[rng.choice(4, p=[0.5, 0.25, 0.15, 0.1])], staff["Z001"])
        lon, lat = entity.location_wgs84
        event = services.report(
            id=uuid.UUID(int=int.from_bytes(rng.bytes(16), "big"), version=4),
            kind=kind,
            source=[Source.DAILY_CHECK, Source.COMPLAINT, Source.REPORT, Source.TRANSFER, Source.ORDER, Source.MEDIA][
                rng.choice(6, p=[0.6, 0.15, 0.1, 0.05, 0.07, 0.03])
            ],
            description=text,
            place=(lon + float(rng.normal(0, 1e-4)), lat + float(rng.normal(0, 1e-4))),
            entity=entity,
            photos=[photos[rng.integers(6)]()] if rng.random() < 0.6 else [],
            by=people[reporter.pk],
            now=at,
        )
        _proceed(event, at, now, people, staff, photos, rng)
        if number % 500 == 0:
            say(f"  {number:,} / {count:,}")
    _morning_of(staff, kinds, photos, now)


def _trades(kind: Kind) -> tuple[str, ...]:
    """Classes of industry (GB/T 4754-2017) in which a matter is found; "" is any."""
    return TRADES.get(kind.code) or TRADES.get(kind.code[:2], ("",))


def _morning_of(
    staff: dict[str, User], kinds: list[Kind], photos: list[Callable[[], SimpleUploadedFile]], now: datetime
) -> None:
    """What waits for the grid head a newcomer logs in as: one event to accept, one sent back, two in hand."""
    head, informant, station = (staff.get(number) for number in ("W050101", "X050101", "S0501"))
    food = Q(*[("industry_code__startswith", trade) for trade in TRADES["SP"]], _connector=Q.OR)
    here = Entity.objects.active().filter(area_code="050101")
    shops = list(here.order_by(Case(When(food, then=0), default=1), "identity")[: len(MORNING)])
    if head is None or informant is None or station is None:
        return
    known = {kind.code: kind for kind in kinds}
    for (code, text, days, last), shop in zip(MORNING, shops, strict=False):
        if code not in known:
            continue
        at = _in_office_hours(now - timedelta(days=days, hours=3), np.random.default_rng(days))
        event = services.report(
            id=uuid.uuid4(), kind=known[code], source=Source.DAILY_CHECK, description=text, place=shop.location_wgs84,
            entity=shop, photos=[photos[days % len(photos)]()], by=informant, now=min(at, now - timedelta(minutes=40)),
        )  # fmt: skip
        if last and event.handler_id == head.pk:
            services.accept(event, by=head, now=event.reported_at + timedelta(minutes=15))
        if last == "sent back" and event.handler_id == head.pk:
            photo = [photos[0]()]
            services.feed_back(
                event, note=DONE[0], photos=photo, by=head, now=event.reported_at + timedelta(minutes=20)
            )
            event.refresh_from_db()
            reason = "照片看不清整改后的情况，请补拍。"
            services.reject(event, reason=reason, by=station, now=event.reported_at + timedelta(minutes=30))


def workdays(now: datetime, days: int) -> list[date]:
    """The working days among the last `days`, the newest first."""
    known, today = calendar.current(), localdate(now)
    return [day for day in (today - timedelta(days=back) for back in range(1, days + 1)) if known.is_working(day)]


def _moments(count: int, days: int, now: datetime, rng: np.random.Generator) -> list[datetime]:
    """Instants within the working hours of working days, in order; a few on the last two days."""
    today, past = localdate(now), workdays(now, days)
    midnight = now - timedelta(hours=now.hour, minutes=now.minute, seconds=now.second, microseconds=now.microsecond)
    made = []
    for _ in range(count):
        day = past[rng.integers(len(past))]
        back = (today - day).days
        made.append(midnight - timedelta(days=back) + timedelta(hours=1, minutes=int(rng.integers(0, 540))))
    return sorted(at for at in made if at < now)


def _in_office_hours(at: datetime, rng: np.random.Generator) -> datetime:
    """An act that would fall into the night or on a day off is done in the next morning of work."""
    local, known = localtime(at), calendar.current()
    if known.is_working(local.date()) and OPENS <= local.hour < CLOSES:
        return at
    day = local.date() + timedelta(days=local.hour >= CLOSES)
    while not known.is_working(day):
        day += timedelta(days=1)
    morning = local.replace(year=day.year, month=day.month, day=day.day, hour=OPENS, minute=0)
    return morning + timedelta(minutes=int(rng.integers(5, 180)))


def _proceed(
    event: Event,
    at: datetime,
    now: datetime,
    people: dict[uuid.UUID, User],
    staff: dict[str, User],
    photos: list[Callable[[], SimpleUploadedFile]],
    rng: np.random.Generator,
) -> None:
    """Walk an event as far as its age lets it: accepted, handled, fed back, reviewed; some go up or back."""

    def later(low: float, high: float) -> bool:
        nonlocal at
        at = _in_office_hours(at + timedelta(hours=float(rng.uniform(low, high))), rng)
        return at < now and rng.random() > 0.02

    station = staff.get(f"S{event.area_code[:4]}", staff["Z001"])  # at the edge a place may lie outside every grid
    try:
        if not event.handler_id or not later(0.2, 20):
            return
        handler = people[event.handler_id]
        if rng.random() < 0.04:
            services.refuse(event, reason="不属于本网格，位置应在隔壁网格。", by=handler, now=at)
            if later(0.5, 8):
                services.dispatch(event, handler, note="请到现场核实后再定。", by=people[station.pk], now=at)
            if not later(0.5, 8):
                return
        services.accept(event, by=handler, now=at)
        if not later(1, 60):
            return
        if rng.random() < 0.05:
            services.escalate(event, reason="需要所里统一组织核查。", by=handler, now=at)
            if not later(1, 20):
                return
            services.dispatch(
                event, people[station.pk], note="由所长牵头办理。", by=people[staff["Z001"].pk], now=at
            ) if (rng.random() < 0.3) else services.dispatch(
                event, handler, note="派两人一同核查。", by=people[station.pk], now=at
            )
            event.refresh_from_db()
            handler = people[event.handler_id]
            services.accept(event, by=handler, now=at + timedelta(minutes=20))
            if not later(1, 40):
                return
        pictures = [photos[rng.integers(6)]()]
        services.feed_back(event, note=DONE[rng.integers(len(DONE))], photos=pictures, by=handler, now=at)
        if not later(1, 48):
            return
        event.refresh_from_db()
        reviewer = people[station.pk] if len(event.handler_code) > 4 else people[staff["J002"].pk]
        if rng.random() < 0.06:
            services.reject(event, reason="照片看不清整改后的情况，请补拍。", by=reviewer, now=at)
            if later(1, 20):
                services.feed_back(event, note="已补拍照片。", photos=[photos[0]()], by=handler, now=at)
            if not later(1, 20):
                return
        services.close(event, note="复核通过。", by=reviewer, now=at)
    except Refused:
        return  # the walk took a turn the rules do not allow: the event stays where it is


def _photo(number: int) -> Callable[[], SimpleUploadedFile]:
    """A drawn picture instead of a photo: shelves in changing colours."""
    rng = np.random.default_rng(number)
    image = Image.new("RGB", (1280, 960), tuple(int(c) for c in rng.integers(190, 235, 3)))
    draw = ImageDraw.Draw(image)
    for row in range(4):
        top = 80 + row * 215
        draw.rectangle((60, top + 170, 1220, top + 185), fill=(120, 100, 85))
        for column in range(10):
            left = 80 + column * 114
            height = int(rng.integers(70, 160))
            colour = tuple(int(c) for c in rng.integers(60, 220, 3))
            draw.rounded_rectangle((left, top + 170 - height, left + 84, top + 168), radius=10, fill=colour)
            draw.rectangle((left + 14, top + 130, left + 70, top + 150), fill=(245, 245, 240))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    data = buffer.getvalue()
    return lambda: SimpleUploadedFile(f"现场{number + 1}.jpg", data, content_type="image/jpeg")
