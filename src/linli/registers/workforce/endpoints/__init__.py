from ninja import Router

from linli.registers.workforce.endpoints import registering

router = Router(tags=["workforce"])
router.add_router("", registering.router)
