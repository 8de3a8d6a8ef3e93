"""Trigrams, so that a search forgives a wrong letter. The extension comes with PostgreSQL and needs no superuser."""

from typing import ClassVar

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("roros", "0003_hr_role")]

    operations: ClassVar = [TrigramExtension()]
