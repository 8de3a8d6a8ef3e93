"""The addresses of reporting rounds."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
