from linli.registers.organisations.endpoints import joining, register
from linli.registers.organisations.endpoints.shapes import router

__all__ = ["joining", "register", "router"]
