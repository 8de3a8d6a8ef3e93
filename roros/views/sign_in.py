"""Signing in."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.views import LoginView
from django.urls import reverse

from roros.models import User


class SignIn(LoginView):
    """The page where people sign in; whoever has a temporary password chooses another before anything else."""

    template_name = "roros/login.html"

    def get_success_url(self) -> str:
        """This will return where the user goes when they are in."""
        user = cast(User, self.request.user)
        if user.is_authenticated and user.temporary_password:
            return reverse("own_password")
        return super().get_success_url()
