"""How long the one box takes over 900,000 organisations and 100,000 services, next to tantivy on the same text.

Names are composed from divisions and townships of the whole country and words that such bodies carry; half of
the brands are two characters drawn at random, so that rare pairs occur. Tantivy gets the same tokens and gives its
best twenty by BM25, from memory; ours are ranked by name, beginning, nearness and weight, read from the database with
their snippets and counted by kind. What is found is compared with every text, read one by one.

PostgreSQL runs on this machine and is asked through its socket, as the operator's handbook says.

    python -m bench.search [DOCUMENTS] [--keep FOLDER]

`--keep` leaves the three indexes in a folder and uses them again next time. It says which were, and refuses what was
made from other texts, of another size, or by other code than would make them now.
"""
import argparse
import csv
import gc
import gzip
import hashlib
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, NamedTuple
from uuid import UUID

from bench.node import share
from bench.pages import verdict
from tools import postgres

DOCUMENTS, ROUNDS, CHECKED, AT_ONCE = 1_000_000, 200, 1, 1 << 17
MEDIAN_MS, TIMES, SLOWEST_MS = 5.0, 20.0, {"SQLite": 35.0, "PostgreSQL": 100.0}
SERVER = {"shared_buffers": "2GB", "jit": "off"}
"""As `docs/operations.md` tells an operator to set PostgreSQL."""
DIVISIONS = Path(__file__).parents[1] / "src/linli/registers/places/data"
BRANDS = [
    "安康", "幸福", "夕阳红", "阳光", "爱心", "康宁", "百姓", "和谐", "同心", "仁爱", "乐善",
    "长青", "春晖", "禾苗", "星火", "益民", "友邻", "福寿", "慈航", "博爱", "朝阳", "金色年华",
]
LATIN = ["Amity", "Sunny", "Harbour", "Hand in Hand", "e家", "SOS", "Lighthouse", "Maple"]
CHARACTERS = (
    "晨曦瑞祥泽润明辉嘉禾景云海棠松柏梅兰竹菊玉泉清溪鸿雁翔宇启航致远博雅德馨文澜思源静安宁远"
    "凤鸣麒麟紫薇丹桂银杏金桥石榴枫林荷塘碧波青藤白鹭彩虹雪莲芳草绿荫红叶蓝天黄山九华太平"
)
FIELDS = [
    "养老服务", "社会工作", "志愿服务", "社区服务", "助残服务", "家政服务", "健康管理", "文化艺术",
    "体育健身", "法律援助", "心理咨询", "儿童关爱",
]
FORMS = [
    "中心", "协会", "服务中心", "促进会", "基金会", "发展中心", "志愿服务队", "服务站", "联合会",
    "研究院",
]


class Text(NamedTuple):
    kind: str
    name: str
    body: str
    region: str
    place: tuple[float, float]
    weight: float


class Question(NamedTuple):
    words: str
    region: str = ""
    place: tuple[float, float] | None = None


def main(count: int = DOCUMENTS, keep: Path | None = None) -> int:
    told: list[tuple[str, bool]] = []
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with nullcontext(keep) if keep else TemporaryDirectory() as there:
        folder = Path(there)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)  # the database server may be somebody else
        kept = Kept(folder, count)
        if not kept.has("tantivy"):
            begin = perf_counter()
            _run("peer", folder, count, env=dict(os.environ, LINLI_TESTING="1"))
            kept.made("tantivy", perf_counter() - begin)
        told += _other(f"sqlite:///{folder}/search.sqlite3", "SQLite", kept)
        if postgres.found():
            with postgres.running(kept=folder / "postgres", settings=SERVER, by_socket=True) as url:
                told += _other(url, "PostgreSQL", kept)
        else:
            print("PostgreSQL is not installed: left out")
    return verdict(told)


class Kept:
    """What stands in a folder already, made by the same code from the same texts. Refuses what is not."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder, self.count, self._file = folder, count, folder / "made.json"
        makers: list[Callable[..., Any]] = [texts, _fill, Peer.fill]
        made = hashlib.sha256("".join(inspect.getsource(one) for one in makers).encode())
        made.update(repr((BRANDS, LATIN, CHARACTERS, FIELDS, FORMS)).encode())
        made.update((DIVISIONS / "china_mca20251231.csv.gz").read_bytes())
        code = Path(__file__).parents[1] / "src/linli"
        for files in ("kernel/cjk.py", "kernel/geometry.py", "engines/search/actions.py", "engines/search/migrations/*",
                      "engines/search/models/*.py", "engines/search/rules/[!a]*.py"):
            for file in sorted(one for one in code.glob(files) if one.is_file()):
                made.update(file.read_bytes())
        self._now = {"documents": count, "code": made.hexdigest()}
        self._said = json.loads(self._file.read_text()) if self._file.exists() else {}
        for name, one in self._said.items():
            if {key: one[key] for key in self._now} != self._now:
                raise SystemExit(f"{folder} holds an index for {name} of {one['documents']:,} documents that other code"
                                 " or other texts made, or of another size. Empty the folder, or name another.")

    def has(self, name: str) -> bool:
        if name in self._said:
            print(f"{name}: the index made earlier is used again; making it took {self._said[name]['seconds']:.0f} s")
        return name in self._said

    def made(self, name: str, seconds: float) -> None:
        print(f"{name}: {self.count / seconds:,.0f} documents a second into the index, {seconds:.0f} s for all")
        self._said[name] = self._now | {"seconds": seconds}
        self._file.write_text(json.dumps(self._said))


def _run(what: str, folder: Path, count: int, env: dict[str, str], *more: str) -> str:
    done = subprocess.run([sys.executable, "-m", "bench.search", what, str(folder / "tantivy"), str(count), *more],
                          check=True, env=env | {"DJANGO_SETTINGS_MODULE": "linli.shell.settings"},
                          stdout=subprocess.PIPE)
    return done.stdout.decode()


def _other(url: str, name: str, kept: Kept) -> list[tuple[str, bool]]:
    """A process of its own for each database, as settings are read once."""
    there = kept.has(name)
    env = dict(os.environ, LINLI_DATABASE_URL=url, LINLI_TESTING="1")
    said = json.loads(_run("measure", kept.folder, kept.count, env, *["filled"] * there))
    if not there:
        kept.made(name, said["seconds"])
    found = []
    for kind, ours, peers in said["told"]:
        median, slowest, peer = share(ours, 0.5), share(ours, 0.99), share(peers, 0.5)
        times = median / peer
        well = median <= MEDIAN_MS and times <= TIMES and slowest <= SLOWEST_MS[name]
        line = f"p50 {median:.2f} ms, p99 {slowest:.1f} ms; tantivy {peer:.2f} and {share(peers, 0.99):.1f}"
        most = f"at most {TIMES:g} ×, {MEDIAN_MS:g} and {SLOWEST_MS[name]:g} ms"
        found.append((f"{name}, {kind}: {line}: {times:.1f} × ({most})", well))
    return found


def texts(count: int) -> Iterator[Text]:
    """The same every time; nine organisations for each service."""
    random = Random(7)
    with gzip.open(DIVISIONS / "china_mca20251231.csv.gz", "rt", encoding="utf-8") as rows:
        known = list(csv.reader(rows))[1:]
    divisions = [(code.ljust(12, "0"), name) for level, code, _, name in known if level in "23"]
    townships = sorted({name for level, _, _, name in known if level == "4"})
    for n in range(count):
        code, region = random.choice(divisions)
        draw = random.random()
        brand = (random.choice(BRANDS) if draw < 0.5 else "".join(random.sample(CHARACTERS, 2)) if draw < 0.95
                 else random.choice(LATIN))
        field, form = random.choice(FIELDS), random.choice(FORMS)
        number = f"第{random.choice('一二三四五六七八九十')}" if n % 5 == 0 else ""
        township = random.choice(townships) if n % 3 == 0 else ""
        place = (round(random.uniform(100, 121), 4), round(random.uniform(24, 40), 4))
        served = f"{random.choice(divisions)[1]}{random.choice(townships)}"
        body = f"面向{served}居民，开展{random.choice(FIELDS)}、{random.choice(FIELDS)}。{brand}之家。"
        if n % 10 == 9:
            yield Text("service", f"{region}{brand}{field}", body, code, place, 3)
        else:
            weight = 2 if n % 50 == 0 else 1 if n % 12 == 0 else 0
            yield Text("organisation", f"{region}{township}{brand}{number}{field}{form}", body, code, place, weight)


def questions(known: list[Text]) -> dict[str, list[Question]]:
    """What people type, by kind: parts of what is there, in characters and in letters."""
    from linli.engines.search.rules import sounds

    random = Random(11)

    def name() -> str:
        return random.choice(known).name

    def cut(least: int, most: int, words: str = "") -> str:
        whole = words or name()
        length = random.randint(least, most)
        start = random.randrange(max(1, len(whole) - length + 1))
        return whole[start : start + length]

    def letters(length: int, *, whole: bool) -> str:
        units: list[str] = []
        while not units:  # some names begin in Latin, which has no sound of its own
            units = [unit.partition("/")[0] for unit in sounds.sounds(cut(length, length)).split()]
        return "".join(units if whole else (unit[0] for unit in units))

    def inside(make: Callable[[], str]) -> Question:
        one = random.choice(known)
        return Question(make(), region=one.region[: random.choice((2, 4, 6))].ljust(12, "0"))

    common = ["养老", "服务", "中心", "社区", "志愿", "健康", "协会", "心理", "基金", "体育", "文化", "家政", "街道"]
    kinds: dict[str, Callable[[], Question]] = {
        "2 common characters": lambda: Question(random.choice(common) if random.random() < 0.5 else cut(
            2, 2, random.choice(FIELDS))),
        "2 rare characters": lambda: Question("".join(random.sample(CHARACTERS, 2))),
        "2 characters of any name": lambda: Question(cut(2, 2)),
        "a whole name": lambda: Question(name()),
        "a long part of a name": lambda: Question(cut(10, 16)),
        "a beginning": lambda: Question(name()[: random.randint(2, 8)]),
        "a middle": lambda: Question(cut(3, 6)),
        "two terms": lambda: Question(f"{name()[:3]} {random.choice(FIELDS)}"),
        "text only": lambda: Question(cut(4, 9, random.choice(known).body)),
        "pinyin of 2": lambda: Question(letters(2, whole=True)),
        "pinyin of 4": lambda: Question(letters(4, whole=True)),
        "pinyin, still being typed": lambda: Question(letters(3, whole=True)[:-1]),
        "2 initials": lambda: Question(letters(2, whole=False)),
        "4 initials": lambda: Question(letters(4, whole=False)),
        "6 initials": lambda: Question(letters(6, whole=False)),
        "Latin": lambda: Question(random.choice(LATIN)[: random.randint(3, 8)].strip()),
        "in a region": lambda: inside(lambda: cut(2, 6)),
        "close by": lambda: Question(cut(2, 4), place=random.choice(known).place),
        "nothing there": lambda: Question(cut(4, 8)[::-1] + random.choice(CHARACTERS)),
    }
    return {kind: [make() for _ in range(ROUNDS)] for kind, make in kinds.items()}


def measure(folder: str, count: int, *, filled: bool) -> None:
    """Fill one database unless it is `filled`, ask it and tantivy by turns; the milliseconds of both by kind of
    question, as JSON."""
    import django

    django.setup()
    from linli.engines.search.models import Indexed
    from linli.shell import built

    built.tables()
    if Indexed.objects.count() != (count if filled else 0):
        raise SystemExit("The index in this folder is not whole: empty the folder.")
    known = list(texts(count))
    begin = perf_counter()
    if not filled:
        built.hurry() if "sqlite" in os.environ["LINLI_DATABASE_URL"] else None
        _fill(known)
    seconds = perf_counter() - begin
    _warm()
    print(json.dumps({"seconds": seconds, "told": _told(known, Peer(folder))}))


def _warm() -> None:
    """Have the index in memory, where a server that has run for a while has it."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
            cursor.execute(
                "WITH own AS (SELECT oid, reltoastrelid FROM pg_class WHERE relname LIKE 'search_%' AND relkind = 'r'),"
                " kept AS (SELECT oid FROM own UNION SELECT reltoastrelid FROM own WHERE reltoastrelid <> 0)"
                " SELECT pg_prewarm(oid) FROM (SELECT oid FROM kept UNION SELECT indexrelid FROM pg_index JOIN kept"
                " ON indrelid = kept.oid) AS every")
    else:
        with Path(connection.settings_dict["NAME"]).open("rb") as file:
            while file.read(1 << 24):
                pass


def _told(known: list[Text], peer: "Peer") -> list[tuple[str, list[float], list[float]]]:
    from linli.engines.search import queries
    from linli.kernel.geometry import Point

    plain = _plain(known)
    gc.collect()
    gc.freeze()  # the texts are the measurement's own: no collection walks them while somebody asks
    gc.set_threshold(20_000, 20, 20)  # as the server does
    told = []
    for kind, asked in questions(known).items():
        ours, peers = list[float](), list[float]()
        for place, one in enumerate(asked):
            begin = perf_counter()
            found = queries.results(one.words, region=one.region or None, near=Point(*one.place) if one.place else None)
            ours.append((perf_counter() - begin) * 1000)
            begin = perf_counter()
            peer.ask(one)
            peers.append((perf_counter() - begin) * 1000)
            if place < CHECKED and (wrong := _wrong(one, found, known, plain)):
                raise SystemExit(f"{kind}: {one.words}: {wrong}")
        told.append((kind, ours, peers))
        print(f"{kind}: {share(ours, .5):.2f} {share(ours, .99):.1f}; {share(peers, .5):.2f} {share(peers, .99):.1f}",
              file=sys.stderr)
    return told


Plain = list[tuple[str, str, str]]


def _plain(known: list[Text]) -> Plain:
    """Title, text and sound of each as they are compared."""
    from linli.engines.search.rules import sounds, tokens

    return [(tokens.plain(one.name), tokens.plain(one.body), sounds.sounds(one.name)) for one in known]


def _wrong(asked: Question, found: Any, known: list[Text], plain: Plain) -> str:
    """What every text, read one by one, says against an answer; nothing, as it should be."""
    from linli.engines.search.rules import asking
    from linli.kernel.actor import prefix

    question = asking.read(asked.words)
    within = prefix(asked.region) if asked.region else ""
    right = [fits[0] for one, said in zip(known, plain, strict=True)
             if one.region.startswith(within) and (fits := question.fits(*said))]
    best, counted = sorted(right, reverse=True)[:20], sum(found.counts.values())
    got = [hit.score // 50 * 50 for hit in found.hits]
    if [int(tier) for tier in best] != got:
        return f"{got} found of {len(right)}: {best}"
    if found.exact and counted != len(right):
        return f"{counted} counted of {len(right)}"
    return ""


def _fill(known: list[Text]) -> None:
    from django.db import connection

    from linli.engines.search import actions, registry
    from linli.engines.search.registry import Document, Kind
    from linli.kernel.geometry import Point, cell

    def documents(refs: set[UUID]) -> Iterator[Document]:
        for ref in refs:
            one = known[ref.int]
            yield Document(ref, one.name, f"/{ref}/", one.body, region_code=one.region, weight=one.weight,
                           cell=cell(Point(*one.place)))

    for kind in ("organisation", "service"):
        registry.KINDS[kind] = Kind(kind, registry.KINDS[kind].name, documents, registry.KINDS[kind].refs)
        refs = [UUID(int=n) for n, one in enumerate(known) if one.kind == kind]
        for start in range(0, len(refs), AT_ONCE):
            actions.index(kind, refs[start : start + AT_ONCE])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    actions.lay_together()  # as a node does at night


class Peer:
    """Tantivy with the same tokens: pairs of characters in a row for what is written, ours for all else."""

    def __init__(self, folder: str) -> None:
        import tantivy

        self._tantivy: Any = tantivy
        made = tantivy.SchemaBuilder()
        for name in ("title", "body", "tokens"):
            made.add_text_field(name, stored=False, tokenizer_name="whitespace")
        made.add_text_field("name", stored=True, tokenizer_name="raw")
        self._schema: Any = made.build()
        self._index: Any = tantivy.Index(self._schema, path=folder)
        self._searcher: Any = self._index.searcher()

    def fill(self, known: list[Text]) -> None:
        import numpy as np

        from linli.engines.search.rules import sounds, tokens
        from linli.kernel import cjk
        from linli.kernel.geometry import Point, cell

        writer = self._index.writer(heap_size=400_000_000, num_threads=1)
        kept = [tokens.Tag.SAID, tokens.Tag.FIRSTS, tokens.Tag.REGION, tokens.Tag.CELL]
        for start in range(0, len(known), 1 << tokens.SHELF):
            some = known[start : start + (1 << tokens.SHELF)]
            found = tokens.index([
                tokens.Document(n, "", "", sounds.sounds(one.name), one.region, cell(Point(*one.place)))
                for n, one in enumerate(some)])
            found = found[np.isin(found >> 42 + tokens.SHELF, kept)]
            names, of = np.unique(found >> tokens.SHELF, return_inverse=True)
            named, places = [*map(str, names.tolist())], found & (1 << tokens.SHELF) - 1
            order = np.argsort(places, kind="stable")
            ends = np.searchsorted(places[order], np.arange(len(some) + 1)).tolist()
            of = of[order].tolist()
            for n, one in enumerate(some):
                writer.add_document(self._tantivy.Document(
                    title=" ".join(cjk.bigrams(one.name)), body=" ".join(cjk.bigrams(one.body)),
                    tokens=" ".join([named[one] for one in of[ends[n] : ends[n + 1]]]), name=one.name))
        writer.commit()
        writer.wait_merging_threads()

    def ask(self, asked: Question) -> int:
        """How many of the best twenty there are; the name of each is read."""
        from linli.engines.search.rules import sounds, tokens
        from linli.kernel import cjk
        from linli.kernel.actor import prefix
        from linli.kernel.geometry import Point

        parts: list[Any] = []
        for term in asked.words.split():
            ways = [self._written(cjk.phrase(term))]
            if heard := sounds.asked(term.lower()):
                ways += [self._all([self._any(map(self._token, element)) for element in tokens.said(way)])
                         for way in heard.ways]
            parts.append(self._any(ways))
        if asked.region:
            parts.append(self._any(map(self._token, tokens.region(prefix(asked.region)))))
        query = self._all(parts)
        if asked.place:
            close = self._any(self._token(token) for size in tokens.CELLS
                              for token in tokens.near(Point(*asked.place), size))
            query = self._tantivy.Query.boolean_query(
                [(self._tantivy.Occur.Must, query), (self._tantivy.Occur.Should, close)])
        hits = self._searcher.search(query, limit=20).hits
        return len([self._searcher.doc(address) for _, address in hits])

    def _all(self, parts: Any) -> Any:
        return self._tantivy.Query.boolean_query([(self._tantivy.Occur.Must, part) for part in parts])

    def _any(self, parts: Any) -> Any:
        return self._tantivy.Query.boolean_query([(self._tantivy.Occur.Should, part) for part in parts])

    def _token(self, token: int) -> Any:
        return self._tantivy.Query.term_query(self._schema, "tokens", str(token))

    def _written(self, phrase: list[str]) -> Any:
        make = self._tantivy.Query
        return self._any(
            make.phrase_query(self._schema, field, phrase) if len(phrase) > 1
            else make.term_query(self._schema, field, phrase[0]) for field in ("title", "body"))


if __name__ == "__main__":
    what, *rest = sys.argv[1:] or [""]
    if what == "measure":
        measure(rest[0], int(rest[1]), filled="filled" in rest)
    elif what == "peer":
        Path(rest[0]).mkdir()
        Peer(rest[0]).fill(list(texts(int(rest[1]))))
    else:
        asked = argparse.ArgumentParser(prog="bench.search")
        asked.add_argument("documents", type=int, nargs="?", default=DOCUMENTS)
        asked.add_argument("--keep", type=Path, metavar="FOLDER")
        given = asked.parse_args()
        raise SystemExit(main(given.documents, given.keep and given.keep.resolve()))
