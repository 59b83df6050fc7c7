"""docker-compose.yml and the Dockerfile, read as Docker reads them as far as the tests need it, without Docker."""

import json
import re
import shlex
from collections.abc import Mapping
from fnmatch import fnmatch
from functools import cache
from typing import Any

import yaml

from tests.conftest import ROOT

SECRETS = {
    "POSTGRES_PASSWORD": "p'ss of PostgreSQL",
    "REDIS_PASSWORD": "0passOfRedis0",
    "HARMGRID_CACHE_SECRET": "what signs values in Redis",
}
_VARIABLE = re.compile(r"\$(?:\$|\{([A-Z_]+)(?:(:[-?])([^}]*))?\})")


class UnsetError(Exception):
    """A variable that has to be set; Docker prints the sentence and stops."""


def compose_text() -> str:
    return (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def compose(environment: Mapping[str, str] = SECRETS) -> dict[str, Any]:
    """The file with its anchors resolved and variables put in."""
    read: dict[str, Any] = _put_in(yaml.safe_load(compose_text()), environment)
    return read


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


def _put_in(value: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _put_in(found, environment) for name, found in value.items()}
    if isinstance(value, list):
        return [_put_in(found, environment) for found in value]
    return _VARIABLE.sub(lambda match: _value(match, environment), value) if isinstance(value, str) else value


def _value(match: re.Match[str], environment: Mapping[str, str]) -> str:
    if match[0] == "$$":
        return "$"
    name, otherwise, text = match.groups()
    if environment.get(name):
        return environment[name]
    if otherwise != ":-":
        raise UnsetError(f"{name}: {text}")
    return str(text)


@cache
def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile in order, each with what follows it on its lines."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines if line.strip()]


def stages() -> list[list[tuple[str, str]]]:
    """The instructions by stage; the last stage is the image."""
    found: list[list[tuple[str, str]]] = []
    for name, rest in instructions():
        if name == "FROM":
            found.append([])
        found[-1].append((name, rest))
    return found


def image_environment() -> dict[str, str]:
    """What ENV sets in the image."""
    (text,) = [rest for name, rest in stages()[-1] if name == "ENV"]
    return dict(word.split("=", 1) for word in shlex.split(text))


def image_health() -> list[str]:
    """The command of the image's health check."""
    (text,) = [rest for name, rest in stages()[-1] if name == "HEALTHCHECK"]
    words: list[str] = json.loads(text.partition("CMD")[2])
    return words


def copied() -> list[tuple[str, str]]:
    """Source and target of everything that the first stage copies from this folder."""
    pairs = []
    for name, rest in stages()[0]:
        if name == "COPY":
            *sources, target = rest.split()
            pairs += [(source, target) for source in sources]
    return pairs


def is_sent(path: str) -> bool:
    """Whether .dockerignore lets a path through to Docker; the last line that fits decides."""
    sent = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        if line and not line.startswith("#") and (fnmatch(path, pattern) or path.startswith(f"{pattern}/")):
            sent = line.startswith("!")
    return sent
