"""The files of the demo and how each is read in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class DemoFile:
    """One workbook of the demo, named as the municipality's systems would name it."""

    name: str
    kind: str
    year: int | None = None  # for a file that does not tell its year

    @property
    def path(self) -> Path:
        """This will return where the workbook lies."""
        return FOLDER / self.name


# In the order in which they build on each other.
FILES = (
    DemoFile("organisasjon-2021.xlsx", "organisasjon"),
    DemoFile("opprinnelig-budsjett-2021.xlsx", "budsjett"),
    DemoFile("regnskap-2020.xlsx", "regnskap"),
    DemoFile("regnskap-2021.xlsx", "regnskap"),
    DemoFile("budsjettendringer-2021.xlsx", "budsjettendringer"),
    DemoFile("investeringer-2021.xlsx", "investeringer"),
    DemoFile("politiske-saker-2021.xlsx", "saker"),
    DemoFile("verbalvedtak-2021.xlsx", "verbalvedtak", 2021),
    DemoFile("handlingsregler-2021.xlsx", "maltall"),
    DemoFile("temaer-2021.xlsx", "temaer"),
    DemoFile("korona-tilskudd-2021.xlsx", "koronatilskudd", 2021),
    DemoFile("elevtall.xlsx", "elevtall"),
    DemoFile("sykefravaer-2019-2021.xlsx", "sykefravaer"),
    DemoFile("sykefravaer-mal-2021.xlsx", "sykefravaer-mal"),
    DemoFile("hr-nokkeltall.xlsx", "hr-nokkeltall"),
    DemoFile("internkontroll-2021.xlsx", "internkontroll"),
    DemoFile("sjekkliste-2021.xlsx", "sjekkliste"),
    DemoFile("klimagassutslipp.xlsx", "klima"),
    DemoFile("folketall.xlsx", "befolkning"),
    DemoFile("klimatiltak-2021.xlsx", "klimatiltak"),
)


@dataclass(frozen=True)
class Adoption:
    """When the council adopted the original budget. The annual report does not tell: constructed, see docs/demo.md."""

    year: int
    adopted_on: date
    case_number: str
    body: str


ADOPTION = Adoption(year=2021, adopted_on=date(2020, 12, 17), case_number="20/854", body="Kommunestyret")
