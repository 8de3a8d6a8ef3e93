"""What a user teaches the engine about codes it does not know."""

from __future__ import annotations

from django.db import transaction

from roros.models import CodeMapping, User


@transaction.atomic
def remember_code(*, kind: str, column: str, seen: str, use: str, by: User) -> CodeMapping:
    """This will read `seen` as `use` in that column of this kind of file, now and later."""
    mapping, _new = CodeMapping.objects.update_or_create(
        kind=kind, column=column, seen=seen, defaults={"use": use, "created_by": by}
    )
    return mapping
