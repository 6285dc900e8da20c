"""Typed readers of environment variables that refuse bad values at start."""

import os
import tempfile
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise SystemExit(f"{name} is {value!r}: write 1 or 0.")
    return value in {"1", "true", "yes"}


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdigit():
        raise SystemExit(f"{name} is {value!r}: write a whole number.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def choice(name: str, default: str, choices: list[str]) -> str:
    value = text(name, default)
    if value not in choices:
        raise SystemExit(f"{name} is {value!r}: write one of {', '.join(choices)}.")
    return value


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks as in "10.1.2.3 192.168.7.0/24"."""
    try:
        return [ip_network(word) for word in words(name)]
    except ValueError as error:
        raise SystemExit(f"{name}: {error}. Write addresses or networks such as 192.168.7.0/24.") from error


@dataclass(frozen=True)
class IdentityProvider:
    """An OpenID Connect provider whose word on who somebody is we take."""

    issuer: str
    client_id: str
    secret: str
    name: str = "统一身份认证"
    claim: str = "employee_no"  # which claim carries the employee number; "" = only linked subjects get in
    trusted: frozenset[str] = frozenset()  # values of acr or amr that count as a second factor
    administrators: bool = False  # whether the three administrators may come this way


def identity_provider() -> IdentityProvider | None:
    """`OIDC_ISSUER`, `OIDC_CLIENT_ID` and `OIDC_CLIENT_SECRET` together, or none of them."""
    issuer, client_id, secret = (text(name) for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"))
    if not (issuer or client_id or secret):
        return None
    if not (issuer and client_id and secret):
        raise SystemExit("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: set all three or none.")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise SystemExit("OIDC_ISSUER: write an https address; only a provider on this computer may do without.")
    return IdentityProvider(
        issuer.rstrip("/"),
        client_id,
        secret,
        text("OIDC_NAME", IdentityProvider.name),
        text("OIDC_EMPLOYEE_CLAIM", IdentityProvider.claim),
        frozenset(words("OIDC_SECOND_FACTOR")),
        flag("OIDC_ADMINISTRATORS"),
    )


def home(*, testing: bool = False) -> Path:
    """The data folder: database, files, keys, logs. Two bureaus on one computer have two of them."""
    if testing:
        return Path(text("SHIJIAN_TEST_HOME") or Path(tempfile.gettempdir()) / f"shijian-test-{os.getuid()}").resolve()
    return Path(text("SHIJIAN_HOME") or ROOT / "var").resolve()


def reset_role(connection: Any) -> None:
    """What the pool does with every connection given back, whatever a request left behind (`core.wall`)."""
    connection.execute("RESET ROLE")
    connection.commit()


def database(url: str, socket_dir: Path, port: int) -> dict[str, Any]:
    """Django's settings of the database: `url` (postgresql://…) or, when it is empty, the embedded server."""
    if not url:
        return {"NAME": "shijian", "USER": "postgres", "HOST": str(socket_dir), "PORT": str(port)}
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise SystemExit("DATABASE_URL: write postgresql://user:password@host:port/name")
    options = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }
