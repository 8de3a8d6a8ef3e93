"""The addresses of closing and reopening periods."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
