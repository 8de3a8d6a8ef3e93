"""The addresses of the entry grid."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
