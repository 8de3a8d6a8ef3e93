"""The tables that only a report has: units against the round's limits, balances, texts, forecasts and measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext as _

from budget.models import Explanation, Measure, Round
from budget.queries.limits import unit_figures
from roros.exports import ExportColumn, ExportTable, Kind, Value
from roros.periods import Period

Words = Mapping[str, object]  # a value and the word for it


def units_file(reporting: Round) -> ExportTable:
    """This will return every virksomhet with its figures to date, and whether it is over the limits of the round."""
    columns = [
        ExportColumn("kode", _("Kode")),
        ExportColumn("navn", _("Virksomhet")),
        ExportColumn("rammeomrade_nr", _("Rammeområde nr."), Kind.INTEGER),
        ExportColumn("regnskap", _("Regnskap hiå."), Kind.AMOUNT),
        ExportColumn("revidert_budsjett", _("Periodisert budsjett hiå."), Kind.AMOUNT),
        ExportColumn("avvik", _("Avvik hiå."), Kind.AMOUNT),
        ExportColumn("avvik_pst", _("Avvik i %%") % {}, Kind.PERCENT),
        ExportColumn("revidert_budsjett_aret", _("Revidert budsjett, hele året"), Kind.AMOUNT),
        ExportColumn("over_grensen", _("Over grensen"), Kind.BOOLEAN),
    ]
    units = sorted(unit_figures(reporting).values(), key=lambda unit: (unit.rammeomrade or 0, unit.virksomhet))
    rows: list[dict[str, Value]] = [
        {
            "kode": unit.virksomhet,
            "navn": unit.name,
            "rammeomrade_nr": unit.rammeomrade,
            "regnskap": unit.actual,
            "revidert_budsjett": unit.revised,
            "avvik": unit.deviation,
            "avvik_pst": unit.percent,
            "revidert_budsjett_aret": unit.revised_year,
            "over_grensen": unit.over_limit,
        }
        for unit in units
    ]
    return _file("virksomheter", columns, rows, _("Virksomhetene mot grensene for runden"))


def balances_file(reporting: Round) -> ExportTable:
    """This will return the balance to date of every account: what all other figures of the report are sums of."""
    columns = [
        ExportColumn("ansvar", _("Ansvar")),
        ExportColumn("ansvar_navn", _("Ansvarsnavn")),
        ExportColumn("tjeneste", _("Tjeneste")),
        ExportColumn("tjeneste_navn", _("Tjenestenavn")),
        ExportColumn("art", _("Art")),
        ExportColumn("art_navn", _("Artsnavn")),
        ExportColumn("prosjekt", _("Prosjekt")),
        ExportColumn("regnskap", _("Regnskap hiå."), Kind.AMOUNT),
        ExportColumn("opprinnelig_budsjett", _("Opprinnelig budsjett hiå."), Kind.AMOUNT),
        ExportColumn("revidert_budsjett", _("Revidert budsjett hiå."), Kind.AMOUNT),
    ]
    records = _select(
        """
        SELECT b.ansvar_id, a.name, b.tjeneste_id, t.name, b.art_id, k.name, b.prosjekt_id, b.actual, b.original,
               b.original + b.amended
        FROM budget_balance b JOIN roros_ansvar a ON a.code = b.ansvar_id
             JOIN budget_tjeneste t ON t.code = b.tjeneste_id JOIN budget_art k ON k.code = b.art_id
        WHERE b.year = %(year)s AND b.period = %(period)s
        ORDER BY b.ansvar_id COLLATE "C", b.tjeneste_id COLLATE "C", b.art_id COLLATE "C", b.prosjekt_id COLLATE "C"
        """,
        reporting,
    )
    return _file("saldo", columns, _rows(columns, records), _("Saldo per ansvar, tjeneste, art og prosjekt"))


def months_file(reporting: Round) -> ExportTable:
    """This will return what was booked on every account in each month through the round's period."""
    columns = [
        ExportColumn("ansvar", _("Ansvar")),
        ExportColumn("tjeneste", _("Tjeneste")),
        ExportColumn("art", _("Art")),
        ExportColumn("prosjekt", _("Prosjekt")),
        ExportColumn("periode", _("Periode"), Kind.INTEGER),
        ExportColumn("regnskap", _("Regnskap"), Kind.AMOUNT),
    ]
    records = _select(
        """
        SELECT ansvar_id, tjeneste_id, art_id, prosjekt_id, period, booked
        FROM (SELECT ansvar_id, tjeneste_id, art_id, prosjekt_id, period, actual - coalesce(lag(actual) OVER (
                  PARTITION BY ansvar_id, tjeneste_id, art_id, prosjekt_id ORDER BY period), 0) AS booked
              FROM budget_balance WHERE year = %(year)s AND period <= %(period)s) b
        WHERE booked <> 0
        ORDER BY ansvar_id COLLATE "C", tjeneste_id COLLATE "C", art_id COLLATE "C", prosjekt_id COLLATE "C", period
        """,
        reporting,
    )
    return _file("regnskap-maneder", columns, _rows(columns, records), _("Regnskap per måned"))


def explanations_file(reporting: Round) -> ExportTable:
    """This will return what the leaders said of the deviations, in the order of the organisation."""
    columns = [
        ExportColumn("niva", _("Nivå")),
        ExportColumn("kode", _("Kode")),
        ExportColumn("navn", _("Navn")),
        ExportColumn("slag", _("Slag")),
        ExportColumn("arsak", _("Årsak")),
        ExportColumn("konsekvens", _("Konsekvens")),
        ExportColumn("tiltak", _("Tiltak")),
        ExportColumn("forventet_effekt", _("Forventet effekt av tiltak"), Kind.AMOUNT),
        ExportColumn("revidert_budsjett", _("Revidert budsjett hiå. da forklaringen ble skrevet"), Kind.AMOUNT),
        ExportColumn("regnskap", _("Regnskap hiå. da forklaringen ble skrevet"), Kind.AMOUNT),
        ExportColumn("avvik", _("Avvik hiå. da forklaringen ble skrevet"), Kind.AMOUNT),
    ]
    records = _select(
        """
        SELECT e.level, e.code, coalesce(v.name, a.name, r.name, ''), e.kind, e.cause, e.consequence, e.measure,
               e.expected_effect, e.revised, e.actual
        FROM budget_explanation e
             LEFT JOIN roros_virksomhet v ON e.level = 'virksomhet' AND v.code = e.code
             LEFT JOIN roros_ansvar a ON e.level = 'ansvar' AND a.code = e.code
             LEFT JOIN roros_rammeomrade r ON e.level = 'rammeomrade' AND r.number::text = e.code
             LEFT JOIN LATERAL (
                  SELECT min(p.rammeomrade_id) AS area, min(p.virksomhet_id) AS unit FROM roros_plassering p
                  WHERE %(year)s BETWEEN p.from_year AND coalesce(p.to_year, 9999)
                    AND ((e.level = 'virksomhet' AND p.virksomhet_id = e.code)
                      OR (e.level = 'ansvar' AND p.ansvar_id = e.code))) w ON true
        WHERE e.round_id = %(round)s
        ORDER BY coalesce(w.area, CASE WHEN e.level = 'rammeomrade' THEN r.number END, 9999),
                 coalesce(w.unit, '') COLLATE "C",
                 array_position(ARRAY['rammeomrade', 'virksomhet', 'ansvar'], e.level::text), e.code COLLATE "C"
        """,
        reporting,
    )
    kinds: Words = dict(Explanation.Kind.choices)
    levels: Words = dict(Explanation.Level.choices)
    rows = [
        dict(zip([column.name for column in columns], _explanation(record, levels, kinds), strict=True))
        for record in records
    ]
    return _file("forklaringer", columns, rows, _("Forklaringer av avvik"))


def _explanation(record: tuple[Value, ...], levels: Words, kinds: Words) -> tuple[Value, ...]:
    level, code, name, kind, *texts, effect, revised, actual = record
    return (
        *(str(levels[str(level)]), code, name, str(kinds[str(kind)]), *texts, effect, revised, actual),
        revised - actual if isinstance(revised, Decimal) and isinstance(actual, Decimal) else None,
    )


def forecasts_file(reporting: Round) -> ExportTable:
    """This will return the forecasts that stand in the round: the newest one of each virksomhet and ansvar."""
    columns = [
        ExportColumn("virksomhet", _("Virksomhet")),
        ExportColumn("navn", _("Navn")),
        ExportColumn("ansvar", _("Ansvar")),
        ExportColumn("metode", _("Metode")),
        ExportColumn("foreslatt", _("Foreslått"), Kind.AMOUNT),
        ExportColumn("prognose", _("Prognose"), Kind.AMOUNT),
        ExportColumn("revidert_budsjett_aret", _("Revidert budsjett, hele året"), Kind.AMOUNT),
        ExportColumn("prognoseavvik", _("Prognoseavvik"), Kind.AMOUNT),
        ExportColumn("begrunnelse", _("Begrunnelse")),
    ]
    records = _select(
        """
        WITH budgets AS (
            SELECT p.virksomhet_id AS unit, b.ansvar_id AS ansvar, sum(b.original + b.amended) AS revised
            FROM budget_balance b JOIN roros_plassering p ON p.ansvar_id = b.ansvar_id
                 AND b.year BETWEEN p.from_year AND coalesce(p.to_year, 9999)
            WHERE b.year = %(year)s AND b.period = 13 GROUP BY 1, 2),
        standing AS (
            SELECT DISTINCT ON (virksomhet_id, ansvar_id) * FROM budget_forecast WHERE round_id = %(round)s
            ORDER BY virksomhet_id, ansvar_id, id DESC),
        measured AS (
            SELECT f.*, coalesce((SELECT sum(revised) FROM budgets WHERE unit = f.virksomhet_id
                                  AND (f.ansvar_id IS NULL OR ansvar = f.ansvar_id)), 0.00) AS revised
            FROM standing f)
        SELECT f.virksomhet_id, coalesce(a.name, v.name), coalesce(f.ansvar_id, ''), f.method, f.proposed, f.amount,
               f.revised, f.revised - f.amount, f.reason
        FROM measured f JOIN roros_virksomhet v ON v.code = f.virksomhet_id
             LEFT JOIN roros_ansvar a ON a.code = f.ansvar_id
        ORDER BY f.virksomhet_id COLLATE "C", coalesce(f.ansvar_id, '') COLLATE "C"
        """,
        reporting,
    )
    return _file("prognoser", columns, _rows(columns, records), _("Prognoser for %(year)s") % {"year": reporting.year})


def measures_file(reporting: Round) -> ExportTable:
    """This will return the measures of the year as they stand, with expected and realised effect."""
    columns = [
        ExportColumn("virksomhet", _("Virksomhet")),
        ExportColumn("navn", _("Virksomhetsnavn")),
        ExportColumn("tiltak", _("Tiltak")),
        ExportColumn("beskrivelse", _("Beskrivelse")),
        ExportColumn("ansvarlig", _("Ansvarlig")),
        ExportColumn("status", _("Status")),
        ExportColumn("frist", _("Frist"), Kind.DATE),
        ExportColumn("forventet_effekt", _("Forventet effekt"), Kind.AMOUNT),
        ExportColumn("oppnadd_effekt", _("Oppnådd effekt"), Kind.AMOUNT),
    ]
    measures = Measure.objects.filter(year=reporting.year).select_related("virksomhet")
    rows: list[dict[str, Value]] = [
        {
            "virksomhet": row.virksomhet_id,
            "navn": row.virksomhet.name,
            "tiltak": row.title,
            "beskrivelse": row.description,
            "ansvarlig": row.owner,
            "status": str(row.get_status_display()),
            "frist": row.deadline,
            "forventet_effekt": row.expected_effect,
            "oppnadd_effekt": row.realised_effect,
        }
        for row in measures.order_by("virksomhet_id", "pk")
    ]
    return _file("tiltak", columns, rows, _("Tiltak %(year)s") % {"year": reporting.year})


def steps_file(reporting: Round) -> ExportTable:
    """This will return on which day each virksomhet delivered, and its report was approved and assured."""
    columns = [
        ExportColumn("virksomhet", _("Virksomhet")),
        ExportColumn("navn", _("Navn")),
        ExportColumn("levert", _("Levert"), Kind.DATE),
        ExportColumn("godkjent", _("Godkjent"), Kind.DATE),
        ExportColumn("kvalitetssikret", _("Kvalitetssikret"), Kind.DATE),
    ]
    records = _select(
        """
        SELECT t.virksomhet_id, v.name,
               max((s.at AT TIME ZONE 'Europe/Oslo')::date) FILTER (WHERE s.state = 'levert'),
               max((s.at AT TIME ZONE 'Europe/Oslo')::date) FILTER (WHERE s.state = 'godkjent'),
               max((s.at AT TIME ZONE 'Europe/Oslo')::date) FILTER (WHERE s.state = 'kvalitetssikret')
        FROM budget_roundtask t JOIN roros_virksomhet v ON v.code = t.virksomhet_id
             LEFT JOIN budget_taskstep s ON s.task_id = t.id
        WHERE t.round_id = %(round)s GROUP BY t.virksomhet_id, v.name, t.rammeomrade_id
        ORDER BY t.rammeomrade_id, t.virksomhet_id COLLATE "C"
        """,
        reporting,
    )
    return _file("innlevering", columns, _rows(columns, records), _("Levert, godkjent og kvalitetssikret"))


def _select(sql: str, reporting: Round) -> list[tuple[Value, ...]]:
    period = Period(reporting.year, reporting.period).rollup_number
    with connection.cursor() as cursor:
        cursor.execute(sql, {"year": reporting.year, "period": period, "round": reporting.pk})
        rows: list[tuple[Value, ...]] = cursor.fetchall()
    return rows


def _rows(columns: Sequence[ExportColumn], records: Sequence[tuple[Value, ...]]) -> list[dict[str, Value]]:
    names = [column.name for column in columns]
    return [dict(zip(names, record, strict=True)) for record in records]


def _file(name: str, columns: Sequence[ExportColumn], rows: Sequence[dict[str, Value]], title: str) -> ExportTable:
    return ExportTable(name, columns, rows, title=title)
