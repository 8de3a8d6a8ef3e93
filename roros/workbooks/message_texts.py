"""What each code of a finding says in bokmål. `%(value)s` is what stands in the cell."""

from __future__ import annotations

from django.utils.translation import gettext_noop as n_

# The file as a whole
_FILE = {
    "empty-file": n_("Filen er tom. Eksporter den på nytt og prøv igjen."),
    "file-too-large": n_("Filen er på %(size)s MB. Grensen er %(limit)s MB. Del den opp, for eksempel per år."),
    "not-a-workbook": n_(
        "Filen er ikke et regneark. Last opp en Excel-fil (.xlsx, .xls), en .ods eller en tekstfil (.csv)."
    ),
    "web-page": n_(
        "Filen er en nettside eller en XML-fil med navn som et regneark. Åpne den i Excel og lagre den som .xlsx."
    ),
    "binary-workbook": n_("Filen er lagret i det binære formatet .xlsb. Åpne den i Excel og lagre den som .xlsx."),
    "damaged-file": n_(
        "Filen er skadet eller bare delvis overført. Åpne den i Excel, lagre den på nytt og prøv igjen."
    ),
    "encrypted": n_(
        "Filen er beskyttet med passord. Fjern passordet i Excel (Fil, Informasjon, Beskytt arbeidsbok) og prøv igjen."
    ),
    "zip-bomb": n_(
        "Filen blir urimelig stor når den pakkes ut, og er ikke lest. Grensen er %(limit)s MB. Lagre bare arket "
        "med tallene i en ny arbeidsbok."
    ),
    "entity-declaration": n_(
        "Filen inneholder XML-deklarasjoner som ikke hører hjemme i et regneark, og er ikke lest. Åpne den i "
        "Excel og lagre den på nytt."
    ),
    "wrong-extension": n_(
        "Filnavnet slutter på «.%(extension)s», men innholdet er %(format)s. Filen er lest etter innholdet."
    ),
    "no-sheets": n_("Arbeidsboken har ingen ark. Eksporter den på nytt og prøv igjen."),
    "too-wide": n_(
        "Arket har innhold svært langt til høyre. Slett de tomme kolonnene til høyre for tabellen og lagre på nytt."
    ),
    "too-large-to-read": n_(
        "Filen krever mer minne enn det som er satt av til innlesing. Del den opp, for eksempel per år, eller "
        "slett tomme rader og kolonner under og til høyre for tabellen."
    ),
    "took-too-long": n_(
        "Innlesingen tok mer enn %(seconds)s sekunder og ble stoppet. Del filen opp, for eksempel per år."
    ),
    "cell-outside-sheet": n_(
        "Filen har innhold i celle %(cell)s, utenfor det området et regneark skal bruke. Slett alt under og til "
        "høyre for tabellen og lagre på nytt."
    ),
    "reader-crashed": n_("Filen kunne ikke leses. Åpne den i Excel, lagre den som ny .xlsx og prøv igjen."),
}

# Sheets and headers
_SHEET = {
    "missing-sheet": n_("Filen mangler arket «%(label)s». Gi arket det navnet, eller legg det til."),
    "several-sheets": n_(
        "Flere ark kan være «%(label)s»: %(sheets)s. Behold ett av dem, eller gi det rette arket navnet «%(label)s»."
    ),
    "hidden-sheet-read": n_("Tallene er lest fra et skjult ark, fordi ingen synlige ark har de rette kolonnene."),
    "hidden-sheet-skipped": n_(
        "Et skjult ark med de samme kolonnene er ikke lest. Vis arket og skjul det andre dersom det er dette som "
        "gjelder."
    ),
    "missing-columns": n_(
        "Fant ikke kolonnen %(missing)s. Overskriftene i filen er: %(seen)s. Endre overskriften i filen, eller "
        "velg kolonnen for hånd."
    ),
    "ambiguous-header": n_(
        "Overskriften «%(value)s» står i flere kolonner (%(columns)s) som alle kan være «%(label)s». Gi dem "
        "ulike navn, eller velg kolonnen for hånd."
    ),
    "no-lines": n_("Arket har overskrifter, men ingen linjer under dem."),
    "text-row-skipped": n_("Raden inneholder bare teksten «%(value)s» og er ikke lest som en linje."),
    "more-of-the-same": n_("Det er %(count)s funn av dette slaget. De første %(shown)s er vist."),
}

# Cells
_CELL = {
    "empty-value": n_(
        "Feltet «%(label)s» er tomt. Fyll inn verdien; den gjentas ikke fra raden over fordi andre rader har den "
        "utskrevet."
    ),
    "empty-amount": n_("Beløpet er tomt. Skriv beløpet, eller 0 dersom det ikke er noe beløp."),
    "only-amount": n_(
        "Raden har bare et beløp (%(value)s). Det kan være en sum eller en linje til. Skriv «Sum» foran, eller "
        "fyll ut kodene."
    ),
    "error-cell": n_("Cellen inneholder feilverdien %(value)s. Rett formelen og lagre filen på nytt."),
    "formula-without-value": n_(
        "Cellen har en formel uten lagret resultat (%(value)s). Åpne filen i Excel, la den regne ut, og lagre på nytt."
    ),
    "not-a-number": n_("«%(value)s» er ikke et tall. Skriv det som 1 234,50."),
    "ambiguous-number": n_(
        "«%(value)s» kan leses som %(first)s eller %(second)s. Skriv tallet uten skilletegn for tusen, eller som "
        "tall i Excel."
    ),
    "too-many-decimals": n_("Beløpet %(value)s har mer enn to desimaler. Rund av til hele øre."),
    "too-large": n_("%(value)s er større enn det som kan være riktig. Største beløp er 99 999 999 999 999 kr."),
    "not-an-integer": n_("«%(value)s» er ikke et helt tall."),
    "not-a-year": n_("«%(value)s» er ikke et årstall mellom 1990 og 2100."),
    "not-a-period": n_(
        "«%(value)s» er ikke en periode. Skriv for eksempel 202108, august 2021, 31.08.2021 eller 8. Periode 13 "
        "er årsavslutning."
    ),
    "not-a-date": n_("«%(value)s» er ikke en dato. Skriv for eksempel 31.08.2021, eller formater cellen som dato."),
    "ambiguous-date": n_(
        "«%(value)s» kan leses som %(first)s eller %(second)s. Skriv datoen med punktum, for eksempel 31.08.2021."
    ),
    "not-a-boolean": n_("«%(value)s» er verken ja eller nei. Skriv ja eller nei, eller x for ja."),
    "not-a-choice": n_("«%(value)s» er ikke en gyldig verdi. Lovlige verdier er: %(choices)s."),
    "not-a-code": n_("«%(value)s» er ikke en kode. Skriv koden som tekst eller helt tall."),
    "ambiguous-code": n_(
        "«%(value)s» kan være kode %(first)s med et navn, eller kode %(second)s. Skriv koden uten mellomrom."
    ),
    "out-of-range": n_("%(value)s er utenfor det tillatte. Laveste verdi er %(minimum)s og høyeste %(maximum)s."),
}

# What rows say together
_ROWS = {
    "wrong-year": n_(
        "«%(value)s» hører til %(year)s, men filen gjelder %(expected)s. Ta linjen ut av filen, eller velg et annet år."
    ),
    "year-unknown": n_(
        "Filen sier ikke hvilket år tallene gjelder. Velg året når du laster opp, eller skriv perioden som 202108."
    ),
    "year-conflict": n_("Perioden «%(value)s» sier et annet år enn årskolonnen (%(year)s). Rett en av dem."),
    "sum-differs": n_(
        "Sumraden «%(text)s» viser %(file)s, men linjene over gir %(rows)s. Forskjellen er %(difference)s. Rett "
        "linjene eller sumraden."
    ),
    "row-total-differs": n_(
        "Summen i raden er %(file)s, men månedene gir %(rows)s. Forskjellen er %(difference)s. Rett månedene "
        "eller summen."
    ),
    "accumulated-gap": n_(
        "Beløpene er hittil i år, men periode %(missing)s mangler for denne linjen, så beløpet i periode "
        "%(period)s kan ikke regnes ut. Ta med alle perioder fra januar, eller eksporter beløp per måned."
    ),
    "credit-sign": n_(
        "Alle beløp i kreditkolonnen er negative. %(value)s kan bety %(first)s i kredit eller en rettelse på "
        "%(second)s. Eksporter kredit uten fortegn, eller bruk én beløpskolonne."
    ),
}

# The accounts: what stands in the registers and what the file says
_ACCOUNTS = {
    "unknown-ansvar": n_(
        "Ansvar «%(value)s» er ukjent. Opprett det, velg et annet ansvar for koden, eller rett filen."
    ),
    "unknown-tjeneste": n_(
        "Tjeneste «%(value)s» er ukjent. Opprett den, velg en annen tjeneste for koden, eller rett filen."
    ),
    "unknown-art": n_("Art «%(value)s» er ukjent. Opprett den, velg en annen art for koden, eller rett filen."),
    "unknown-prosjekt": n_(
        "Prosjekt «%(value)s» er ukjent. Opprett det, velg et annet prosjekt for koden, eller rett filen."
    ),
    "ansvar-outside-years": n_(
        "Ansvar «%(value)s» gjelder ikke i %(year)s. Det gjelder fra %(from_year)s til %(to_year)s. Utvid "
        "gyldigheten eller rett filen."
    ),
    "tjeneste-outside-years": n_(
        "Tjeneste «%(value)s» gjelder ikke i %(year)s. Den gjelder fra %(from_year)s til %(to_year)s. Utvid "
        "gyldigheten eller rett filen."
    ),
    "art-outside-years": n_(
        "Art «%(value)s» gjelder ikke i %(year)s. Den gjelder fra %(from_year)s til %(to_year)s. Utvid "
        "gyldigheten eller rett filen."
    ),
    "prosjekt-outside-years": n_(
        "Prosjekt «%(value)s» gjelder ikke i %(year)s. Det gjelder fra %(from_year)s til %(to_year)s. Utvid "
        "gyldigheten eller rett filen."
    ),
    "identical-line": n_(
        "Linjen er helt lik rad %(first_row)s. Begge er tatt med. Ta ut den ene dersom den er ført to ganger."
    ),
    "amendment-unbalanced": n_(
        "Budsjettendring %(value)s går ikke i null. Summen er %(total)s. Rett beløpene slik at endringen går i null."
    ),
    "amendment-contradicts": n_(
        "Budsjettendring %(value)s har en annen sak, dato, tekst eller et annet år i rad %(first_row)s. Skriv "
        "det likt på alle linjer i endringen."
    ),
    "amendment-adopted": n_("Budsjettendring %(value)s er allerede vedtatt og kan ikke endres. Lag en ny endring."),
    "amendment-drafted": n_(
        "Nummeret %(value)s er i bruk av en annen budsjettendring i appen. Gi endringen i filen et ledig nummer."
    ),
    "budget-adopted": n_(
        "Opprinnelig budsjett for %(year)s er vedtatt (sak %(case)s) og kan ikke endres. Bruk en budsjettendring."
    ),
    "period-closed": n_(
        "%(what)s. %(closed)s. Ta linjene ut av filen, eller be økonomi om å åpne perioden eller om et unntak."
    ),
    "closed-unchanged": n_("%(closed)s. Filen sier det samme som står der, så ingenting endres i lukkede perioder."),
    "duplicate-row": n_("%(value)s står mer enn én gang, første gang i rad %(first_row)s. Behold én av radene."),
    "duplicate-code": n_("Koden %(value)s står mer enn én gang, første gang i rad %(first_row)s. Behold én av radene."),
    "value-does-not-fit": n_("En verdi i filen får ikke plass der den skal stå. Databasen sier: %(detail)s."),
    "placement-stands": n_(
        "Ansvar «%(value)s» er fra før plassert fra %(other_year)s, midt i årene som raden gjelder. "
        "Skriv «Gyldig til» i raden, eller ta med raden fra %(other_year)s."
    ),
    "placement-overlap": n_(
        "Ansvar «%(value)s» er plassert to steder i de samme årene (se rad %(first_row)s). Rett årene slik at de "
        "ikke overlapper."
    ),
    "rammeomrade-two-names": n_(
        "Rammeområde %(value)s har to ulike navn i filen. Skriv det samme navnet på alle rader."
    ),
    "years-out-of-order": n_("Gyldig til er før gyldig fra. Rett årene."),
}

TEMPLATES: dict[str, str] = _FILE | _SHEET | _CELL | _ROWS | _ACCOUNTS
