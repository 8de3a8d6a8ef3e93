"""What is wrong in a workbook of the hr room, and what to do about it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as n_

MESSAGES = {
    "absence-above-agreed": n_(
        "Fraværet er %(value)s dagsverk, mer enn de %(agreed)s avtalte. Kontroller tallene i raden."
    ),
    "unknown-enhet": n_(
        "Enhet «%(value)s» er ukjent. Rett koden, eller registrer «%(name)s» som ny enhet før du leser inn filen."
    ),
    "new-enhet": n_("Enhet «%(value)s» (%(name)s) er ny og blir registrert."),
    "enhet-name-differs": n_("Enhet %(unit)s heter «%(value)s» her og «%(other)s» i rad %(first_row)s. Bruk ett navn."),
    "unknown-rammeomrade": n_(
        "Rammeområde «%(value)s» er ukjent. Les inn organisasjonen først, eller rett nummeret i filen."
    ),
    "unknown-virksomhet": n_("Virksomhet «%(value)s» finnes ikke. Rett koden, eller les inn organisasjonen først."),
    "control-percent-differs": n_(
        "Arket oppgir %(value)s prosent, men dagene i kvartalene gir %(computed)s. Ett av tallene er feil."
    ),
    "late-small-group": n_(
        "Enhet %(value)s har få ansatte, og kvartalet er vist før uten disse dagene. Den som har en eldre "
        "utskrift, kan regne ut forskjellen."
    ),
    "text-too-long": n_("Teksten «%(value)s» har %(length)s tegn. Det er plass til %(longest)s."),
    "unknown-control-list": n_(
        "Arket «%(value)s» er ikke en kjent liste. Gi det navnet på listen, for eksempel Tilsyn, eller legg "
        "til en kolonne «Type»."
    ),
    "unknown-control-kind": n_("«%(value)s» er ikke en kjent liste. Kjente lister er: %(known)s."),
    "control-file-empty": n_(
        "Filen har ingen av listene i internkontrollen. Arkene skal hete for eksempel Tilsyn eller Revisjon."
    ),
}
