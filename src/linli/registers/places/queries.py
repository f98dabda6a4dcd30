from types import SimpleNamespace
from typing import Any


def root() -> Any:
    return SimpleNamespace(name="合肥市")
