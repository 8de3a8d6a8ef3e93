"""Every address of the site; the rooms bring their own."""

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path

from roros.health import health
from roros.views import (
    accessibility,
    front,
    front_parts,
    history,
    import_budget,
    import_codes,
    imports,
    meeting,
    my_page,
    report_control,
    search,
    sign_in,
    users,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", front.front_page, name="front"),
    path("oversikt/maltall/", front_parts.targets, name="front_targets"),
    path("oversikt/arbeid/", front_parts.work, name="front_work"),
    path("mote/", meeting.meeting, name="meeting"),
    path("", include("budget.urls")),
    path("", include("investments.urls")),
    path("", include("hr.urls")),
    path("", include("climate.urls")),
    path("logg-inn/", sign_in.SignIn.as_view(), name="login"),
    path("logg-ut/", LogoutView.as_view(), name="logout"),
    path("min-side/", my_page.my_page, name="my_page"),
    path("min-side/passord/", users.own_password, name="own_password"),
    path("brukere/", users.user_list, name="users"),
    path("brukere/ny/", users.new_user, name="user_new"),
    path("brukere/<int:pk>/", users.change_user, name="user"),
    path("brukere/<int:pk>/konto/", users.set_active, name="user_active"),
    path("brukere/<int:pk>/passord/", users.reset_password, name="user_password"),
    path("historikk/", history.history_log, name="history"),
    path("tilgjengelighet/", accessibility.accessibility, name="accessibility"),
    path("helse/", health, name="health"),
    path("innlesing/", imports.imports, name="imports"),
    path("innlesing/<int:run_id>/", imports.import_run, name="import_run"),
    path("innlesing/<int:run_id>/framdrift/", imports.import_progress, name="import_progress"),
    path("innlesing/<int:run_id>/les-inn/", imports.import_commit, name="import_commit"),
    path("innlesing/<int:run_id>/gjenoppta/", imports.import_resume, name="import_resume"),
    path("innlesing/<int:run_id>/forkast/", imports.import_discard, name="import_discard"),
    path("innlesing/<int:run_id>/angre/", imports.import_undo, name="import_undo"),
    path("innlesing/<int:run_id>/kode/", import_codes.import_code, name="import_code"),
    path("innlesing/<int:run_id>/fil/", imports.import_file, name="import_file"),
    path("innlesing/<int:run_id>/merket/", imports.import_annotated, name="import_annotated"),
    path("sok/", search.search_page, name="search"),
    path("rapportkontroll/", report_control.control_report, name="report_control"),
    path("innlesing/vedtatt-budsjett/<int:year>/", import_budget.adopt_budget, name="adopt_budget"),
]
