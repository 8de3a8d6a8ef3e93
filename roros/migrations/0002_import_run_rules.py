"""A run can be confirmed for a worker; a run that was carried out is never taken back to an earlier state or deleted."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Undo reads what the run replaced from `base`, and a ledger line may be written only while its run is being committed:
# neither may be changed behind the figures' back.
RULES = """
CREATE FUNCTION roros_check_import_run() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state NOT IN ('committed', 'undone') THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'import % was carried out and is never deleted', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'committed_import_is_kept';
    END IF;
    IF NEW.state NOT IN ('committed', 'undone') OR (OLD.state = 'undone' AND NEW.state <> 'undone')
       OR (NEW.id, NEW.kind, NEW.file_id, NEW.base, NEW.committed_at) IS DISTINCT FROM
          (OLD.id, OLD.kind, OLD.file_id, OLD.base, OLD.committed_at) THEN
        RAISE EXCEPTION 'import % was carried out and can only be undone', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'committed_import_is_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER roros_import_run_rules BEFORE UPDATE OR DELETE ON roros_importrun
    FOR EACH ROW EXECUTE FUNCTION roros_check_import_run();
"""
DROP = """
DROP TRIGGER roros_import_run_rules ON roros_importrun;
DROP FUNCTION roros_check_import_run;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("roros", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField("importrun", "confirmed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "importrun",
            "confirmed_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("importrun", "notice", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.RunSQL(RULES, reverse_sql=DROP),
    ]
