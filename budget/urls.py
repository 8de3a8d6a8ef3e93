"""The addresses of the budget room. Paths are Norwegian, names English."""

from django.urls import URLPattern, path, register_converter

from budget.register_urls import urlpatterns as register_urls
from budget.selection import Level
from budget.views import amendments, charts, deviations, lines, node, story

app_name = "budget"


class LevelConverter:
    """One of the levels, as the address names it."""

    regex = "|".join(Level)

    def to_python(self, value: str) -> Level:
        """This will return the level."""
        return Level(value)

    def to_url(self, value: str) -> str:
        """This will return what stands in the address."""
        return str(value)


register_converter(LevelConverter, "level")

urlpatterns: list[URLPattern] = [
    path("avvik/", deviations.newest_deviations, name="deviations"),
    path("avvik/<int:year>/", deviations.show_deviations, name="deviations"),
    path("avvik/<int:year>/figurer/", charts.deviation_charts, name="deviation_charts"),
    path("avvik/<int:year>/historie/", story.story, name="story"),
    path("avvik/<int:year>/linjer/", lines.lines, name="lines"),
    path("avvik/<int:year>/<level:level>/<path:code>/", node.node, name="node"),
    path("budsjettendringer/<int:year>/", amendments.amendment_list, name="amendments"),
    path("budsjettendringer/<int:year>/<path:number>/", amendments.amendment, name="amendment"),
    *register_urls,
]
