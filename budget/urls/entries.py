"""The addresses of the entry grid."""

from django.urls import URLPattern, path

from budget.views import entries, entry_paste

urlpatterns: list[URLPattern] = [
    path("foring/", entries.newest, name="entries"),
    path("foring/<int:year>/", entries.grid, name="entry_grid"),
    path("foring/<int:year>/lim-inn/", entry_paste.paste, name="entry_paste"),
    path("foring/<int:year>/lim-inn/lagre/", entry_paste.paste_save, name="entry_paste_save"),
    path("foring/<int:year>/angre/<int:run_id>/", entries.undo, name="entry_undo"),
]
