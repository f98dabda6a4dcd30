"""The texts that people read: collected from the code into one message file per room, checked, compiled.

Babel reads Python; Django's own `templatize` turns templates into something Babel can read.
"""
import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "linli"
API = "api"
"""The context of what the interface's document says: its words are not those of pages."""
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "N_": None, "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = "# Texts of this room in Simplified Chinese.\n"


def rooms() -> Iterator[Path]:
    """The folders that own a message file: kernel, ui, shell, demo, and every context."""
    for name in ("kernel", "ui", "shell", "demo"):
        yield SOURCE / name
    for floor in ("engines", "registers", "work", "watchers"):
        yield from sorted(p.parent for p in (SOURCE / floor).glob("*/__init__.py"))


def texts(room: Path) -> Iterator[tuple[str | tuple[str, ...], str | None, str]]:
    """Each text of a room with its context and the file it stands in."""
    for file in sorted([*room.rglob("*.py"), *room.rglob("*.html"), *room.rglob("*.txt")]):
        if "migrations" in file.parts:
            continue
        content = file.read_text()
        if file.suffix != ".py":
            content = templatize(content, origin=str(file))
        for _, message, _, context in extract("python", BytesIO(content.encode()), keywords=KEYWORDS):
            yield message, context, str(file.relative_to(SOURCE))


def told(room: Path) -> Iterator[tuple[str, str]]:
    """What the room's endpoints say of themselves, with the file: docstrings of operations and shapes, names of fields.

    The names are written as the interface's document writes them. Shapes that stand elsewhere in the room (kinds,
    states) are read where an endpoint names them.
    """
    own = _endpoints(room)
    trees = own or (_endpoints(SOURCE) if room.name == "kernel" else {})
    named = {node.id if isinstance(node, ast.Name) else node.attr for tree in trees.values() for node in ast.walk(tree)
             if isinstance(node, ast.Name | ast.Attribute)}
    for file, tree in own.items():
        for node in ast.walk(tree):
            for text in _said(node):
                yield text, str(file.relative_to(SOURCE))
    for file in sorted(room.rglob("*.py")) if named else ():
        if file not in own and "migrations" not in file.parts:
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.ClassDef) and node.name in named and _is_kind(node) \
                        and (said := ast.get_docstring(node)):
                    yield said, str(file.relative_to(SOURCE))


def _endpoints(under: Path) -> dict[Path, ast.Module]:
    return {file: ast.parse(file.read_text()) for file in sorted(under.rglob("*.py"))
            if "endpoints" in (file.stem, file.parent.name)}


def _said(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ClassDef) and not _is_plain(node):
        if said := ast.get_docstring(node):
            yield said
        for one in node.body:
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
                yield _title(_alias(one) or one.target.id)
    routes = [ast.unparse(one) for one in getattr(node, "decorator_list", ())]
    if isinstance(node, ast.FunctionDef) and any("router." in route for route in routes):
        yield ast.get_docstring(node) or _title(node.name)
        for given in node.args.args:
            if given.arg not in ("request", "response", "body"):
                yield _title(_alias(given) or given.arg)
        if "File(" in ast.unparse(node.args):
            yield "MultiPartBodyParams"
        if any("list[" in route for route in routes):
            yield "Response"
    if isinstance(node, ast.keyword) and node.arg == "description" and isinstance(node.value, ast.Constant):
        yield str(node.value.value)
    if isinstance(node, ast.keyword) and node.arg == "alias" and isinstance(node.value, ast.Constant):
        yield _title(str(node.value.value))


def _title(name: str) -> str:
    """As pydantic writes a name that has no title of its own."""
    return name.title().replace("_", " ").strip()


def _alias(node: ast.AST) -> str:
    return next((str(one.value.value) for one in ast.walk(node) if isinstance(one, ast.keyword) and one.arg == "alias"
                 and isinstance(one.value, ast.Constant)), "")


def _is_kind(node: ast.ClassDef) -> bool:
    return any("Enum" in ast.unparse(base) for base in node.bases)


def _is_plain(node: ast.ClassDef) -> bool:
    return not node.bases


def po(room: Path) -> Path:
    return room / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def read(room: Path) -> Catalog:
    if not po(room).exists():
        return Catalog(locale="zh_Hans")
    with po(room).open("rb") as text:
        return pofile.read_po(text, locale="zh_Hans")


def collect(room: Path) -> tuple[Catalog, list[str]]:
    """The room's catalogue as the code wants it now, and what is missing or wrong in it."""
    kept, made, wrong = read(room), Catalog(locale="zh_Hans", header_comment=HEADER, fuzzy=False), []
    for message, context, file in [*texts(room), *((text, API, file) for text, file in told(room))]:
        key = message if isinstance(message, str) else message[0]
        old = kept.get(key, context)
        string = old.string if old is not None else ""
        made.add(message, string, context=context, locations=[(file, 0)])
        said = string if isinstance(string, str) else "".join(string or ())
        if not said:
            wrong.append(f"{file}: no Chinese for “{key[:70]}”")
        elif set(_places(key)) - set(_places(said)) and isinstance(message, str):
            wrong.append(f"{file}: the Chinese loses {sorted(set(_places(key)) - set(_places(said)))} of “{key[:70]}”")
    return made, wrong


def _places(text: str) -> list[str]:
    return re.findall(r"\{\w*\}|%\(\w+\)[sd]", text)


def clashes(catalogues: dict[Path, Catalog]) -> list[str]:
    """One English text has one Chinese text everywhere: the last one loaded would win silently."""
    said: dict[tuple[str, str | None], dict[str, str]] = {}
    for room, catalogue in catalogues.items():
        for message in catalogue:
            if message.id and isinstance(message.id, str) and message.string:
                said.setdefault((message.id, message.context), {}).setdefault(str(message.string), room.name)
    return [f"“{text[:50]}” is {' / '.join(f'{zh} ({room})' for zh, room in both.items())}"
            for (text, _), both in said.items() if len(both) > 1]


def run(*only: str, check: bool = False) -> int:
    """Collect (unless `check`), and say what is missing; exit code 1 where something is. `only` names rooms."""
    found = {room: collect(room) for room in rooms() if not only or room.name in only}
    wrong = [line for _, lines in found.values() for line in lines] + clashes({r: c for r, (c, _) in found.items()})
    for room, (catalogue, _) in found.items():
        wanted, kept = {(m.id, m.context) for m in catalogue if m.id}, {(m.id, m.context) for m in read(room) if m.id}
        if check:
            wrong += [f"{room.name}: “{str(text)[:60]}” is said nowhere any more" for text, _ in kept - wanted]
        elif wanted:
            po(room).parent.mkdir(parents=True, exist_ok=True)
            with po(room).open("wb") as out:
                pofile.write_po(out, catalogue, omit_header=True, sort_output=True, include_previous=False, width=120,
                                no_location=False, include_lineno=False)
    for line in wrong:
        print(line)
    print(f"{len(wrong)} texts want work." if wrong else "Every text has its Chinese.", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(run(*(word for word in sys.argv[1:] if word != "--check"), check="--check" in sys.argv))
