"""The taxonomies that listings are described by, as HSDS tells them: Chinese names, the English ones beside them."""
from dataclasses import dataclass
from functools import lru_cache

from django.utils import translation

from linli.kernel.doors import speak
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Both, Text
from linli.registers.directory.rules import hsds, offers
from linli.registers.directory.rules.hsds import Told
from linli.registers.directory.rules.taxonomy import taxonomy as categories
from linli.registers.practitioners import queries as practitioners

TAXONOMIES: dict[str, tuple[Both, Both]] = {
    "services": (Both("Services", "服务分类"), Both(
        "Fields of service and their categories.", "服务领域及其下的服务类别。")),
    "groups": (Both("Target groups", "服务人群"), Both("For whom a service is.", "服务所面向的人群。")),
    "modes": (Both("Modes of delivery", "服务方式"), Both("How a service is given.", "服务提供的方式。")),
    "credentials": (Both("Credentials", "从业证照"), Both(
        "What whoever gives a service must hold.", "提供服务的人员必须具备的证照。")),
}


@dataclass(frozen=True)
class Term:
    taxonomy: str
    key: str
    name: Both
    sentence: Both
    parent: str = ""

    @property
    def id(self) -> str:
        return hsds.term_id(self.taxonomy, self.key)

    def told(self) -> Told:
        return hsds.without_nothing({
            "id": self.id, "code": self.key.removeprefix("field:"), "name": self.name.zh,
            "description": self.sentence.zh, "english_name": str(self.name), "language": "zh",
            "taxonomy": TAXONOMIES[self.taxonomy][0].zh, "taxonomy_id": hsds.taxonomy_id(self.taxonomy),
            "parent_id": hsds.term_id(self.taxonomy, self.parent) if self.parent else None,
        })


def zh(text: Text) -> str:
    """What a marked text is in Chinese, whoever asks: data has one language."""
    with translation.override("zh-hans"):
        return speak(text)


def _both(text: Text) -> Both:
    return text if isinstance(text, Both) else Both(str(text), zh(text))


@lru_cache(maxsize=1)
def _terms() -> dict[str, Term]:
    found = [Term("services", f"field:{d.key}", d.name, d.sentence) for d in categories().domains.values()]
    found += [Term("services", c.key, c.name, c.sentence, f"field:{c.domain.key}")
              for c in categories().categories.values()]
    for taxonomy, labels in (("groups", offers.GROUPS), ("modes", offers.MODES)):
        found += [Term(taxonomy, key, _both(label), _both(label)) for key, label in labels.items()]
    kinds = practitioners.credential_kinds()
    found += [Term("credentials", key, _both(kinds[key].name), _both(kinds[key].name)) for key in sorted(kinds)]
    return {term.id: term for term in found}


def known(id: str) -> Term | None:
    """The term of this id, if there is one."""
    return _terms().get(id.lower())


def of(taxonomy: str, key: str) -> Term:
    return _terms()[hsds.term_id(taxonomy, key)]


def terms(*, search: str = "", taxonomy_id: str = "", parent_id: str = "", top_only: bool = False) -> list[Told]:
    """Every term that meets all conditions given, taxonomy by taxonomy."""
    wanted = search.strip().lower()
    return [
        term.told() for term in _terms().values()
        if (not taxonomy_id or hsds.taxonomy_id(term.taxonomy) == taxonomy_id.lower())
        and (not parent_id or term.parent and hsds.term_id(term.taxonomy, term.parent) == parent_id.lower())
        and not (top_only and term.parent)
        and (not wanted or wanted in f"{term.name.zh} {term.name} {term.key} {term.sentence.zh}".lower())
    ]


def term(id: str) -> Told:
    """Refuses: NotFound."""
    found = known(id)
    if found is None:
        raise NotFound(N_("There is no such taxonomy term."))
    return found.told() | {"taxonomy_detail": taxonomy(hsds.taxonomy_id(found.taxonomy))}


def taxonomies(*, search: str = "") -> list[Told]:
    found = [hsds.without_nothing({
        "id": hsds.taxonomy_id(key), "name": name.zh, "description": sentence.zh, "version": "1",
    }) for key, (name, sentence) in TAXONOMIES.items()]
    wanted = search.strip().lower()
    return [one for one in found if wanted in f"{one['name']} {one['description']}".lower()]


def taxonomy(id: str) -> Told:
    """Refuses: NotFound."""
    for one in taxonomies():
        if one["id"] == id.lower():
            return one
    raise NotFound(N_("There is no such taxonomy."))
