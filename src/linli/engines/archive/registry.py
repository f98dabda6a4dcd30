"""Whose key seals what: contexts whose own people have keys name them; for all other owners the archive has its own."""
from collections.abc import Callable, Collection, Mapping
from uuid import UUID

Keys = Callable[[Collection[UUID]], Mapping[UUID, bytes]]
KEYS: dict[str, Keys] = {}


def keys(kind: str, found: Keys) -> None:
    """Seal the files of owners `KIND:REF` under these wrapped keys; one that is missing has been destroyed."""
    if kind in KEYS:
        raise ValueError(f"{kind} has keys already")
    KEYS[kind] = found
