"""Which names a request may be for: a page elsewhere that points its own name here (DNS rebinding) gets nothing."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask, request

from harmgrid.errors import InputError


class UntrustedHost(InputError):
    """A request for a host that this server is not known as."""

    code = "untrusted_host"


def require_trusted_hosts(app: Flask, trusted: Iterable[str]) -> None:
    """Refuse every request of this app that is for another host; the port does not matter.

    Flask has a list of trusted hosts too, which cannot hold an IPv6 address.
    """
    names = frozenset(name for host in trusted if (name := _name(host)))

    def check() -> None:
        if _name(request.host) not in names:
            raise UntrustedHost(
                came=f"a request for the host {request.headers.get('Host', '')[:80]!r}",
                expected="one of the hosts that this server is known as",
                do="ask for http://127.0.0.1, or name the host in HARMGRID_TRUSTED_HOSTS and start the server again",
            )

    app.before_request(check)


def _name(host: str) -> str | None:
    """The host without port and brackets, in lower case; None for what is none."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
