"""The addresses of the investment room. Paths are Norwegian, names English."""

from django.urls import URLPattern, path

from investments.views import editing, projects

app_name = "investments"

urlpatterns: list[URLPattern] = [
    path("investeringer/", projects.newest_year, name="projects"),
    path("investeringer/<int:year>/", projects.show_year, name="year"),
    path("investeringer/nytt-prosjekt/", editing.create_project, name="project_create"),
    path("investeringer/prosjekt/<str:code>/", projects.show_project, name="project"),
    path("investeringer/prosjekt/<str:code>/endre/", editing.edit_project, name="project_edit"),
    path("investeringer/prosjekt/<str:code>/<slug:part>/ny/", editing.add_part, name="part_add"),
    path("investeringer/prosjekt/<str:code>/<slug:part>/<int:key>/", editing.change_part, name="part_edit"),
    path("investeringer/prosjekt/<str:code>/<slug:part>/<int:key>/fjern/", editing.remove_part, name="part_remove"),
]
