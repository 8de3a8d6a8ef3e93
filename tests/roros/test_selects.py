"""A list without a choice says so in words."""

from __future__ import annotations

from django import forms


def test_no_dashes_where_nothing_is_chosen() -> None:
    class Choose(forms.Form):
        kind = forms.ChoiceField(choices=[("", "---------"), ("a", "<Alt>")])

    markup = str(Choose({"kind": "a"}))
    assert '<option value="">Ikke valgt</option>' in markup
    assert '<option value="a" selected>&lt;Alt&gt;</option>' in markup
