"""The addresses of reporting rounds."""

from django.urls import URLPattern, path

from budget.views import round_tasks, rounds

urlpatterns: list[URLPattern] = [
    path("rapportering/", rounds.show_rounds, name="rounds"),
    path("rapportering/ny/", rounds.new_round, name="round_new"),
    path("rapportering/<int:pk>/", rounds.show_round, name="round"),
    path("rapportering/<int:pk>/endre/", rounds.change_round, name="round_change"),
    path("rapportering/<int:pk>/paminnelser/", rounds.remind, name="round_remind"),
    path("rapportering/<int:pk>/<str:virksomhet>/", round_tasks.show_task, name="round_task"),
    path("rapportering/<int:pk>/<str:virksomhet>/steg/", round_tasks.take_step, name="round_step"),
    path(
        "rapportering/<int:pk>/<str:virksomhet>/forklaring/<level:level>/<str:code>/",
        round_tasks.explain_node,
        name="round_explanation",
    ),
    path(
        "rapportering/<int:pk>/<str:virksomhet>/gjelder-fortsatt/<level:level>/<str:code>/",
        round_tasks.repeat_text,
        name="round_repeat",
    ),
]
