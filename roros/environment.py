"""Reads the environment variables that the settings, the command line and the launcher share."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

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


@dataclass(frozen=True)
class MailServer:
    """Where e-mail is handed over: `starttls` begins in plain text and switches, `tls` is encrypted from the start."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def mail_server(url: str) -> MailServer | None:
    """This will read `smtp://user:password@host:port` (or smtp+tls://, smtps://); None when nothing is given."""
    if not url:
        return None
    found = urlsplit(url)
    if found.scheme not in MAIL_PORTS or not found.hostname:
        raise ValueError(f"EMAIL_URL must be smtp://, smtp+tls:// or smtps:// and name a server, not {found.scheme}://")
    return MailServer(
        host=found.hostname,
        port=found.port or MAIL_PORTS[found.scheme],
        user=unquote(found.username or ""),
        password=unquote(found.password or ""),
        starttls=found.scheme == "smtp+tls",
        tls=found.scheme == "smtps",
    )


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
