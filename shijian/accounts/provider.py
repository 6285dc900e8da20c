"""Login by an OpenID Connect provider (统一身份认证), on allauth's code flow.

What allauth leaves out is added here: the nonce, the signature of the ID token whatever way it came, the name of the
issuer, and that the two answers of the provider speak of one person. allauth finds `provider_classes` by this module's name.
Source: OpenID Connect Core 1.0, 3.1.2.1 and 3.1.3.7; OWASP ASVS 5.0 10.5.
"""

import secrets
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

SUB_ID = "unified"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]  # never "none", never HS
LEEWAY_SECONDS = 60
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class CodeFlow(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """What we ask the provider, and what we believe of its answers."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if str(config.get("issuer", "")).rstrip("/") != settings.OIDC.issuer:
            raise OAuth2Error("the provider calls itself by another name")
        if missing := [name for name in ENDPOINTS if not config.get(name)]:
            raise OAuth2Error(f"the provider does not name {missing[0]}")
        return config

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        url: str = build_absolute_uri(request, reverse("oidc_callback"))
        return url

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Who it is: the verified ID token, completed by what the provider says of the same subject."""
        claims = self.verified(str(kwargs["response"].get("id_token") or ""))
        if settings.OIDC.claim and settings.OIDC.claim not in claims:
            more = self._fetch_user_info(token.token)
            if more.get("sub") != claims["sub"]:
                raise OAuth2Error("the provider's two answers speak of two persons")
            claims = {**more, **claims}
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        login.claims = claims
        return login

    def verified(self, id_token: str) -> dict[str, Any]:
        """The claims of an ID token that this provider signed, for us, now, in answer to this very question."""
        try:
            header = jwt.get_unverified_header(id_token)
            with get_adapter().get_requests_session() as session:
                answer = session.get(self.openid_config["jwks_uri"])
                answer.raise_for_status()
                keys = jwt.PyJWKSet.from_dict(answer.json()).keys
            named = [key for key in keys if key.key_id == header.get("kid")] or (keys if len(keys) == 1 else [])
            if not named:
                raise OAuth2Error("the ID token is signed with a key the provider does not show")
            claims: dict[str, Any] = jwt.decode(
                id_token,
                named[0],
                algorithms=ALGORITHMS,
                issuer=self.openid_config["issuer"],
                audience=settings.OIDC.client_id,
                leeway=LEEWAY_SECONDS,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error("the ID token does not hold") from error
        if not self.nonce or not secrets.compare_digest(str(claims.get("nonce", "")), self.nonce):
            raise OAuth2Error("the ID token answers another question")
        if claims.get("azp", settings.OIDC.client_id) != settings.OIDC.client_id:
            raise OAuth2Error("the ID token was made for somebody else")
        return claims


class UnifiedProvider(OpenIDConnectProvider):  # type: ignore[misc]
    oauth2_adapter_class = CodeFlow
    pkce_enabled_default = True

    def get_default_scope(self) -> list[str]:
        return ["openid", "profile"]

    def get_auth_params(self) -> dict[str, str]:
        return {}

    def get_callback_url(self) -> str:
        return reverse("oidc_callback")

    def redirect(self, request: HttpRequest, process: str, next_url: str | None = None, **kwargs: Any) -> HttpResponse:
        """To the provider; state, nonce and the secret of PKCE stay in the session."""
        nonce = secrets.token_urlsafe(24)
        response: HttpResponse = super().redirect(
            request, process, next_url=next_url, nonce=nonce, auth_params={"nonce": nonce}
        )
        return response

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing but the subject is kept."""
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


class Callback(OAuth2CallbackView):  # type: ignore[misc]
    """The way back; the nonce of the way there is what the ID token must repeat."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, response


provider_classes = [UnifiedProvider]
