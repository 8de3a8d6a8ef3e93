"""Who has access: the list, a new user, roles and scopes, closing an account and a new password."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from roros import access, actions
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.components import Crumb, Fact
from roros.exports import requested_export
from roros.models import User
from roros.numbers import Scale, format_amount
from roros.templatetags.figures import moment
from roros.user_forms import ActiveForm, ChangeUserForm, NewUserForm, OwnPasswordForm, ResetPasswordForm, UsersForm
from roros.user_queries import grants_in_order, grants_to_give, history_of_user, roles_in_words, users
from roros.user_tables import user_table
from roros.wording import listed, lower_first

manages = access.requires(access.may_manage_users)
hide_passwords = sensitive_post_parameters("password", "again", "old")


@require_safe
@manages
@never_cache
def user_list(request: HttpRequest) -> HttpResponse:
    """This will list the users that a search and the filters find."""
    form = UsersForm(request.GET)
    found = list(users(form.wanted)) if form.is_valid() else []
    table = user_table(found, caption=_("Brukere og rollene deres."))
    file = requested_export(request, lambda: table.export("brukere"))
    if file is not None and form.is_valid():
        return file
    open_accounts = sum(user.is_active for user in found)
    context = {
        "trail": _trail(),
        "heading": ngettext("%(count)s bruker kan logge inn", "%(count)s brukere kan logge inn", open_accounts)
        % {"count": format_amount(open_accounts, Scale.KR)},
        "form": form,
        "summary": _("Utvalg"),
        "table": table,
    }
    return render(request, "roros/user_list.html", context, status=_status(form, HTTPStatus.OK))


@require_http_methods(["GET", "HEAD", "POST"])
@hide_passwords
@manages
@never_cache
def new_user(request: HttpRequest) -> HttpResponse:
    """This will let somebody in."""
    form = NewUserForm(request.POST if request.method == "POST" else None, choices=grants_to_give())
    status = HTTPStatus.OK
    if form.is_bound and form.is_valid():
        clean = form.cleaned_data
        try:
            user = actions.create_user(
                username=clean["username"],
                name=clean["name"],
                email=clean["email"],
                roles=form.grants,
                password=clean["password"],
                reason=clean["reason"],
                by=_by(request),
            )
        except ActionRefused as refused:
            status = _refuse(form, refused)
        else:
            messages.success(
                request,
                _("%(name)s kan logge inn. Gi passordet muntlig eller i et brev, ikke på e-post.") % {"name": user},
            )
            return redirect("user", user.pk)
    context = {"title": _("Ny bruker"), "trail": _trail(Crumb(_("Ny bruker"), request.path)), "form": form}
    return render(request, "roros/user_new.html", context, status=_status(form, status))


@require_http_methods(["GET", "HEAD", "POST"])
@manages
@never_cache
def change_user(request: HttpRequest, pk: int) -> HttpResponse:
    """This will show a user with what was changed when, and change name, e-mail and roles."""
    user = get_object_or_404(User, pk=pk)
    form = _change_form(user, request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if form.is_bound and form.is_valid():
        clean = form.cleaned_data
        try:
            actions.change_user(
                user=user,
                name=clean["name"],
                email=clean["email"],
                roles=form.grants,
                seen=clean["seen"],
                reason=clean["reason"],
                by=_by(request),
            )
        except ActionRefused as refused:
            status = _refuse(form, refused)
        else:
            messages.success(request, _("Lagret."))
            return redirect("user", pk)
    return _user_page(request, user, form=form, status=_status(form, status))


@require_POST
@manages
@never_cache
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    """This will close an account or open it again."""
    user = get_object_or_404(User, pk=pk)
    form = ActiveForm(request.POST)
    status = HTTPStatus.BAD_REQUEST
    if form.is_valid():
        clean = form.cleaned_data
        try:
            user = actions.set_active(
                user=user, active=clean["active"], seen=clean["seen"], reason=clean["reason"], by=_by(request)
            )
        except ActionRefused as refused:
            status = _refuse(form, refused)
        else:
            text = _("Kontoen til %(name)s er åpen.") if user.is_active else _("Kontoen til %(name)s er stengt.")
            messages.success(request, text % {"name": user})
            return redirect("user", pk)
    return _user_page(request, user, active_form=form, status=_status(form, status))


@require_http_methods(["GET", "HEAD", "POST"])
@hide_passwords
@manages
@never_cache
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """This will give a user a temporary password."""
    user = get_object_or_404(User, pk=pk)
    form = ResetPasswordForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_bound and form.is_valid():
        actions.reset_password(
            user=user, password=form.cleaned_data["password"], reason=form.cleaned_data["reason"], by=_by(request)
        )
        messages.success(request, _("%(name)s har fått et midlertidig passord.") % {"name": user} + " " + _hand_over())
        return redirect("user", pk)
    title = _("Nytt passord til %(name)s") % {"name": user}
    context = {
        "title": title,
        "trail": _trail(Crumb(str(user), reverse("user", args=[pk])), Crumb(_("Nytt passord"), request.path)),
        "form": form,
        "lede": _("Brukeren blir logget ut overalt, og må bytte passordet på «Min side» etter neste innlogging."),
    }
    return render(request, "roros/user_password.html", context, status=_status(form, HTTPStatus.OK))


@require_http_methods(["GET", "HEAD", "POST"])
@hide_passwords
@never_cache
def own_password(request: HttpRequest) -> HttpResponse:
    """This will let the user choose a new password; other sessions of theirs end, this one goes on."""
    form = OwnPasswordForm(request.POST if request.method == "POST" else None, user=_by(request))
    if form.is_bound and form.is_valid():
        user = actions.change_own_password(by=_by(request), password=form.cleaned_data["password"])
        update_session_auth_hash(request, user)
        messages.success(request, _("Passordet er byttet. Du er logget ut på andre maskiner."))
        return redirect("my_page")
    context = {
        "title": _("Bytt passord"),
        "trail": [
            Crumb(_("Oversikt"), "/"),
            Crumb(_("Min side"), reverse("my_page")),
            Crumb(_("Bytt passord"), request.path),
        ],
        "form": form,
    }
    return render(request, "roros/user_password.html", context, status=_status(form, HTTPStatus.OK))


def _user_page(
    request: HttpRequest,
    user: User,
    *,
    form: ChangeUserForm | None = None,
    active_form: ActiveForm | None = None,
    status: HTTPStatus,
) -> HttpResponse:
    seen = actions.version_of_user(user)
    is_self = user.pk == _by(request).pk
    context = {
        "person": user,
        "is_self": is_self,
        "heading": _heading(user),
        "facts": _facts(user),
        "form": form or _change_form(user, None),
        "active_form": active_form or ActiveForm(initial={"active": "nei" if user.is_active else "ja", "seen": seen}),
        "stale": status == HTTPStatus.CONFLICT,
        "changes": history_of_user(user),
        "trail": _trail(Crumb(str(user), request.path)),
    }
    return render(request, "roros/user_change.html", context, status=status)


def _change_form(user: User, data: object) -> ChangeUserForm:
    return ChangeUserForm(
        data,
        initial={"name": user.get_full_name(), "email": user.email, "seen": actions.version_of_user(user)},
        choices=grants_to_give(),
        held=grants_in_order(user),
    )


def _heading(user: User) -> str:
    if not user.is_active:
        return _("%(name)s kan ikke logge inn") % {"name": user}
    roles = roles_in_words(user)
    if not roles:
        return _("%(name)s har ingen roller, og ser ingen tall") % {"name": user}
    return _("%(name)s er %(roles)s") % {"name": user, "roles": listed([lower_first(role) for role in roles])}


def _facts(user: User) -> list[Fact]:
    password = _("aldri satt") if user.password_set_at is None else moment(user.password_set_at)
    if user.temporary_password:
        password = _("%(when)s, midlertidig") % {"when": password}
    return [
        Fact(_("Brukernavn"), user.username),
        Fact(_("Sist logget inn"), moment(user.last_login) if user.last_login else _("aldri")),
        Fact(_("Passord satt"), password),
        Fact(_("Opprettet"), moment(user.date_joined)),
    ]


def _hand_over() -> str:
    return _("Gi passordet muntlig eller i et brev, ikke på e-post.")


def _refuse(form: forms.Form, refused: ActionRefused) -> HTTPStatus:
    form.add_error(None, str(refused))
    return HTTPStatus.CONFLICT if isinstance(refused, ChangedMeanwhile) else HTTPStatus.BAD_REQUEST


def _status(form: forms.Form, status: HTTPStatus) -> HTTPStatus:
    """A form that was sent and not accepted is answered with 400, unless something says more."""
    wrong = form.is_bound and not form.is_valid()
    return HTTPStatus.BAD_REQUEST if wrong and status == HTTPStatus.OK else status


def _by(request: HttpRequest) -> User:
    return cast(User, request.user)  # the views are closed to visitors


def _trail(*further: Crumb) -> list[Crumb]:
    return [Crumb(_("Oversikt"), "/"), Crumb(_("Brukere"), reverse("users")), *further]
