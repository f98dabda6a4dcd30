from ninja import Router

from linli.registers.places.endpoints import circle, facilities, regions

router = Router(tags=["places"])
router.add_router("", regions.router)
router.add_router("", facilities.router)
router.add_router("", circle.router)
