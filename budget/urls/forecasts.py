"""The addresses of forecasts and measures."""

from django.urls import URLPattern, path

from budget.views import forecasts, measures

urlpatterns: list[URLPattern] = [
    path("prognoser/", forecasts.newest_forecasts, name="forecasts"),
    path("prognoser/<int:year>/", forecasts.show_forecasts, name="forecasts"),
    path("prognoser/runde/<int:pk>/<str:virksomhet>/", forecasts.edit_forecast, name="forecast"),
    path("prognoser/runde/<int:pk>/<str:virksomhet>/<str:ansvar>/", forecasts.edit_forecast, name="forecast"),
    path("tiltak/", measures.show_measures, name="measures"),
    path("tiltak/nytt/", measures.new_measure, name="measure_new"),
    path("tiltak/<int:pk>/", measures.show_measure, name="measure"),
    path("tiltak/<int:pk>/endre/", measures.change_measure, name="measure_change"),
]
