"""The addresses of signed reports and what changed since."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
