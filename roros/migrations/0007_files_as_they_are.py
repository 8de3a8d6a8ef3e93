"""Workbooks are zip files: compressing them again costs time at every upload and saves nothing."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("roros", "0006_password_dates")]

    operations: ClassVar = [
        migrations.RunSQL(
            "ALTER TABLE roros_storedfile ALTER COLUMN content SET STORAGE EXTERNAL",
            reverse_sql="ALTER TABLE roros_storedfile ALTER COLUMN content SET STORAGE EXTENDED",
        )
    ]
