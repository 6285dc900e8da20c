from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evidence", "0007_measures_by_clock")]

    operations = [
        migrations.RemoveConstraint(
            model_name="measure",
            name="measure_in_force_has_limit",
        ),
        migrations.RemoveIndex(
            model_name="measure",
            name="measure_by_due",
        ),
        migrations.RemoveField(
            model_name="measure",
            name="approve_by",
        ),
        migrations.RemoveField(
            model_name="measure",
            name="due_on",
        ),
        migrations.RemoveField(
            model_name="measure",
            name="extended_on",
        ),
        migrations.RemoveField(
            model_name="measure",
            name="extension_days",
        ),
        migrations.RemoveField(
            model_name="measure",
            name="warned_on",
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "in_force"), _negated=True),
                    models.Q(("clock__isnull", False), ("started_on__isnull", False)),
                    _connector="OR",
                ),
                name="measure_in_force_has_clock",
            ),
        ),
    ]
