"""Cuts the fonts down to what the pages write: Norwegian and Sami letters, figures, signs, and the weights in use.

Fontsource splits each face by script. The letters of Sami names stand in its second file; they are cut out to a small
file of their own, which a browser fetches only for a page with such a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

SAMI = "ČčĐđŊŋŠšŦŧŽžǤǥǦǧǨǩƷʒǮǯ"
LATIN = "".join(map(chr, range(0x20, 0x7F))) + (
    "\N{NO-BREAK SPACE}«»·°§©×÷±²³½¼´¨ÆØÅæøåÁÀÂÄÃÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝáàâäãçéèêëíìîïñóòôöõúùûüýÿß"
    "–—‘’‚“”„•…−↑↓€\N{THIN SPACE}"
)
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum"]


@dataclass(frozen=True)
class Cut:
    """One file to make: of which package file, which letters, and which weights; one weight, or a span of them."""

    source: str
    letters: str
    weights: float | tuple[float, float]


INTER = "@fontsource-variable/inter/files/inter-{}-wght-normal.woff2"
SERIF = "@fontsource-variable/source-serif-4/files/source-serif-4-{}-wght-normal.woff2"
CUTS = {
    "inter.woff2": Cut(INTER.format("latin"), LATIN, (400, 600)),
    "inter-sami.woff2": Cut(INTER.format("latin-ext"), SAMI, (400, 600)),
    "source-serif-4.woff2": Cut(SERIF.format("latin"), LATIN, 600),
    "source-serif-4-sami.woff2": Cut(SERIF.format("latin-ext"), SAMI, 600),
}


def cut(packages: Path, name: str, target: Path) -> None:
    """This will make one of the files; the same source and versions give the same bytes."""
    wanted = CUTS[name]
    font = TTFont(packages / wanted.source, recalcTimestamp=False)
    options = subset.Options(flavor="woff2", layout_features=FEATURES, hinting=False, notdef_outline=True)
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=wanted.letters)
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, {"wght": wanted.weights})
    font.flavor = "woff2"
    font.save(target)
