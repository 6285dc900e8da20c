"""Counts of entities by grid, status and cell of the map, kept by the database itself (docs/algorithms/tally.md)."""

from django.db import migrations, models

CELL = """
    {row}bureau_code, {row}area_code, {row}status,
    floor({row}location_wgs84[0] * 1000)::int, floor({row}location_wgs84[1] * 1000)::int,
    coalesce(({row}location_wgs84[0] * 1e6)::bigint, 0), coalesce(({row}location_wgs84[1] * 1e6)::bigint, 0)
"""
FUNCTION = "RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN"


def side(table: str, sign: int) -> str:
    return f"SELECT {CELL.format(row='')}, {sign} FROM {table} WHERE merged_into_id IS NULL"  # noqa: S608 - names of this file only


def written(rows: str) -> str:
    return f"""
        INSERT INTO subjects_tallychange (bureau_code, area_code, status, x, y, number, lon, lat)
        SELECT b, a, s, x, y, sum(n), sum(n * lon), sum(n * lat) FROM ({rows}) AS t(b, a, s, x, y, lon, lat, n)
        GROUP BY b, a, s, x, y HAVING sum(n) <> 0 OR sum(n * lon) <> 0 OR sum(n * lat) <> 0;
    """  # noqa: S608 - names of this file only


TRIGGERS = [
    f"CREATE FUNCTION subjects_tally_came() {FUNCTION} {written(side('came', 1))} RETURN NULL; END $$",
    f"CREATE FUNCTION subjects_tally_went() {FUNCTION} {written(side('went', -1))} RETURN NULL; END $$",
    f"CREATE FUNCTION subjects_tally_changed() {FUNCTION}"
    f" {written(side('went', -1) + ' UNION ALL ' + side('came', 1))} RETURN NULL; END $$",
    "CREATE TRIGGER tally_came AFTER INSERT ON subjects_entity REFERENCING NEW TABLE AS came"
    " FOR EACH STATEMENT EXECUTE FUNCTION subjects_tally_came()",
    "CREATE TRIGGER tally_went AFTER DELETE ON subjects_entity REFERENCING OLD TABLE AS went"
    " FOR EACH STATEMENT EXECUTE FUNCTION subjects_tally_went()",
    "CREATE TRIGGER tally_changed AFTER UPDATE ON subjects_entity REFERENCING OLD TABLE AS went NEW TABLE AS came"
    " FOR EACH STATEMENT EXECUTE FUNCTION subjects_tally_changed()",
]
GONE = [
    "DROP TRIGGER tally_came ON subjects_entity",
    "DROP TRIGGER tally_went ON subjects_entity",
    "DROP TRIGGER tally_changed ON subjects_entity",
    "DROP FUNCTION subjects_tally_came(), subjects_tally_went(), subjects_tally_changed()",
]
CELLS = [
    ("bureau_code", models.CharField(max_length=12, verbose_name="局代码")),
    ("area_code", models.CharField(blank=True, default="", max_length=12, verbose_name="网格编码")),
    ("status", models.CharField(max_length=12, verbose_name="经营状态")),
    ("x", models.IntegerField(null=True, verbose_name="列")),
    ("y", models.IntegerField(null=True, verbose_name="行")),
    ("number", models.IntegerField(verbose_name="户数")),
    ("lon", models.BigIntegerField(verbose_name="经度和")),
    ("lat", models.BigIntegerField(verbose_name="纬度和")),
]


class Migration(migrations.Migration):
    dependencies = [("subjects", "0007_saved_filters_notify")]
    operations = [
        migrations.CreateModel(
            "Tally",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                *CELLS,
                ("zoom", models.PositiveSmallIntegerField(verbose_name="级别")),
            ],
            {
                "verbose_name": "主体计数",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bureau_code", "zoom", "x", "y", "area_code", "status"),
                        name="entity_tally_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "TallyChange",
            [("id", models.BigAutoField(primary_key=True, serialize=False)), *CELLS],
            {"verbose_name": "主体计数变动"},
        ),
        migrations.RunSQL(TRIGGERS, GONE),
    ]
