"""The addresses of forecasts and measures."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
