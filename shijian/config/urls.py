"""All addresses of the product; each module mounts its own."""

from importlib.util import find_spec

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from shijian.accounts.views import identities

from . import health, metrics

handler500 = "shijian.core.unavailable.page"
urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("login/", account.login, name="account_login"),
    path("login/unified/", identities.login, name="oidc_login"),
    path("login/unified/back/", identities.callback, name="oidc_callback"),
    path("login/again/", account.reauthenticate, name="account_reauthenticate"),
    path("logout/", account.logout, name="account_logout"),
    path("", include("shijian.accounts.factor_urls")),
    path("password/", account.password_change, name="account_change_password"),
    *(
        path(prefix, include(f"shijian.{module}.urls"))
        for prefix, module in [
            ("audit/", "audit"),
            ("", "accounts"),
            ("notices/", "notices"),
            ("laws/", "laws"),
            ("deadlines/", "deadlines"),
            ("seals/", "seals"),
            ("discretion/", "discretion"),
            ("evidence/", "evidence"),
            ("documents/", "documents"),
            ("workflow/", "workflow"),
            ("watch/", "watch"),
            ("grid/", "grid"),
            ("entities/", "subjects"),
            ("events/", "events"),
            ("", "exchange"),
            ("", "core"),
            ("", "portal"),
        ]
        if find_spec(f"shijian.{module}.urls")
    ),
]
