from collections.abc import Collection
from uuid import UUID

from linli.engines.search import registry, rules
from linli.engines.search.models import Indexed, text_index
from linli.engines.search.rules import sounds
from linli.kernel.action import action

KEY = ("kind", "ref", "lang")
FIELDS = ("title", "title_key", "sounds", "letters_key", "initials_key", "body", "region_code", "cell", "weight", "url")
BATCH = 200


@action
def index(kind: str, refs: Collection[UUID]) -> int:
    """Ask the kind's context for these things again, and keep what it gives; how many documents that is.

    The index follows the journal: it is made from what others recorded, so it records nothing and has no actor.
    """
    wanted = sorted(set(refs))
    return sum(_index(kind, set(wanted[n : n + BATCH])) for n in range(0, len(wanted), BATCH))


@action
def forget() -> None:
    """Empty the index, to be made again from the journal."""
    text_index().clear()
    Indexed.objects.all().delete()


def _index(kind: str, refs: set[UUID]) -> int:
    given = {(document.ref, document.lang): document for document in registry.KINDS[kind].documents(refs)}
    if strangers := {ref for ref, _ in given} - refs:
        raise ValueError(f"{kind} gave {len(strangers)} documents that nobody asked for")
    kept = Indexed.objects.filter(kind=kind, ref__in=refs).values_list("pk", "ref", "lang")
    gone = [pk for pk, ref, lang in kept if (ref, lang) not in given]
    if gone:
        text_index().remove(gone)
        Indexed.objects.filter(pk__in=gone).delete()
    rows = [_row(kind, document) for document in given.values()]
    Indexed.objects.bulk_create(rows, update_conflicts=True, unique_fields=KEY, update_fields=FIELDS)
    keys = {(ref, lang): pk for pk, ref, lang in kept.all()}  # asked again: now with the new ones
    text_index().put((keys[row.ref, row.lang], rules.tokens(row.title), rules.tokens(row.body),
                      sounds.tokens(row.sounds)) for row in rows)
    return len(rows)


def _row(kind: str, document: registry.Document) -> Indexed:
    title = rules.clean(document.title)[:300]
    said = sounds.sounds(title)
    letters, initials = sounds.keys(said)
    return Indexed(
        kind=kind, ref=document.ref, lang=document.lang, title=title, title_key=rules.key(title),
        sounds=said, letters_key=letters, initials_key=initials,
        body=rules.joined(document.body, document.also), region_code=document.region_code, cell=document.cell,
        weight=document.weight, url=document.url,
    )
