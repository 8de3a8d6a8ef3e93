"""The ground floor: people and their roles, the organisation, and what was read in when."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RorosConfig(AppConfig):
    """The project package is an app as well, with what all rooms stand on."""

    name = "roros"
    verbose_name = _("Organisasjon og brukere")
