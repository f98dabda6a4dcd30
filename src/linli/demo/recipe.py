"""How much of everything the large demo city has, and the least that it has to have."""
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Recipe:
    """What is sown. What comes of it is life: some bookings find no time, some organisations are refused."""

    providers: int
    """Organisations that list services, counted at the end of the year."""
    others: int
    """Organisations that join and list nothing."""
    listed: int
    """Facilities that a public list names."""
    residents: int
    needs: int
    street: int = 1
    """Of how many streets one is peopled."""
    days: int = 365

    def part(self, of: int) -> "Recipe":
        """The same city with a part of everything, as long a year."""
        return Recipe(**{one.name: -(-getattr(self, one.name) // of) for one in fields(self)} | {
            "street": min(of, 60), "days": self.days})


CITY = Recipe(providers=2120, others=650, listed=360, residents=13_600, needs=11_200)
FLOORS = {
    "organisations_organisation": 3000, "directory_service": 10_000, "people_person": 20_000, "orders_order": 10_000,
}
