"""Files as they came in, into the database and out again."""

from __future__ import annotations

import hashlib
import io
import struct
from contextlib import suppress
from datetime import UTC, datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from roros.models import StoredFile

_SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + struct.pack("!ii", 0, 0)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def store(content: bytes) -> StoredFile:
    """This will keep the content once, however often it comes, and return where it is."""
    sha256 = hashlib.sha256(content).hexdigest()
    # Somebody else may send the same file in the same moment: theirs is as good.
    with suppress(IntegrityError), transaction.atomic():
        if not StoredFile.objects.filter(sha256=sha256).exists():
            _copy(sha256, content)
    return StoredFile.objects.defer("content").get(sha256=sha256)


def _copy(sha256: str, content: bytes) -> None:
    """COPY in binary: an INSERT would write every byte of a large file as two letters, and read them again."""
    stored_at = (timezone.now() - _EPOCH).total_seconds() * 1_000_000
    fields = (sha256.encode(), content, struct.pack("!q", len(content)), struct.pack("!q", round(stored_at)))
    row = struct.pack("!h", len(fields)) + b"".join(struct.pack("!i", len(field)) + field for field in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY roros_storedfile (sha256, content, size, stored_at) FROM STDIN (FORMAT binary)",
            io.BytesIO(_SIGNATURE + row + struct.pack("!h", -1)),
        )


def content_of(sha256: str) -> bytes:
    """This will return the file's bytes; StoredFile.DoesNotExist for an unknown sum."""
    return bytes(StoredFile.objects.only("content").get(pk=sha256).content)
