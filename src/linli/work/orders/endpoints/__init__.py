"""Orders for programs: their life, waiting lists, disputes, and bundles booked as a whole."""
from linli.work.orders.endpoints import bundles  # noqa: F401  # adds to the router
from linli.work.orders.endpoints.orders import router

__all__ = ["router"]
