"""Counts of events kept by the database itself: triggers write what each act changes, a job adds it up (docs/algorithms/tally.md).

The triggers stand before the first count is made, so nothing is missed; the count reads one snapshot, so nothing is
counted twice. Only the making of the triggers locks the events, for as long as it takes.
"""

from django.db import migrations, models

DAY = "({row}reported_at AT TIME ZONE 'Asia/Shanghai')::date"
LIMITED = "{row}state = 'closed' AND {row}due_on IS NOT NULL"
IN_TIME = (
    LIMITED
    + " AND CASE WHEN {row}due_at IS NULL THEN ({row}closed_at AT TIME ZONE 'Asia/Shanghai')::date <= {row}due_on"
    " ELSE {row}closed_at <= {row}due_at END"
)
PLACE = f"{{row}}bureau_code, {DAY}, {{row}}area_code, {{row}}kind_id, {{row}}source"
COLUMNS = "bureau_code, day, area_code, kind, source, reported, open, closed, closed_with_limit, closed_in_time"
FUNCTION = "RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN"


def many(table: str, sign: str) -> str:
    """What rows that came or went with one statement change."""
    return f"""
        INSERT INTO events_tallychange ({COLUMNS})
        SELECT {PLACE.format(row="")}, {sign}count(*), {sign}count(*) FILTER (WHERE state NOT IN ('closed', 'merged')),
            {sign}count(*) FILTER (WHERE state = 'closed'), {sign}count(*) FILTER (WHERE {LIMITED.format(row="")}),
            {sign}count(*) FILTER (WHERE {IN_TIME.format(row="")})
        FROM {table} GROUP BY 1, 2, 3, 4, 5;
    """  # noqa: S608 - names of this file only


def one(row: str, sign: str) -> str:
    return f"""
        SELECT {PLACE.format(row=row)}, {sign}1, {sign}({row}state NOT IN ('closed', 'merged'))::int,
            {sign}({row}state = 'closed')::int, {sign}({LIMITED.format(row=row)})::int,
            {sign}(coalesce({IN_TIME.format(row=row)}, false))::int
    """


CHANGED = f"""
    INSERT INTO events_tallychange ({COLUMNS})
    SELECT b, d, a, k, s, sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)
    FROM ({one("OLD.", "-")} UNION ALL {one("NEW.", "")}) AS t(b, d, a, k, s, n1, n2, n3, n4, n5)
    GROUP BY b, d, a, k, s HAVING sum(n1) <> 0 OR sum(n2) <> 0 OR sum(n3) <> 0 OR sum(n4) <> 0 OR sum(n5) <> 0;
"""  # noqa: S608 - names of this file only
MOVED = """
    OLD.area_code <> NEW.area_code OR OLD.kind_id <> NEW.kind_id OR OLD.source <> NEW.source
    OR OLD.reported_at <> NEW.reported_at OR OLD.bureau_code <> NEW.bureau_code
    OR ((OLD.state IN ('closed', 'merged') OR NEW.state IN ('closed', 'merged'))
        AND (OLD.state, OLD.due_on, OLD.due_at, OLD.closed_at)
            IS DISTINCT FROM (NEW.state, NEW.due_on, NEW.due_at, NEW.closed_at))
"""
TRIGGERS = [
    f"CREATE FUNCTION events_tally_came() {FUNCTION} {many('came', '')} RETURN NULL; END $$",
    f"CREATE FUNCTION events_tally_went() {FUNCTION} {many('went', '-')} RETURN NULL; END $$",
    f"CREATE FUNCTION events_tally_changed() {FUNCTION} {CHANGED} RETURN NULL; END $$",
    "CREATE TRIGGER tally_came AFTER INSERT ON events_event REFERENCING NEW TABLE AS came"
    " FOR EACH STATEMENT EXECUTE FUNCTION events_tally_came()",
    "CREATE TRIGGER tally_went AFTER DELETE ON events_event REFERENCING OLD TABLE AS went"
    " FOR EACH STATEMENT EXECUTE FUNCTION events_tally_went()",
    "CREATE TRIGGER tally_changed AFTER UPDATE ON events_event"
    f" FOR EACH ROW WHEN ({MOVED}) EXECUTE FUNCTION events_tally_changed()",
]
GONE = [
    "DROP TRIGGER tally_came ON events_event",
    "DROP TRIGGER tally_went ON events_event",
    "DROP TRIGGER tally_changed ON events_event",
    "DROP FUNCTION events_tally_came(), events_tally_went(), events_tally_changed()",
]
COUNTS = [
    ("bureau_code", models.CharField(max_length=12, verbose_name="局代码")),
    ("day", models.DateField(verbose_name="上报日期")),
    ("area_code", models.CharField(blank=True, default="", max_length=12, verbose_name="网格编码")),
    ("kind", models.PositiveIntegerField(default=0, verbose_name="事项")),
    ("source", models.CharField(blank=True, default="", max_length=20, verbose_name="来源")),
    ("reported", models.IntegerField(verbose_name="上报")),
    ("open", models.IntegerField(verbose_name="未办结")),
    ("closed", models.IntegerField(verbose_name="已办结")),
    ("closed_with_limit", models.IntegerField(verbose_name="有期限的办结")),
    ("closed_in_time", models.IntegerField(verbose_name="按期办结")),
]
GRAINS = [("matter", "日、事项、来源"), ("place", "月、网格、来源"), ("both", "月、网格、事项")]


class Migration(migrations.Migration):
    dependencies = [("events", "0013_indexes_of_a_city")]
    operations = [
        migrations.CreateModel(
            "Tally",
            [
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                *COUNTS,
                ("grain", models.CharField(choices=GRAINS, max_length=6, verbose_name="粒度")),
            ],
            {
                "verbose_name": "事件计数",
                "indexes": [
                    models.Index(fields=["bureau_code", "grain", "area_code", "day"], name="tally_by_area"),
                    models.Index(fields=["bureau_code", "grain", "kind", "day"], name="tally_by_kind"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bureau_code", "grain", "day", "area_code", "kind", "source"), name="tally_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grain__in", ["matter", "place", "both"])), name="tally_grain_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "TallyChange",
            [("id", models.BigAutoField(primary_key=True, serialize=False)), *COUNTS],
            {"verbose_name": "事件计数变动"},
        ),
        migrations.RunSQL(TRIGGERS, GONE),
    ]
