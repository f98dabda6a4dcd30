from datetime import datetime

from linli.kernel.action import action, read_anew
from linli.kernel.actor import Actor
from linli.kernel.crypto import made_with
from linli.registers.people import access
from linli.registers.people.models import Person
from linli.registers.people.rules import Field


@action
def reseal(*, after: int = 0, most: int = 500, by: Actor, at: datetime) -> tuple[int, int | None]:
    """Seal people's rows and keys anew with the cipher of the settings, where the other one was used; how many people,
    and after which row to go on (None: all done).

    What other contexts keep stays as it is and stays readable: each value says what it was sealed with.
    """
    rows = list(Person.objects.select_for_update(of=("self",)).select_related("key")
                .filter(pk__gt=after, erased_at=None).order_by("pk")[:most])
    ring, done = access.keyring(), 0
    for row in rows:
        sealed = {field: getattr(row, f"{field}_sealed") for field in Field
                  if field is not Field.HOUSEHOLD}
        old = [value for value in (row.key.wrapped, *sealed.values()) if value and made_with(value) is not ring.cipher]
        if not old:
            continue
        clear = {field: access.unsealed(row, field) for field, value in sealed.items() if value}
        row.key.wrapped = ring.rewrap(row.key.wrapped)
        for field, text in clear.items():
            setattr(row, f"{field}_sealed", access.seal(row, field, text))
        row.key.save()
        row.save()
        done += 1
    read_anew()
    return done, rows[-1].pk if rows else None
