"""The addresses of the budget room. Paths are Norwegian, names English."""

from django.urls import URLPattern, path

from budget.views import deviations

app_name = "budget"

urlpatterns: list[URLPattern] = [
    path("avvik/", deviations.newest_deviations, name="deviations"),
    path("avvik/<int:year>/", deviations.show_deviations, name="deviations"),
]
