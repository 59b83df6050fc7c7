"""Where profiles come from: those shipped beside this module, and files that somebody names."""

import tomllib
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from etl.profiles.checks import profile_from
from etl.profiles.profile import Profile
from harmgrid.errors import InvalidProfile

MAX_BYTES = 1024**2


def shipped_profiles() -> tuple[str, ...]:
    """The ids of the profiles that come with harmgrid."""
    names = (entry.name for entry in files("etl.profiles").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def read_profile(name_or_path: str | Path) -> Profile:
    """The profile of a shipped id, or of a .toml file.

    Raises:
        InvalidProfile: neither, or a file with a key or a value that has no meaning.
    """
    name = str(name_or_path)
    if name in shipped_profiles():
        return _profile(f"{name}.toml", (files("etl.profiles") / f"{name}.toml").read_bytes())
    path = Path(name_or_path)
    if path.suffix.lower() != ".toml":
        raise InvalidProfile(
            came=f"the profile {name[:200]!r}",
            expected=f"one of {', '.join(shipped_profiles())}, or the path of a .toml file",
            do="choose one of them, or write your own as docs/sources.md says",
        )
    profile = _profile(path.name, _bytes_of(path))
    return replace(profile, path=path.parent / profile.path) if profile.path else profile


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise OSError(f"it has more than {MAX_BYTES:,} bytes")
        return path.read_bytes()
    except OSError as error:
        raise InvalidProfile(
            came=f"the profile {path}, which does not open ({error})",
            expected="a TOML file",
            do="check the path",
        ) from error


def _profile(name: str, content: bytes) -> Profile:
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidProfile(
            came=f"the profile {name}, which does not read ({error})",
            expected="TOML in UTF-8",
            do="correct it at that point",
        ) from error
    return profile_from(name, data)
