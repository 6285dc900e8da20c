"""The lane of a grant is the lane of its role: a composite foreign key, which Django has no word for."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_units_people_grants_certificates")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE accounts_role ADD CONSTRAINT role_code_and_lane UNIQUE (code, lane);
            ALTER TABLE accounts_grant ADD CONSTRAINT grant_lane_is_its_roles
                FOREIGN KEY (role_id, lane) REFERENCES accounts_role (code, lane);
            """,
            """
            ALTER TABLE accounts_grant DROP CONSTRAINT grant_lane_is_its_roles;
            ALTER TABLE accounts_role DROP CONSTRAINT role_code_and_lane;
            """,
        )
    ]
