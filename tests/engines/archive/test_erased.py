"""What somebody sent can be read by nobody once they are erased; then it goes from the disk too."""
from datetime import timedelta
from types import ModuleType

import pytest

from linli.engines.archive import jobs, queries
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict, NotFound
from linli.registers.people import actions as people
from tests.actors import AT, CITY, resident
from tests.engines.archive import samples
from tests.engines.archive.conftest import Sender


def test_what_somebody_sent_goes_with_them(
        sender: Sender, regions: ModuleType, django_capture_on_commit_callbacks: type) -> None:
    person = people.register(name="周敏", region=CITY, phone="0551-62345678", by=SYSTEM, at=AT)
    kept, other = sender.keep(owner=f"person:{person}"), sender.keep()
    assert sender.read(kept.ref) == samples.PDF
    people.erase(person, by=resident(person, "people.see", "people.manage"), at=AT)
    assert set(queries.kept_all([kept.ref, other.ref])) == {other.ref}
    with pytest.raises(NotFound):
        queries.kept(kept.ref)
    with pytest.raises(Conflict):
        sender.keep(owner=f"person:{person}")
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.clear(AT + timedelta(minutes=1)) == 1
    assert [file.name for file in sender.lying()] == [str(other.ref)]
