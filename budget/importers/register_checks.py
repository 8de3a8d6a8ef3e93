"""Rules that the sheets of the budget room's registers share, and what their findings say."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_noop as n_

from roros.components import Text
from roros.workbooks.declare import Column, ColumnType
from roros.workbooks.kinds import Check

YEAR = Column("year", "År", ColumnType.YEAR, ("Budsjettår", "Årstall"), header_required=False, value_required=False)


def labels_of(model: type[models.Model]) -> dict[str, Text]:
    """This will return what people call the columns of a model's table, for the preview of an import."""
    return {str(field.column): field.verbose_name for field in model._meta.concrete_fields}


def year_known(sheet: str) -> Check:
    """This will return a check that refuses rows whose year neither the file nor the user told."""
    return Check(
        "register-year-unknown",
        sheet,
        "SELECT min(sheet_row) AS sheet_row, '' AS value FROM {stage}"
        " WHERE coalesce(year, %(year)s::int) IS NULL HAVING count(*) > 0",
    )


def date_in_century(sheet: str, column: str) -> Check:
    """This will return a check that refuses a date far from the year it belongs to, such as 1921 for 2021."""
    return Check(
        "date-far-off",
        sheet,
        f"""SELECT sheet_row, to_char({column}, 'DD.MM.YYYY') AS value, coalesce(year, %(year)s::int) AS year
            FROM {{stage}} WHERE extract(year FROM {column})
                NOT BETWEEN coalesce(year, %(year)s::int, 2000) - 20 AND coalesce(year, %(year)s::int, 2080) + 20""",
        column,
    )


def too_long(sheet: str, column: str, length: int) -> Check:
    """This will return a check that refuses texts that the register has no room for."""
    return Check(
        "text-too-long",
        sheet,
        f"""SELECT sheet_row, left({column}, 40) || '…' AS value, length({column}) AS length, {length} AS longest
            FROM {{stage}} WHERE length({column}) > {length}""",
        column,
    )


MESSAGES = {
    "register-year-unknown": n_(
        "Filen sier ikke hvilket år den gjelder. Velg året når du laster opp, eller legg til en kolonne «År»."
    ),
    "date-far-off": n_("Datoen %(value)s er langt unna %(year)s. Kontroller århundret."),
    "text-too-long": n_("Teksten «%(value)s» har %(length)s tegn. Det er plass til %(longest)s."),
    "unknown-rammeomrade": n_(
        "Rammeområde «%(value)s» er ukjent. Les inn organisasjonen først, eller rett nummeret i filen."
    ),
    "unknown-amendment": n_(
        "Budsjettendring «%(value)s» finnes ikke. Rett nummeret, eller les inn budsjettendringene først."
    ),
    "followup-without-case": n_("Oppfølgingen har organ eller dato, men ingen sak. Fyll inn saken, eller tøm feltene."),
    "status-date-in-future": n_("Statusen gjelder fra %(value)s, som er etter i dag. Rett datoen."),
    "case-number-unreadable": n_("«%(value)s» er ikke et saksnummer. Skriv det som 13/21."),
    "case-number-differs": n_(
        "Saksnummer %(value)s passer ikke med løpenummer %(number)s og år %(year)s. Rett ett av dem."
    ),
    "unit-differs": n_(
        "Indikatoren «%(indicator)s» har enheten «%(value)s» her og «%(other)s» i rad %(first_row)s. Bruk én enhet."
    ),
    "indicator-too-alike": n_(
        "«%(value)s» er så likt «%(other)s» at de får samme kode. Gi indikatoren et tydelig annet navn."
    ),
    "target-without-direction": n_("Målet %(value)s mangler retning. Skriv «min» eller «maks» først i merknaden."),
    "target-differs": n_(
        "Målet %(value)s er et annet enn i rad %(first_row)s for samme indikator og år. Behold ett mål."
    ),
    "unknown-theme": n_("Temaet «%(value)s» finnes ikke. Opprett det først, eller rett navnet."),
    "unknown-theme-code": n_(
        "%(dimension)s «%(value)s» finnes ikke i kontoplanen. Rett koden, eller les inn kontoplanen først."
    ),
    "printed-line-unclear": n_("Raden har verken rammeområde eller navnet «Total». Fyll inn rammeområdet."),
    "pupils-missing": n_("Raden for «%(value)s» har ingen tall. Fyll inn antallet for minst ett år."),
    "pupils-half": n_("Raden for «%(value)s» har bare ett av feltene år og antall. Fyll inn begge."),
    "pupils-two-layouts": n_("Arket har både kolonnen «Antall» og én kolonne per år. Behold én av delene."),
}
