"""People for programs: who is known, who acts for whom, and everything that somebody may decide on their data."""
from linli.registers.people.endpoints import audits, desk, family, housing, rights  # noqa: F401  # add to the router
from linli.registers.people.endpoints.people import router

__all__ = ["router"]
