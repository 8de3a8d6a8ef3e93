"""Changes that a form cannot notice: the version of a row moves with every change, also one that an import makes."""

from typing import ClassVar

from django.db import migrations

VERSIONED = (
    "climate_emission",
    "climate_population",
    "climate_emissiontarget",
    "climate_measure",
    "climate_emissionnote",
)

VERSIONS = "".join(
    f"CREATE TRIGGER {table}_version BEFORE UPDATE ON {table}\n"
    "    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION budget_raise_version();\n"
    for table in VERSIONED
)
DROP = "".join(f"DROP TRIGGER {table}_version ON {table};\n" for table in VERSIONED)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("climate", "0001_initial"), ("budget", "0004_register_rules")]

    operations: ClassVar = [migrations.RunSQL(VERSIONS, reverse_sql=DROP)]
