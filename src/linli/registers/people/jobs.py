"""The clock's door: data that nobody uses are announced, then erased."""
from datetime import datetime, timedelta

from linli.registers.people import actions


def forget_unused(at: datetime) -> None:
    while actions.announce_unused(at=at):
        pass
    while actions.erase_unused(at=at):
        pass


JOBS = ((forget_unused, timedelta(hours=12)),)
