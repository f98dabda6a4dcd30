from linli.registers.organisations.endpoints import bulk, joining, register, watching
from linli.registers.organisations.endpoints.shapes import router

__all__ = ["bulk", "joining", "register", "router", "watching"]
