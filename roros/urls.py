"""Every address of the site; the rooms bring their own."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import URLPattern, URLResolver, path

from roros.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("logg-inn/", LoginView.as_view(template_name="roros/login.html"), name="login"),
    path("logg-ut/", LogoutView.as_view(), name="logout"),
    path("helse/", health, name="health"),
]
