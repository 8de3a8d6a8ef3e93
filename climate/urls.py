"""The addresses of the climate room."""

from django.urls import URLPattern, path

from climate.views import emissions, registers

app_name = "climate"

urlpatterns: list[URLPattern] = [
    path("klima/", emissions.show_emissions, name="emissions"),
    path("klima/tall/", emissions.show_register, name="register"),
    path("klima/tall/utslipp/", registers.edit_emission, name="emission_new"),
    path("klima/tall/utslipp/<int:row_id>/", registers.edit_emission, name="emission_change"),
    path("klima/tall/folketall/", registers.edit_population, name="population_new"),
    path("klima/tall/folketall/<int:row_id>/", registers.edit_population, name="population_change"),
    path("klima/tall/merknad/", registers.edit_note, name="note_new"),
    path("klima/tall/merknad/<int:row_id>/", registers.edit_note, name="note_change"),
    path("klima/mal/nytt/", registers.edit_target, name="target_new"),
    path("klima/mal/<int:target_id>/", emissions.show_target, name="target"),
    path("klima/mal/<int:target_id>/endre/", registers.edit_target, name="target_change"),
    path("klima/tiltak/nytt/", registers.edit_measure, name="measure_new"),
    path("klima/tiltak/<int:measure_id>/", emissions.show_measure, name="measure"),
    path("klima/tiltak/<int:measure_id>/endre/", registers.edit_measure, name="measure_change"),
]
