"""What we store about climate: emissions per sector and gas, people to share them, targets, measures and remarks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from roros.models.organisation import FIRST_YEAR, LAST_YEAR
from roros.tracking import tracked, version_field

SECTORS = (
    "Annen mobil forbrenning",
    "Avfall og avløp",
    "Energiforsyning",
    "Industri, olje og gass",
    "Jordbruk",
    "Luftfart",
    "Oppvarming",
    "Sjøfart",
    "Veitrafikk",
)
GASES = ("CO2", "CH4", "N2O", "HFK", "PFK", "SF6")
YEARS = (FIRST_YEAR, LAST_YEAR)


@tracked(exclude=("version",))
class Emission(models.Model):
    """What a sector in a municipality let out of one gas in a year, in tonnes of CO₂ equivalents. Sums are computed."""

    municipality = models.CharField(_("kommune"), max_length=100)
    municipality_number = models.CharField(_("kommunenummer"), max_length=4, blank=True, default="", db_default="")
    county = models.CharField(_("fylke"), max_length=100, blank=True, default="", db_default="")
    year = models.PositiveSmallIntegerField(_("år"))
    sector = models.CharField(_("sektor"), max_length=60, choices=[(sector, sector) for sector in SECTORS])
    gas = models.CharField(_("klimagass"), max_length=10, choices=[(gas, gas) for gas in GASES])
    tonnes = models.DecimalField(_("utslipp i tonn CO₂-ekvivalenter"), max_digits=18, decimal_places=6)
    version = version_field()

    class Meta:
        verbose_name = _("utslipp")
        verbose_name_plural = _("utslipp")
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "year", "sector", "gas"),
                name="emission_once",
                violation_error_message=_("Utslippet finnes fra før. Endre det i stedet."),
            ),
            models.CheckConstraint(condition=~Q(municipality=""), name="emission_has_municipality"),
            models.CheckConstraint(
                condition=Q(tonnes__gte=0), name="emission_not_negative", violation_error_message=_("Minst 0 tonn.")
            ),
            models.CheckConstraint(condition=Q(year__range=YEARS), name="emission_year"),
            models.CheckConstraint(condition=Q(sector__in=SECTORS), name="emission_sector_is_known"),
            models.CheckConstraint(condition=Q(gas__in=GASES), name="emission_gas_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.municipality} {self.year}: {self.sector}, {self.gas}"


@tracked(exclude=("version",))
class Population(models.Model):
    """How many people lived in a municipality at the beginning of a year."""

    municipality = models.CharField(_("kommune"), max_length=100)
    year = models.PositiveSmallIntegerField(_("år"))
    inhabitants = models.PositiveIntegerField(_("innbyggere"))
    source = models.TextField(_("kilde"), blank=True, default="", db_default="")
    version = version_field()

    class Meta:
        verbose_name = _("folketall")
        verbose_name_plural = _("folketall")
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "year"),
                name="population_once",
                violation_error_message=_("Folketallet finnes fra før. Endre det i stedet."),
            ),
            models.CheckConstraint(
                condition=~Q(municipality="") & Q(year__range=YEARS), name="population_has_municipality_and_year"
            ),
            models.CheckConstraint(
                condition=Q(inhabitants__gt=0),
                name="population_is_positive",
                violation_error_message=_("Folketallet må være over 0."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.municipality} {self.year}"


@tracked(exclude=("version",))
class EmissionTarget(models.Model):
    """How much lower emissions shall be in a year than in a base year, and the tonnes that were printed for it."""

    class Basis(models.TextChoices):
        """Which of two figures that disagree the pages follow."""

        PERCENT = "prosent", _("Prosenten")
        PRINTED = "tonn", _("Det oppgitte tallet")

    name = models.CharField(_("mål"), max_length=200)
    municipality = models.CharField(_("kommune"), max_length=100)
    base_year = models.PositiveSmallIntegerField(_("basisår"))
    target_year = models.PositiveSmallIntegerField(_("målår"))
    percent = models.DecimalField(_("reduksjon i prosent"), max_digits=7, decimal_places=3)
    printed_tonnes = models.DecimalField(
        _("oppgitt mål i tonn"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    basis = models.CharField(
        _("gjelder"), max_length=10, choices=Basis, default=Basis.PERCENT, db_default=Basis.PERCENT.value
    )
    decision = models.TextField(_("vedtatt i"), blank=True, default="", db_default="")
    source = models.TextField(_("kilde til det oppgitte tallet"), blank=True, default="", db_default="")
    version = version_field()

    class Meta:
        verbose_name = _("klimamål")
        verbose_name_plural = _("klimamål")
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "target_year"),
                name="emission_target_once",
                violation_error_message=_("Kommunen har et mål for dette året fra før. Endre det i stedet."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(municipality=""), name="emission_target_has_name_and_municipality"
            ),
            models.CheckConstraint(
                condition=Q(base_year__range=YEARS)
                & Q(target_year__range=YEARS)
                & Q(target_year__gt=models.F("base_year")),
                name="emission_target_years",
                violation_error_message=_("Målåret må være etter basisåret."),
            ),
            models.CheckConstraint(
                condition=Q(percent__gt=0) & Q(percent__lte=100),
                name="emission_target_percent",
                violation_error_message=_("Reduksjonen må være over 0 og høyst 100 prosent."),
            ),
            models.CheckConstraint(
                condition=Q(printed_tonnes__isnull=True) | Q(printed_tonnes__gte=0),
                name="emission_target_tonnes_not_negative",
                violation_error_message=_("Minst 0 tonn."),
            ),
            models.CheckConstraint(
                condition=Q(basis="prosent") | Q(basis="tonn", printed_tonnes__isnull=False),
                name="emission_target_basis",
                violation_error_message=_("Skriv tallet som er oppgitt, når det er det som gjelder."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.target_year}"


@tracked(exclude=("version",))
class Measure(models.Model):
    """Something the municipality does to bring emissions down."""

    class Status(models.TextChoices):
        """How far it has come; the word is stored and shown."""

        NOT_STARTED = "ikke startet", _("Ikke startet")
        ON_PLAN = "iht. plan", _("Iht. plan")
        DELAYED = "forsinket", _("Forsinket")
        DONE = "ferdig", _("Ferdig")
        NOT_ASSESSED = "ikke vurdert", _("Ikke vurdert")

    number = models.PositiveSmallIntegerField(_("nr"), unique=True)
    title = models.CharField(_("tiltak"), max_length=300)
    text = models.TextField(_("beskrivelse"), blank=True, default="", db_default="")
    sector = models.CharField(
        _("sektor"),
        max_length=60,
        choices=[(sector, sector) for sector in SECTORS],
        blank=True,
        default="",
        db_default="",
    )
    responsible_role = models.CharField(_("ansvarlig (rolle)"), max_length=200, blank=True, default="", db_default="")
    deadline = models.DateField(_("frist"), null=True, blank=True)
    cost = models.DecimalField(_("kostnad"), max_digits=16, decimal_places=2, null=True, blank=True)
    effect_tonnes = models.DecimalField(
        _("årlig virkning i tonn CO₂-ekvivalenter"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    status = models.CharField(_("status"), max_length=20, choices=Status)
    status_on = models.DateField(_("status per"), null=True, blank=True)
    note = models.TextField(_("merknad"), blank=True, default="", db_default="")
    version = version_field()

    class Meta:
        verbose_name = _("klimatiltak")
        verbose_name_plural = _("klimatiltak")
        constraints = (
            models.CheckConstraint(condition=~Q(title="") & Q(number__gt=0), name="measure_has_title_and_number"),
            models.CheckConstraint(
                condition=Q(status__in=("ikke startet", "iht. plan", "forsinket", "ferdig", "ikke vurdert")),
                name="measure_status_is_known",
            ),
            models.CheckConstraint(condition=Q(sector="") | Q(sector__in=SECTORS), name="measure_sector_is_known"),
            models.CheckConstraint(
                condition=Q(deadline__isnull=True) | Q(deadline__year__range=YEARS),
                name="measure_deadline_in_range",
                violation_error_message=_("Fristen er utenfor 1990–2100. Kontroller århundret."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


@tracked(exclude=("version",))
class EmissionNote(models.Model):
    """What a reader should know about a sector's figure: that two printed figures disagree, for example."""

    municipality = models.CharField(_("kommune"), max_length=100)
    year = models.PositiveSmallIntegerField(_("år"))
    sector = models.CharField(_("sektor"), max_length=60, choices=[(sector, sector) for sector in SECTORS])
    text = models.TextField(_("merknad"))
    version = version_field()

    class Meta:
        verbose_name = _("merknad til utslipp")
        verbose_name_plural = _("merknader til utslipp")
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "year", "sector"),
                name="emission_note_once",
                violation_error_message=_("Tallet har en merknad fra før. Endre den i stedet."),
            ),
            models.CheckConstraint(
                condition=~Q(municipality="") & ~Q(text="") & Q(year__range=YEARS), name="emission_note_is_whole"
            ),
            models.CheckConstraint(condition=Q(sector__in=SECTORS), name="emission_note_sector_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.municipality} {self.year}: {self.sector}"
