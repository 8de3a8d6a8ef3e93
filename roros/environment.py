"""Reads the environment variables that the settings, the command line and the launcher share."""

import os
import secrets
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def data_folder() -> Path:
    """This will give the folder for what a running installation keeps on disk, made when it is missing."""
    folder = Path(os.environ.get("ROROS_DATA") or PROJECT / ".data")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def flag(name: str, *, default: bool) -> bool:
    """This will read a yes or no."""
    given = os.environ.get(name, "").strip().lower()
    return given in {"1", "true", "yes", "on"} if given else default


def number(name: str, default: int) -> int:
    """This will read a whole number."""
    return int(os.environ.get(name) or default)


def words(name: str, default: str = "") -> list[str]:
    """This will read a list with commas between."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secret_key() -> str:
    """This will give SECRET_KEY, or a random key that is made once and kept in the data folder."""
    if given := os.environ.get("SECRET_KEY"):
        return given
    kept = data_folder() / "secret_key"
    if not kept.exists():
        new = kept.with_suffix(f".{os.getpid()}")
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(50))
        try:
            os.link(new, kept)  # the first of two processes wins, the other one uses its key
        except FileExistsError:
            pass
        finally:
            new.unlink()
    return kept.read_text()
