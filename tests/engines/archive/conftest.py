from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from linli.engines.archive import actions, queries
from linli.engines.archive.queries import PAPERS, Kept, Kind
from linli.engines.journal import queries as journal
from linli.kernel.actor import Actor
from linli.kernel.refs import new_ref
from tests.actors import AT, actor
from tests.engines.archive import samples


@dataclass
class Sender:
    """An organisation that sends papers, and the folder where they lie."""

    folder: Path
    organisation: UUID = field(default_factory=new_ref)

    def __post_init__(self) -> None:
        self.owner = f"organisation:{self.organisation}"
        self.by: Actor = actor(self.owner)

    def keep(self, content: bytes = samples.PDF, name: str = "章程.pdf", **more: Any) -> Kept:
        said: dict[str, Any] = {"kinds": PAPERS, "most_bytes": 1_000_000, "owner": self.owner, "by": self.by, "at": AT}
        return actions.keep(name, BytesIO(content), **(said | more))

    def read(self, ref: UUID) -> bytes:
        return b"".join(queries.read(ref))

    def lying(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("*") if path.is_file())

    def facts(self, ref: UUID) -> list[str]:
        return [entry.fact.partition(".")[2] for entry in journal.history([ref])]


@pytest.fixture
def sender(db: None, tmp_path: Path, settings: Any) -> Sender:
    settings.ARCHIVE = tmp_path / "archive"
    return Sender(settings.ARCHIVE)


@pytest.fixture
def papers(sender: Sender) -> dict[str, UUID | bytes]:
    """What a package is made of: two papers that were sent, and a form written down now."""
    return {
        "申请表.json": '{"名称": "演示协会"}'.encode(), "材料/章程.pdf": sender.keep().ref,
        "材料/照片.png": sender.keep(samples.png(), "照片.png", kinds={Kind.PNG}).ref,
    }
