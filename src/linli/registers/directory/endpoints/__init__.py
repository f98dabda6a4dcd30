"""The directory for programs: the API, and HSDS 3.0 at the site's root."""
from linli.registers.directory.endpoints import supply  # noqa: F401  # adds to the router
from linli.registers.directory.endpoints.services import router

__all__ = ["router"]
