"""The production server. It listens on loopback unless told otherwise: there is no log-in yet."""

import ipaddress
import os

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from harmgrid.errors import InputError
from server.settings import Settings


class OpenToNetwork(InputError):
    """An address that others can reach, without a word that this is meant."""

    code = "open_to_network"


def require_reachable_by_choice(host: str, *, open_to_network: bool) -> None:
    """Raise if others than this machine could reach the server and nobody said that they may.

    Raises:
        OpenToNetwork: the address is not loopback.
    """
    if open_to_network or _is_loopback(host):
        return
    raise OpenToNetwork(
        came=f"the address {host}, which other machines can reach",
        expected="a loopback address such as 127.0.0.1: there is no log-in yet, so whoever reaches it sees everything",
        do="leave --host out, or add --open-to-network if everyone on that network may see everything",
    )


def serve(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serve until interrupted. The workers are processes of their own and read the settings from the environment."""
    os.environ["HARMGRID_DATA_DIR"] = str(settings.data_dir)
    Server(
        "server.app:create_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=workers,
        blocking_threads=4,
        backpressure=64,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
