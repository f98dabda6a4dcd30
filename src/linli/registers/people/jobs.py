"""The clock's door: data that nobody uses are announced, then erased; what was erased is gone from the files too."""
from datetime import datetime, timedelta

from linli.kernel.database import fold_in
from linli.registers.people import actions, queries

FRESH = timedelta(minutes=30)


def forget_unused(at: datetime) -> None:
    while actions.announce_unused(at=at):
        pass
    while actions.erase_unused(at=at):
        pass


def hand_over(at: datetime) -> None:
    while actions.hand_over(at=at):
        pass


def open_audits(at: datetime) -> None:
    actions.open_audits(at=at)


def leave_no_trace(at: datetime) -> None:
    """After somebody was erased: the database's own files lose what it lost, and the list of who was erased grows, by
    which a backup that is brought back is erased anew. For a while, since what watchers take away follows later."""
    if queries.erased(since=at - FRESH):
        keep_erased()
        fold_in()


def keep_erased() -> None:
    """Write the list of who was erased; who stands on it and is not in this database stays on it."""
    known = queries.erased_listed()
    new = [ref for ref in queries.erased() if ref not in set(known)]
    if new:
        file = queries.erased_file()
        part = file.with_name(f"{file.name}.part")
        part.write_text("".join(f"{ref}\n" for ref in [*known, *new]))
        part.replace(file)


JOBS = (
    (forget_unused, timedelta(hours=12)), (hand_over, timedelta(hours=6)), (open_audits, timedelta(hours=12)),
    (leave_no_trace, timedelta(seconds=10)),
)
