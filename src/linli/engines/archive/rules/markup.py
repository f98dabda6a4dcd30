"""XML that is read to see what it is, never to be believed: no entities, no outside definitions, no endless nesting."""
from collections.abc import Iterable
from xml.parsers import expat

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_

DEEPEST = 200
_PAGES = {"html", "svg"}


class _Enough(Exception):
    pass


class Prolog:
    """Is fed a document's first bytes, until `done` at its first element. Refuses: RuleBroken (it declares entities,
    or, being `strict`, a document type at all)."""

    def __init__(self, *, strict: bool) -> None:
        self.done, self.strict = False, strict
        self._parser = _parser()
        self._parser.StartElementHandler = self._first
        if strict:
            self._parser.StartDoctypeDeclHandler = _refused

    def _first(self, *_: object) -> None:
        raise _Enough

    def feed(self, some: bytes) -> None:
        try:
            self._parser.Parse(some, False)
        except _Enough:
            self.done = True
        except expat.ExpatError:
            if self.strict:
                raise broken() from None
            self.done = True  # not XML after all, and nobody here reads it as such


def looked_through(pieces: Iterable[bytes]) -> None:
    """The whole of a document. Refuses: RuleBroken (entities, a document type, a web page, damaged, nested deeply)."""
    parser, depth = _parser(), 0

    def begins(name: str, _: object) -> None:
        nonlocal depth
        if not depth and name.rpartition(":")[2].casefold() in _PAGES:
            raise RuleBroken(N_("This is a web page or a drawing that can hold a program. Save it as a PDF and send"
                                " that."), field="file", rule="archive.kinds")
        depth += 1
        if depth > DEEPEST:
            raise broken()

    def ends(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = begins, ends
    parser.StartDoctypeDeclHandler = _refused
    try:
        for some in pieces:
            parser.Parse(some, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise broken() from None


def broken() -> RuleBroken:
    return RuleBroken(N_("This file is damaged or broken off: it cannot be read to the end. Save it again and send the"
                         " new one."), field="file", rule="archive.whole")


def _parser() -> expat.XMLParserType:
    made = expat.ParserCreate()
    made.EntityDeclHandler = _refused
    made.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    return made


def _refused(*_: object) -> None:
    raise RuleBroken(N_("This file holds XML that defines its own abbreviations, by which a small file can grow without"
                        " end. Save it anew with the program that made it, or send a PDF."), field="file",
                     rule="archive.bombs")
