from ninja import Router

from linli.registers.workforce.endpoints import allowances, conduct, exchange, registering, stations, vacancies

router = Router(tags=["workforce"])
router.add_router("", allowances.router)
router.add_router("", conduct.router)
router.add_router("", exchange.router)
router.add_router("", registering.router)
router.add_router("", stations.router)
router.add_router("", vacancies.router)
