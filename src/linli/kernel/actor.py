"""Who acts. Built once at each door, never `None`. Roles, which give the permissions, belong to accounts."""
from dataclasses import dataclass
from uuid import UUID

REGION = "region:"


@dataclass(frozen=True)
class Grant:
    """Permissions within one scope: `region:CODE` (its whole subtree), or `KIND:REF` of one person or body."""

    permissions: frozenset[str]
    scope: str

    def covers(self, scope: str) -> bool:
        if self.scope.startswith(REGION):  # a code's trailing zeros say nothing: the subtree begins with what is left
            return scope.startswith(REGION) and scope.startswith(prefix(self.scope))
        return scope == self.scope


def prefix(region: str) -> str:
    """What the codes of a region's subtree begin with: 340104000000 gives 340104, and keeps pairs and threes whole."""
    head, _, code = region.rpartition(":")
    for size in (2, 4, 6, 9):
        if not code[size:].strip("0"):
            return f"{head}:{code[:size]}" if head else code[:size]
    return region


@dataclass(frozen=True)
class Actor:
    """`ref` is the account (or system) that acts; `person` the person behind it, where there is one."""

    ref: UUID
    person: UUID | None = None
    grants: tuple[Grant, ...] = ()

    @property
    def permissions(self) -> frozenset[str]:
        """Everything this actor may do somewhere."""
        return frozenset().union(*(grant.permissions for grant in self.grants))

    def held(self, *scopes: str) -> frozenset[str]:
        """What this actor may do to a thing that lies in these scopes (`region:…`, `person:…`, `organisation:…`)."""
        return frozenset().union(*(g.permissions for g in self.grants if any(map(g.covers, scopes))))

    def scopes(self, permission: str, kind: str) -> tuple[str, ...]:
        """Where the permission holds: codes (for `region`, the subtree's prefix) or refs of that kind."""
        found = (prefix(g.scope) for g in self.grants if permission in g.permissions and g.scope.startswith(f"{kind}:"))
        return tuple(dict.fromkeys(scope.removeprefix(f"{kind}:") for scope in found))

    def refs(self, permission: str, kind: str) -> tuple[UUID, ...]:
        """`scopes` for kinds whose things go by ref."""
        return tuple(map(UUID, self.scopes(permission, kind)))


ANONYMOUS = Actor(UUID(int=0))
SYSTEM = Actor(UUID(int=1))
