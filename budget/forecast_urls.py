"""The addresses of forecasts and measures."""

from django.urls import URLPattern, path

from budget.views import forecasts

urlpatterns: list[URLPattern] = [
    path("prognoser/", forecasts.newest_forecasts, name="forecasts"),
    path("prognoser/<int:year>/", forecasts.show_forecasts, name="forecasts"),
    path("prognoser/runde/<int:pk>/<str:virksomhet>/", forecasts.edit_forecast, name="forecast"),
    path("prognoser/runde/<int:pk>/<str:virksomhet>/<str:ansvar>/", forecasts.edit_forecast, name="forecast"),
]
