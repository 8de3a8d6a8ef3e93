"""The addresses of amendments that are drafted and decided, and of the bridge from original to revised budget."""

from django.urls import URLPattern, path

from budget import converters  # noqa: F401 - registers the level of an address
from budget.views import amendment_drafts, bridge

DRAFT = "budsjettendringer/<int:year>/utkast/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("avvik/<int:year>/bro/", bridge.bridge_of_all, name="bridge"),
    path("avvik/<int:year>/<level:level>/<path:code>/bro/", bridge.bridge_of_node, name="bridge"),
    path("budsjettendringer/<int:year>/ny/", amendment_drafts.new_draft, name="amendment_new"),
    path("budsjettendringer/<int:year>/rett/<path:number>/", amendment_drafts.correct, name="amendment_correct"),
    path(DRAFT, amendment_drafts.show_draft, name="amendment_draft"),
    path(f"{DRAFT}endre/", amendment_drafts.change_draft, name="amendment_change"),
    path(f"{DRAFT}innstill/", amendment_drafts.recommend, name="amendment_recommend"),
    path(f"{DRAFT}vedta/", amendment_drafts.adopt, name="amendment_adopt"),
    path(f"{DRAFT}avvis/", amendment_drafts.reject, name="amendment_reject"),
    path(f"{DRAFT}slett/", amendment_drafts.delete, name="amendment_delete"),
]
