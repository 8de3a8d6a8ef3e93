"""The addresses of amendments that are drafted and decided."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
