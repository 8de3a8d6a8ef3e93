"""The front-end files: fetched, checked and of the right versions."""

import json
import re
import sys
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from roros.frontend import fonts, vendor

PLAIN = "æøåÆØÅáÁïÏöÖäÄéÉ0123456789–—−·…«»„“”’€\N{NO-BREAK SPACE}"


def test_everything_is_in_place() -> None:
    assert vendor.is_complete()


def test_every_file_has_a_licence_beside_it() -> None:
    packages = {source.split("/")[-2] if "LICENSE" in source else "" for source in vendor.FILES.values()} - {""}
    licensed = {Path(name).stem for name in vendor.expected_sums() if name.startswith("LICENSES/")}
    assert len(licensed) == len(packages) == 4


def test_plotly_in_the_browser_is_the_one_python_draws_for() -> None:
    bundled = files("plotly").joinpath("package_data", "plotly.min.js").read_text()[:200]
    found = re.search(r"plotly\.js v([\d.]+)", bundled)
    wanted = json.loads((vendor.HERE / "package.json").read_text())["dependencies"]["plotly.js-basic-dist-min"]
    assert found
    assert found[1] == wanted
    assert wanted in (vendor.VENDOR / "plotly-basic.min.js").read_text()[:200]
    assert version("plotly").split(".")[0] == "7"


def test_locked_versions_are_the_ones_asked_for() -> None:
    asked = json.loads((vendor.HERE / "package.json").read_text())["dependencies"]
    lock = json.loads((vendor.HERE / "package-lock.json").read_text())["packages"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert all(entry["integrity"].startswith("sha512-") for name, entry in lock.items() if name)
    assert not any("resolved" in entry for entry in lock.values())


def test_style_rules_come_out_in_the_order_that_plotly_gives_them() -> None:
    script = """x={"X,X div":'font:"A";',"X .b":"top:0;",Y:"left:0;","Y p":'content:"";'};for(k in x)add(k)"""
    assert vendor.plotly_css(script) == (
        '.plotly-notifier p{content:"";}\n'
        ".plotly-notifier{left:0;}\n"
        ".js-plotly-plot .plotly .b{top:0;}\n"
        '.js-plotly-plot .plotly,.js-plotly-plot .plotly div{font:"A";}\n'
    )


def test_all_style_rules_of_the_pinned_bundle_are_found() -> None:
    css = vendor.plotly_css((vendor.VENDOR / "plotly-basic.min.js").read_text())
    assert len(css.splitlines()) == 66
    assert css == (vendor.VENDOR / "plotly.css").read_text()


def test_another_build_of_plotly_is_noticed() -> None:
    with pytest.raises(vendor.VendorError, match="has its build changed"):
        vendor.plotly_css("nothing of the kind")


def test_npm_of_the_python_package_is_used_where_the_machine_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert vendor.npm_command()[0] == sys.executable


def test_the_fonts_hold_the_letters_that_pages_write() -> None:
    found = {name: TTFont(vendor.VENDOR / name) for name in fonts.CUTS}
    for name, letters in (("inter", PLAIN), ("source-serif-4", PLAIN), ("inter-sami", "ČčĐđŊŋŠšŦŧŽž")):
        held = found[f"{name}.woff2"].getBestCmap()
        assert [letter for letter in letters if ord(letter) not in held] == []
    axes = {axis.axisTag: (axis.minValue, axis.maxValue) for axis in found["inter.woff2"]["fvar"].axes}
    assert axes == {"wght": (400, 600)}
    assert sum((vendor.VENDOR / name).stat().st_size for name in ("inter.woff2", "source-serif-4.woff2")) < 40_000


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An npm on the PATH that delivers small packages, and a project that wants them."""
    folder = tmp_path / "delivered"
    for source in vendor.FILES.values():
        (folder / source).parent.mkdir(parents=True, exist_ok=True)
        (folder / source).write_text(source)
    for one in fonts.CUTS.values():
        (folder / one.source).parent.mkdir(parents=True, exist_ok=True)
        (folder / one.source).write_bytes((vendor.VENDOR / "inter.woff2").read_bytes())
    (folder / vendor.PLOTLY).write_text('x={"X,X div":"a:b;"};for(k in x)add(k)')
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(f"#!/bin/sh\n/bin/cp -r {folder} node_modules\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(npm.parent))
    here = tmp_path / "frontend"
    here.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc", "theme.css"):
        (here / name).write_bytes((vendor.HERE / name).read_bytes())
    monkeypatch.setattr(vendor, "HERE", here)
    monkeypatch.setattr(vendor, "SUMS", here / "sha256sums.txt")
    monkeypatch.setattr(vendor, "VENDOR", tmp_path / "static" / "vendor")
    return folder


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["vendor", *arguments])
    vendor.main()


def test_files_are_accepted_once_and_then_checked(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, "--write-sums")
    assert vendor.is_complete()
    (vendor.VENDOR / "theme.css").write_text("changed by hand")
    with pytest.raises(SystemExit, match="1"):
        run(monkeypatch, "--check")
    run(monkeypatch)
    with pytest.raises(SystemExit, match="0"):
        run(monkeypatch, "--check")


def test_files_that_nobody_reviewed_are_refused(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, "--write-sums")
    before = vendor.sums(vendor.VENDOR)
    (packages / vendor.FILES["designsystemet.css"]).write_text("another style")
    with pytest.raises(SystemExit, match=r"not the ones that were reviewed: designsystemet\.css"):
        run(monkeypatch)
    assert vendor.sums(vendor.VENDOR) == before
