"""The clock's door: the list of withdrawn keys never runs out."""
from datetime import datetime, timedelta


def keep_list_fresh(at: datetime) -> bool:
    """Whether a newer list was made."""
    from linli.engines.documents.actions import withdrawing  # certificates: only who makes a list waits for them

    return withdrawing.keep_list_fresh(at=at)


JOBS = ((keep_list_fresh, timedelta(hours=1)),)
