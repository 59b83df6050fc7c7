"""The cache that the settings ask for."""

from server.cache.envelope import Envelope, secret_in
from server.cache.interface import Cache, Told
from server.cache.local import LocalCache
from server.cache.shared import PATIENCE, Patience, SharedCache
from server.settings import InvalidSetting, Settings


def open_cache(settings: Settings, *, told: Told, patience: Patience = PATIENCE) -> Cache:
    """Redis where one is named, otherwise this process's memory.

    Raises:
        InvalidSetting: the address of the Redis has an option that cannot be used. Whether one is there is no matter.
    """
    if not settings.redis_url:
        return LocalCache(settings.cache_megabytes << 20, told=told)
    secret = settings.cache_secret.encode() or secret_in(settings.data_dir)
    try:
        return SharedCache(settings.redis_url, Envelope(secret), told=told, patience=patience)
    except ValueError as error:
        raise InvalidSetting(
            came=f"a HARMGRID_REDIS_URL that cannot be used ({error})",
            expected="redis://host:6379/0 or unix:///path/to/socket",
            do="leave out what follows the question mark",
        ) from error
