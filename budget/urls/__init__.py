"""The addresses of the budget room. Paths are Norwegian, names English."""

from django.urls import URLPattern, path

from budget import converters  # noqa: F401 - registers the level of an address
from budget.urls.amendments import urlpatterns as amendment_urls
from budget.urls.entries import urlpatterns as entry_urls
from budget.urls.forecasts import urlpatterns as forecast_urls
from budget.urls.locks import urlpatterns as lock_urls
from budget.urls.registers import urlpatterns as register_urls
from budget.urls.rounds import urlpatterns as round_urls
from budget.urls.signed import urlpatterns as signed_urls
from budget.views import amendments, charts, deviations, explained, lines, node, story

app_name = "budget"

urlpatterns: list[URLPattern] = [
    path("avvik/", deviations.newest_deviations, name="deviations"),
    path("avvik/<int:year>/", deviations.show_deviations, name="deviations"),
    path("avvik/<int:year>/figurer/", charts.deviation_charts, name="deviation_charts"),
    path("avvik/<int:year>/historie/", story.story, name="story"),
    path("avvik/<int:year>/linjer/", lines.lines, name="lines"),
    path("avvik/<int:year>/<level:level>/<str:code>/forklaring/", explained.explained, name="explained"),
    *amendment_urls,  # before the node page, whose code may hold a slash
    path("avvik/<int:year>/<level:level>/<path:code>/", node.node, name="node"),
    path("budsjettendringer/<int:year>/", amendments.amendment_list, name="amendments"),
    path("budsjettendringer/<int:year>/<path:number>/", amendments.amendment, name="amendment"),
    *entry_urls,
    *lock_urls,
    *forecast_urls,
    *signed_urls,
    *round_urls,
    *register_urls,
]
