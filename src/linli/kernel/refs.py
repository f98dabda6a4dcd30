"""Names for URLs, the API and other nodes. Integer keys stay inside."""
from os import urandom
from secrets import randbits
from time import time_ns
from uuid import UUID


def new_ref() -> UUID:
    """A UUIDv7 (RFC 9562, 5.7): Unix milliseconds in front, so that refs sort by birth; 74 random bits behind."""
    stamp = time_ns() // 1_000_000 & (1 << 48) - 1
    bits = randbits(74)
    return UUID(int=stamp << 80 | 7 << 76 | bits >> 62 << 64 | 2 << 62 | bits & (1 << 62) - 1)


def new_refs(count: int) -> list[UUID]:
    """So many at once, for the rows of a file, in the order in which they sort: random bits are asked for once."""
    head = (time_ns() // 1_000_000 & (1 << 48) - 1) << 80 | 7 << 76 | 2 << 62
    pool = urandom(10 * count)
    drawn = sorted(int.from_bytes(pool[at:at + 10]) >> 6 for at in range(0, len(pool), 10))
    return [UUID(int=head | bits >> 62 << 64 | bits & (1 << 62) - 1) for bits in drawn]
