"""The addresses of closing and reopening periods."""

from django.urls import URLPattern, path

from budget.views import locks

urlpatterns: list[URLPattern] = [
    path("perioder/", locks.newest_periods, name="periods"),
    path("perioder/<int:year>/", locks.show_periods, name="periods"),
    path("perioder/<int:year>/<int:period>/apne/", locks.reopen, name="period_reopen"),
    path("perioder/<int:year>/unntak/", locks.give_exception, name="period_exception"),
    path("perioder/unntak/<int:pk>/avslutt/", locks.finish_exception, name="period_exception_end"),
]
