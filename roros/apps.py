from django.apps import AppConfig


class RorosConfig(AppConfig):
    name = "roros"
