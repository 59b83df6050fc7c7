"""docker-compose.yml and the Dockerfile against the code, and against what they promise; no Docker is needed."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import click
import pytest

from server.cli import command
from server.serve import OpenToNetwork, listening_address
from server.settings import SETTINGS, Settings
from tests.compose import (
    SECRETS,
    UnsetError,
    compose,
    compose_text,
    copied,
    image_environment,
    image_health,
    is_sent,
    services,
    stages,
)
from tests.conftest import ROOT

REPLICAS = ("server-1", "server-2")
OURS = (*REPLICAS, "loader")
NGINX = (ROOT / "tools" / "nginx.conf").read_text(encoding="utf-8")


def option(words: list[str], name: str) -> str:
    return words[words.index(name) + 1]


@pytest.mark.quick
@pytest.mark.parametrize("name", OURS)
def test_a_command_and_its_options_are_ones_of_harmgrid(name: str) -> None:
    first, *rest = services()[name]["command"]
    found = command.commands[first]
    assert isinstance(found, click.Command)
    found.make_context(first, rest)  # a click.UsageError if one does not exist


@pytest.mark.quick
@pytest.mark.parametrize("name", OURS)
def test_a_setting_is_one_of_harmgrid_with_a_value_that_it_can_have(name: str) -> None:
    environment = image_environment() | services()[name]["environment"]
    ours = {setting for setting in environment if setting.startswith("HARMGRID_")}
    assert ours <= set(SETTINGS)
    settings = Settings.from_environment(environment)
    assert settings.data_dir == Path("/data")
    assert settings.cache_secret == SECRETS["HARMGRID_CACHE_SECRET"]
    assert SECRETS["REDIS_PASSWORD"] in settings.redis_url
    if name in REPLICAS:
        assert {"localhost", "127.0.0.1"} <= set(settings.trusted_hosts)
    else:
        assert settings.database_url == "postgresql://harmgrid@postgres/harmgrid"
        assert environment["PGPASSWORD"] == services()["postgres"]["environment"]["POSTGRES_PASSWORD"]


@pytest.mark.quick
@pytest.mark.parametrize("name", SECRETS)
def test_without_a_secret_nothing_starts_and_the_reason_is_told(name: str) -> None:
    for value in ({}, {name: ""}):
        with pytest.raises(UnsetError, match=rf"{name}: Set {name} to .+, see docs/how-to\.md"):
            compose({secret: text for secret, text in SECRETS.items() if secret != name} | value)
    assert compose(SECRETS | {name: "another one"}) != compose()


@pytest.mark.quick
def test_no_secret_has_a_default_or_stands_in_a_command() -> None:
    for name in re.findall(r"\$\{(\w+):-", compose_text()):
        assert name in {"PUBLIC_HOST", "PUBLIC_PORT", "SOURCES"}
    for service in services().values():
        said = str([service.get(part) for part in ("command", "entrypoint", "healthcheck")])
        assert not any(secret in said for secret in SECRETS.values())
    assert not re.search("PASSWORD|SECRET|TOKEN", (ROOT / "Dockerfile").read_text(encoding="utf-8"))


@pytest.mark.quick
def test_only_nginx_is_published_and_only_to_this_machine() -> None:
    ports = {name: service["ports"] for name, service in services().items() if "ports" in service}
    assert ports == {"nginx": ["127.0.0.1:8080:8080"]}
    assert f"listen {ports['nginx'][0].rpartition(':')[2]};" in NGINX
    networks = compose()["networks"]
    assert {name for name, network in networks.items() if not network.get("internal")} == {"outside"}
    assert [name for name, service in services().items() if "outside" in service["networks"]] == ["nginx"]


@pytest.mark.quick
def test_each_reaches_only_what_it_needs() -> None:
    reach: dict[str, set[str]] = {}
    for name, service in services().items():
        for network in service["networks"]:
            reach.setdefault(network, set()).add(name)
    assert reach == {
        "outside": {"nginx"},
        "front": {"nginx", *REPLICAS},
        "cache": {*OURS, "redis"},
        "records": {"loader", "postgres"},
    }


@pytest.mark.quick
def test_none_can_write_its_image_or_become_root() -> None:
    for name, service in services().items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "/tmp:mode=1777" in service["tmpfs"], name  # noqa: S108 - the container's
        assert name in OURS or service["user"] not in {"", "root", "0"}, name


@pytest.mark.quick
def test_only_the_loader_changes_snapshots_and_only_postgresql_its_files() -> None:
    mounted = {name: service["volumes"] for name, service in services().items() if "volumes" in service}
    assert mounted == {
        "server-1": ["data:/data:ro"],
        "server-2": ["data:/data:ro"],
        "loader": ["data:/data", "./sources:/sources:ro"],
        "postgres": ["records:/var/lib/postgresql/data"],
        "nginx": ["./tools/nginx.conf:/etc/nginx/nginx.conf:ro"],
    }
    assert set(compose()["volumes"]) == {"data", "records"}


@pytest.mark.quick
def test_whoever_is_waited_for_exists_and_can_be_well() -> None:
    for name, service in services().items():
        needed: Any = service.get("depends_on", [])
        for other in needed:
            condition = needed[other]["condition"] if isinstance(needed, dict) else "service_started"
            well = other in REPLICAS or "test" in services()[other].get("healthcheck", {})
            assert condition == "service_started" or well, (name, other)
    assert services()["loader"]["profiles"] == ["load"]


@pytest.mark.quick
def test_nginx_asks_the_replicas_where_they_listen() -> None:
    assert services()["server-1"] == services()["server-2"]
    words = services()["server-1"]["command"]
    port = option(words, "--port")
    assert re.findall(r"^ +server (\S+?):(\d+) ", NGINX, re.MULTILINE) == [(name, port) for name in REPLICAS]
    assert f"http://127.0.0.1:{port}/healthz" in image_health()[-1]
    with pytest.raises(OpenToNetwork):
        listening_address(option(words, "--host"), open_to_network=False)
    assert "--open-to-network" in words


@pytest.mark.quick
def test_images_have_a_version_and_no_registry() -> None:
    images = [service["image"] for name, service in services().items() if name not in OURS]
    images += [stage[0][1].split()[0] for stage in stages()]
    for image in images:
        assert re.fullmatch(r"[a-z]+:\d[\w.-]+", image), image
    for name in OURS:
        assert (services()[name]["image"], services()[name]["build"]) == ("harmgrid", ".")


@pytest.mark.quick
def test_the_image_runs_the_command_as_a_user_of_its_own() -> None:
    image = stages()[-1]
    names = [name for name, _ in image]
    (user,) = [rest for name, rest in image if name == "USER"]
    (made,) = [rest for name, rest in image if name == "RUN"]
    assert re.search(rf"useradd --system --uid [1-9]\d+ .*\b{user}\b", made)
    assert f"-o {user}" in made
    assert names.index("USER") > names.index("COPY")
    assert dict(image)["ENTRYPOINT"] == '["harmgrid"]'
    assert dict(image)["COPY"] == "--from=build /opt/harmgrid /opt/harmgrid"
    assert set(image_environment()) >= {"HARMGRID_DATA_DIR", "NUMBA_CACHE_DIR", "PATH"}


@pytest.mark.quick
def test_nothing_of_this_machine_goes_into_the_image() -> None:
    for path in (
        ".env",
        ".git/config",
        ".venv/bin/python",
        "harmgrid-data/records.sqlite",
        "sources/x.csv",
        "tests/a.py",
    ):
        assert not is_sent(path), path
    assert not is_sent("static/vendor/x.mjs")
    for source, _ in copied():
        assert is_sent(source), source
        assert (ROOT / source).exists(), source


def test_what_the_dockerfile_copies_makes_a_whole_wheel(tmp_path: Path) -> None:
    for source, target in copied():
        goal = tmp_path / target / (Path(source).name if target.endswith("/") else "")
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, goal, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
        else:
            goal.parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / source, goal)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (steps,) = [rest for name, rest in stages()[0] if name == "RUN" and "copy_vendor" in rest]
    for step in steps.split("&&"):
        python, *words = step.split()
        assert python == "python"
        done = subprocess.run([sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    for room in ("harmgrid", "etl", "server", "static"):
        files = {path.relative_to(ROOT).as_posix() for path in (ROOT / room).rglob("*") if path.is_file()}
        assert {name for name in files if "__pycache__" not in name and "/vendor/" not in name} <= names
    assert "static/vendor/maplibre-gl/maplibre-gl.mjs" in names
