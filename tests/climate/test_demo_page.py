"""The climate page on the demo: it says what the annual report says, and flags its target."""

from __future__ import annotations

from django.test import Client

from roros.models import Role
from roros.numbers import NBSP
from tests.budget.register_files import person


def test_the_page_of_the_demo_says_what_the_report_says_and_flags_its_target(demo: None, client: Client) -> None:
    client.force_login(person("paal", Role.POLITIKER))
    text = client.get("/klima/").content.decode().replace(NBSP, " ")
    assert "Utslippene falt 2,7 prosent på elleve år. De må falle 28 prosent til for å nå 2030-målet" in text
    assert "Målet må avklares" in text
    assert "Det er 14 236 tonn. Oppgitt tall er 16 609 tonn, som er 30 prosent lavere" in text
    assert "10 489,3 stemmer med summen" in text
    assert "Røros har lavest utslipp per innbygger av seks kommuner" in text
    assert "Veitrafikk og oppvarming går ned. Annen mobil forbrenning og jordbruk går opp" in text
    csv = client.get("/klima/?_export=csv")
    assert csv.content.decode().splitlines()[0].startswith("kommune,ar,sektor,utslipp_tonn_co2e")
    other = client.get("/klima/?kommune=Tynset").content.decode()
    assert "Kommunen har ikke registrert noe klimamål" in other
