"""How the workbook of investment projects looks: the year's list, and further sheets that may be left out."""

from __future__ import annotations

from investments.models import Area, FinancingKind, GrantStatus, ReportingPeriod, StatusWord
from roros.workbooks.declare import Column, ColumnType, Layout, Sheet


def _optional(name: str, label: str, kind: ColumnType, *synonyms: str, **options: object) -> Column:
    return Column(name, label, kind, synonyms, header_required=False, value_required=False, **options)  # type: ignore[arg-type]


def _labels(choices: type[StatusWord] | type[Area] | type[FinancingKind] | type[GrantStatus]) -> tuple[str, ...]:
    return tuple(str(choice.label) for choice in choices)


PROJECT = Column(
    "project", "Prosjektnr", ColumnType.CODE, ("Prosjektnummer", "Prosjektkode", "Investeringsnr", "Prosjekt nr")
)

INVESTERING = Sheet(
    name="investering",
    label="Investeringer",
    titles=("Investeringer", "Investeringsprosjekter", "Investering"),
    columns=(
        PROJECT,
        Column("name", "Prosjekt", ColumnType.TEXT, ("Prosjektnavn", "Investering", "Prosjekt(T)")),
        Column(
            "rammeomrade",
            "Rammeområde",
            ColumnType.INTEGER,
            ("Rammeområdenr", "Ramme", "Rammeområde nr"),
            inherit=True,
        ),
        Column(
            "rammeomrade_navn",
            "Rammeområdenavn",
            ColumnType.TEXT,
            ("Rammeområde(T)",),
            header_required=False,
            value_required=False,
            inherit=True,
        ),
        Column(
            "approved_total",
            "Vedtatt totalt",
            ColumnType.AMOUNT,
            ("Vedtatt ramme", "Totalbudsjett", "Ramme totalt", "Vedtatt"),
            minimum="0",
        ),
        Column(
            "accrued_total",
            "Påløpt totalt",
            ColumnType.AMOUNT,
            ("Påløpt", "Brukt i alt", "Akkumulert regnskap"),
            minimum="0",
        ),
        Column(
            "revised_budget",
            "Rev. bud.",
            ColumnType.AMOUNT,
            ("Revidert budsjett", "Rev budsjett", "Budsjett just."),
            minimum="0",
        ),
        Column("actual", "Regnskap", ColumnType.AMOUNT, ("Regnskap i år", "Årets regnskap")),
        _optional("status", "Status", ColumnType.CHOICE, choices=_labels(StatusWord)),
        _optional("text", "Statustekst", ColumnType.TEXT, "Kommentar til status", "Tekst"),
        _optional("is_other", "Øvrige prosjekter", ColumnType.BOOLEAN, "Øvrig prosjekt", "Øvrige"),
        _optional("note", "Merknad", ColumnType.TEXT),
    ),
    key=("project",),
)

PROSJEKT = Sheet(
    name="prosjekt",
    label="Prosjekter",
    titles=("Prosjekter", "Prosjektopplysninger"),
    columns=(
        PROJECT,
        _optional("short_name", "Kortnavn", ColumnType.TEXT),
        Column("responsible", "Ansvarlig rolle", ColumnType.TEXT, ("Ansvarlig", "Rolle"), value_required=False),
        _optional("note", "Merknad", ColumnType.TEXT),
    ),
    key=("project",),
    required=False,
)

VEDTAK = Sheet(
    name="vedtak",
    label="Vedtak",
    titles=("Vedtak", "Vedtak om rammen", "Rammevedtak"),
    columns=(
        PROJECT,
        Column("case_number", "Saksnr", ColumnType.TEXT, ("Saksnummer", "Sak")),
        Column("body", "Organ", ColumnType.TEXT, ("Vedtatt av",)),
        Column("decided_on", "Vedtaksdato", ColumnType.DATE, ("Dato",)),
        Column("total", "Ny ramme", ColumnType.AMOUNT, ("Ramme etter vedtaket",), minimum="0"),
        _optional("text", "Vedtak", ColumnType.TEXT, "Vedtakstekst", "Tekst"),
    ),
    key=("project", "case_number"),
    required=False,
)

FINANSIERING = Sheet(
    name="finansiering",
    label="Finansiering",
    titles=("Finansiering",),
    columns=(
        PROJECT,
        Column("kind", "Slag", ColumnType.CHOICE, ("Type", "Finansieringsslag"), choices=_labels(FinancingKind)),
        Column("source", "Kilde", ColumnType.TEXT, ("Tilskuddsgiver", "Långiver")),
        Column("amount", "Finansieringsbeløp", ColumnType.AMOUNT, ("Beløp",), minimum="0"),
        _optional("status", "Tilskuddsstatus", ColumnType.CHOICE, "Status", choices=_labels(GrantStatus)),
        _optional("status_on", "Statusdato", ColumnType.DATE, "Dato"),
        _optional("case_number", "Saksnr", ColumnType.TEXT, "Saksnummer"),
        _optional("note", "Merknad", ColumnType.TEXT),
    ),
    key=("project", "kind", "source"),
    required=False,
)

PROGNOSE = Sheet(
    name="prognose",
    label="Prognoser",
    titles=("Prognoser", "Prognose"),
    columns=(
        PROJECT,
        Column("made_on", "Prognosedato", ColumnType.DATE, ("Dato",)),
        Column("final_cost", "Forventet sluttkostnad", ColumnType.AMOUNT, ("Prognose", "Sluttprognose"), minimum="0"),
        _optional("completion", "Forventet ferdig", ColumnType.DATE, "Ferdigdato"),
        _optional("text", "Begrunnelse", ColumnType.TEXT, "Merknad"),
    ),
    key=("project", "made_on"),
    required=False,
)

STATUS = Sheet(
    name="status",
    label="Statusrapporter",
    titles=("Statusrapporter", "Statushistorikk"),
    columns=(
        PROJECT,
        Column("year", "År", ColumnType.YEAR, ("Rapportår",)),
        Column(
            "period",
            "Rapportperiode",
            ColumnType.CHOICE,
            ("Periode",),
            choices=tuple(str(period.label) for period in ReportingPeriod),
        ),
        Column("area", "Gjelder", ColumnType.CHOICE, ("Område",), choices=_labels(Area)),
        Column("status", "Status", ColumnType.CHOICE, choices=_labels(StatusWord)),
        _optional("text", "Statustekst", ColumnType.TEXT, "Tekst"),
        Column("reported_on", "Meldt dato", ColumnType.DATE, ("Dato",)),
        _optional("reason", "Grunn til endringen", ColumnType.TEXT, "Begrunnelse"),
        _optional("note", "Merknad", ColumnType.TEXT),
    ),
    key=("project", "year", "period", "area"),
    required=False,
)

LAYOUT = Layout(
    kind="investeringer",
    label="Investeringsprosjekter",
    sheets=(INVESTERING, PROSJEKT, VEDTAK, FINANSIERING, PROGNOSE, STATUS),
)
