"""A row's version is raised by the database: a form that was opened before an import is told as well."""

from typing import ClassVar

from django.db import migrations

VERSIONED = ("hr_sickleave", "hr_sickleavetarget", "hr_stafffigure", "hr_controlitem", "hr_checklistanswer")

VERSIONS = """
CREATE FUNCTION hr_raise_version() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_version BEFORE UPDATE ON {table}\n"
    "    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION hr_raise_version();\n"
    for table in VERSIONED
)
DROP = (
    "".join(f"DROP TRIGGER {table}_version ON {table};\n" for table in VERSIONED) + "DROP FUNCTION hr_raise_version;\n"
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("hr", "0001_initial")]

    operations: ClassVar = [migrations.RunSQL(VERSIONS, reverse_sql=DROP)]
