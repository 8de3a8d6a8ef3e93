"""The addresses of signed reports and what changed since."""

from django.urls import URLPattern, path

from budget.views import changed, published, signed

urlpatterns: list[URLPattern] = [
    path("rapportering/<int:pk>/signer/", signed.sign, name="sign_round"),
    path("rapportering/<int:pk>/publiser/", signed.publish, name="publish_round"),
    path("rapportering/<int:pk>/rapport/", signed.show, name="signed_report"),
    path("rapportering/<int:pk>/rapport/<str:name>", signed.file, name="signed_file"),
    path("rapportering/<int:pk>/endret/", changed.changed_since, name="changed_since"),
    path("publisert/", published.published, name="published"),
]
