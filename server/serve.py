"""The production server. It listens on loopback unless told otherwise: there is no log-in yet."""

import ipaddress
import os
import socket
import tempfile

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from harmgrid.errors import InputError
from server.settings import Settings

_STOP_S = 10  # a worker that is told to stop while it starts may not hear it


class OpenToNetwork(InputError):
    """An address that others can reach, without a word that this is meant."""

    code = "open_to_network"


class UnusableAddress(InputError):
    """A host name that nothing knows, or an address and port that cannot be listened on."""

    code = "unusable_address"


def listening_address(host: str, *, open_to_network: bool) -> str:
    """The IP address to listen on for a host name or an address.

    Raises:
        OpenToNetwork: others than this machine could reach it, and nobody said that they may.
        UnusableAddress: no such host.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnusableAddress(
            came=f"the host {host[:80]!r}, which stands for no address",
            expected="an IP address of this machine or a name for one",
            do="leave --host out to serve on 127.0.0.1",
        ) from error
    address = str(found[0][4][0])
    if open_to_network or ipaddress.ip_address(address).is_loopback:
        return address
    raise OpenToNetwork(
        came=f"the address {host}, which other machines can reach",
        expected="a loopback address such as 127.0.0.1: there is no log-in yet, so whoever reaches it sees everything",
        do="leave --host out, or add --open-to-network if everyone on that network may see everything",
    )


def require_free(address: str, port: int) -> None:
    """Raise if nothing can listen there; the server's own word for that is a stack trace.

    Raises:
        UnusableAddress: another program listens there, or it is not this machine's, or not ours to take.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        socket.create_server((address, port), family=family).close()
    except OSError as error:
        raise UnusableAddress(
            came=f"the address {address} and port {port}, where nothing can listen ({os.strerror(error.errno or 0)})",
            expected="an address of this machine and a port that is free",
            do="name another one with --port or --host, or stop the program that listens there",
        ) from error


def shows_records(settings: Settings, address: str, *, open_to_network: bool) -> bool:
    """Whether records are shown where nobody has said so: only if nobody but this machine is let in, by any door."""
    return settings.own_page_only and not open_to_network and ipaddress.ip_address(address).is_loopback


def serve(settings: Settings, *, address: str, port: int, workers: int, open_to_network: bool = False) -> None:
    """Serve until interrupted. The workers are processes of their own and read the settings from the environment."""
    os.environ["HARMGRID_DATA_DIR"] = str(settings.data_dir)
    if not os.environ.get("HARMGRID_RECORDS"):
        shown = shows_records(settings, address, open_to_network=open_to_network)
        os.environ["HARMGRID_RECORDS"] = "on" if shown else "off"
    server = Server(
        "server.following:served_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=address,
        port=port,
        workers=workers,
        blocking_threads=4,
        backpressure=64,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_S,
        log_level=LogLevels.warning,
        websockets=False,
    )
    if workers == 1:
        server.serve()
        return
    with tempfile.TemporaryDirectory(prefix="harmgrid-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # where they add their figures up; the metrics library's name
        server.serve()
