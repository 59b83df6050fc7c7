"""Peers at the versions named here, found or installed. No address: each client asks the registry it is set up for."""

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / ".bench"
POSTGRESQL = "15"  # of Debian 12, with PostGIS 3.3
TIPG = ("tipg==1.6.1", "uvicorn[standard]==0.54.0")
TILESERVER = "tileserver-gl-light@5.6.0"


class Missing(RuntimeError):
    """A peer that is not here and could not be installed."""


def find_postgis(*, install: bool) -> Path:
    """The folder with the server programs of a PostgreSQL that has PostGIS.

    Raises:
        Missing: it is not here, and either nothing may be installed or that failed.
    """
    programs = Path("/usr/lib/postgresql") / POSTGRESQL / "bin"
    extension = Path("/usr/share/postgresql") / POSTGRESQL / "extension" / "postgis.control"
    if not extension.exists() and install:
        _apt(f"postgresql-{POSTGRESQL}", f"postgresql-{POSTGRESQL}-postgis-3")
    if not (extension.exists() and (programs / "initdb").exists()):
        raise Missing(f"PostgreSQL {POSTGRESQL} with PostGIS is not here" + _tried(install=install))
    return programs


def find_wrk(*, install: bool) -> Path:
    """The load generator.

    Raises:
        Missing: as above.
    """
    if not shutil.which("wrk") and install:
        _apt("wrk")
    found = shutil.which("wrk")
    if not found:
        raise Missing("wrk, which makes the load, is not here" + _tried(install=install))
    return Path(found)


def version_of_wrk(wrk: Path) -> str:
    """Its name and version, as it tells them."""
    told = subprocess.run([wrk, "--version"], check=False, capture_output=True, text=True)  # noqa: S603 - found above
    return " ".join(told.stdout.split()[:2])


def find_tipg(*, install: bool) -> Path:
    """The folder of programs of an environment with TiPG and uvicorn.

    Raises:
        Missing: as above.
    """
    folder = FOLDER / "tipg"
    if not _holds(folder, TIPG) and install:
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        pip: list[str | Path] = [
            folder / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        if _run([*pip, *TIPG]):
            _sign(folder, TIPG)
    if not _holds(folder, TIPG):
        raise Missing(f"{TIPG[0]} is not here" + _tried(install=install))
    return folder / "bin"


def find_tileserver(*, install: bool) -> Path:
    """The program of tileserver-gl-light, for Node.js.

    Raises:
        Missing: as above.
    """
    folder = FOLDER / "tileserver"
    program = folder / "node_modules" / "tileserver-gl-light" / "src" / "main.js"
    if not _holds(folder, [TILESERVER]) and install and shutil.which("npm"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(json.dumps({"private": True}), encoding="utf-8")
        # With its scripts, which fetch or build the reader of .mbtiles; never inside our own package.
        npm: list[str | Path] = ["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error"]
        if _run([*npm, TILESERVER]):
            _sign(folder, [TILESERVER])
    if not (_holds(folder, [TILESERVER]) and shutil.which("node")):
        raise Missing(f"{TILESERVER} is not here" + _tried(install=install))
    return program


def _tried(*, install: bool) -> str:
    return " and could not be installed" if install else ""


def _holds(folder: Path, wanted: Sequence[str]) -> bool:
    """Whether an earlier run installed exactly that there, and came to its end."""
    signed = folder / "installed.json"
    return signed.exists() and json.loads(signed.read_text(encoding="utf-8")) == list(wanted)


def _sign(folder: Path, wanted: Sequence[str]) -> None:
    (folder / "installed.json").write_text(json.dumps(list(wanted)), encoding="utf-8")


def _apt(*packages: str) -> None:
    """As tests/install.sh does: where this is Debian and we may."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (as_root and not shutil.which("sudo")):
        return
    _run([*as_root, "apt-get", "update", "-qq"])
    _run(
        [
            *(*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq"),
            *("--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", *packages),
        ]
    )


def _run(command: Sequence[str | Path]) -> bool:
    """Whether an installer came to its end. What it says goes beside the report."""
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=sys.stderr)  # noqa: S603 - an installer, named above
    return done.returncode == 0
