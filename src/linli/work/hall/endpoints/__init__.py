from linli.work.hall.endpoints import applications, matters
from linli.work.hall.endpoints.shapes import router

__all__ = ["applications", "matters", "router"]
