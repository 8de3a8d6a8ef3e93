"""The addresses of the budget room's registers; `budget.urls` takes them in."""

from django.urls import URLPattern, path

from budget.views import cases, decisions, maltall, pupils, themes

urlpatterns: list[URLPattern] = [
    path("vedtak/", decisions.show_decisions, name="decisions"),
    path("vedtak/nytt/", decisions.new_decision, name="decision_new"),
    path("vedtak/oppfolging/<int:followup_id>/", decisions.change_followup, name="followup_change"),
    path("vedtak/<str:code>/", decisions.show_decision, name="decision"),
    path("vedtak/<str:code>/endre/", decisions.change_decision, name="decision_change"),
    path("vedtak/<str:code>/status/", decisions.change_status, name="decision_status"),
    path("vedtak/<str:code>/oppfolging/", decisions.new_followup, name="followup_new"),
    path("saker/", cases.show_cases, name="cases"),
    path("saker/ny/", cases.new_case, name="case_new"),
    path("saker/<int:case_id>/endre/", cases.change_case, name="case_change"),
    path("maltall/", maltall.show_indicators, name="indicators"),
    path("maltall/nytt/", maltall.new_indicator, name="indicator_new"),
    path("maltall/<slug:code>/", maltall.show_indicator, name="indicator"),
    path("maltall/<slug:code>/endre/", maltall.change_indicator, name="indicator_change"),
    path("maltall/<slug:code>/mal/", maltall.edit_target, name="target_new"),
    path("maltall/<slug:code>/mal/<int:target_id>/", maltall.edit_target, name="target_change"),
    path("maltall/<slug:code>/verdi/", maltall.edit_value, name="value_new"),
    path("maltall/<slug:code>/verdi/<int:value_id>/", maltall.edit_value, name="value_change"),
    path("tema/", themes.show_themes, name="themes"),
    path("tema/nytt/", themes.new_theme, name="theme_new"),
    path("tema/tilskudd/<int:grant_id>/", themes.change_grant, name="grant_change"),
    path("tema/<slug:code>/", themes.show_theme, name="theme"),
    path("tema/<slug:code>/endre/", themes.change_theme, name="theme_change"),
    path("tema/<slug:code>/tilskudd/", themes.new_grant, name="grant_new"),
    path("elevtall/", pupils.show_pupils, name="pupils"),
    path("elevtall/nytt/", pupils.edit_count, name="pupils_new"),
    path("elevtall/<int:count_id>/", pupils.edit_count, name="pupils_change"),
]
