"""State machines as data: one table of moves drives checks, buttons, the test matrix and the diagram in the docs."""
from collections.abc import Collection
from dataclasses import dataclass

from linli.kernel.refusals import Conflict, NotAllowed
from linli.kernel.text import N_, Text

START = "[*]"


@dataclass(frozen=True)
class Move:
    """`target` None leaves the state as it is (a correction, a second assignment)."""

    name: str
    label: Text
    sources: tuple[str, ...]
    target: str | None
    permission: str


class Machine:
    """`held` is what the actor may do to this very thing (`Actor.held` of its scopes), not somewhere."""

    def __init__(self, *moves: Move) -> None:
        self.moves = {move.name: move for move in moves}
        if len(self.moves) < len(moves):
            raise ValueError("two moves share a name")

    def open_to(self, held: Collection[str], *, state: str) -> tuple[Move, ...]:
        """The moves open in this state to somebody who holds these permissions."""
        return tuple(m for m in self.moves.values() if state in m.sources and m.permission in held)

    def check(self, name: str, *, state: str, held: Collection[str]) -> str:
        """The state that the move leads to. Refuses: NotAllowed (permission), Conflict (state)."""
        move = self.moves[name]
        if move.permission not in held:
            raise NotAllowed(N_("Your role does not allow this: {move}."), move=move.label)
        if state not in move.sources:
            raise Conflict(N_("This is no longer open: {move}. Reload the page to see how things stand."),
                           move=move.label)
        return move.target or state

    def mermaid(self) -> str:
        """The diagram for the docs."""
        arrows = (f"    {s} --> {m.target or s}: {m.name}" for m in self.moves.values() for s in m.sources)
        return "\n".join(("stateDiagram-v2", *arrows))
