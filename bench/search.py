"""How long the one box takes over many organisations, next to tantivy on the same text in the same run.

Names are composed from the packaged divisions and words that such bodies carry; the text of each says what it does.
Tantivy gets the very same tokens, and gives its best twenty by BM25; ours are ranked by name, beginning, nearness and
weight, read from the database with their snippets and counted by kind.

    python -m bench.search [DOCUMENTS]            # both databases
    python -m bench.search measure URL DOCUMENTS  # one, as the whole run starts it
"""
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from random import Random
from time import perf_counter
from typing import Any
from uuid import UUID

from bench.node import share
from bench.pages import verdict
from tools import postgres

DOCUMENTS, ROUNDS, CHECKED, BATCH = 100_000, 150, 5, 2000
MEDIAN_MS, TIMES, SLOWEST_MS = 5.0, 20.0, {"SQLite": 35.0, "PostgreSQL": 100.0}
BRANDS = [
    "安康", "幸福", "夕阳红", "阳光", "爱心", "康宁", "百姓", "和谐", "同心", "仁爱", "乐善",
    "长青", "春晖", "禾苗", "星火", "益民", "友邻", "福寿", "慈航", "博爱", "朝阳", "金色年华",
]
FIELDS = [
    "养老服务", "社会工作", "志愿服务", "社区服务", "助残服务", "家政服务", "健康管理", "文化艺术",
    "体育健身", "法律援助", "心理咨询", "儿童关爱",
]
FORMS = [
    "中心", "协会", "服务中心", "促进会", "基金会", "发展中心", "志愿服务队", "服务站", "联合会",
    "研究院",
]
Question = tuple[str, str]


def main(documents: int = DOCUMENTS) -> int:
    told: list[tuple[str, bool]] = []
    with tempfile.TemporaryDirectory() as folder:
        told += _other(f"sqlite:///{folder}/search.sqlite3", "SQLite", documents)
    if postgres.found():
        with postgres.running() as url:
            told += _other(url, "PostgreSQL", documents)
    else:
        print("PostgreSQL is not installed: left out")
    return verdict(told)


def _other(url: str, name: str, documents: int) -> list[tuple[str, bool]]:
    """A process of its own for each database, as settings are read once."""
    env = dict(os.environ, LINLI_DATABASE_URL=url, LINLI_TESTING="1", DJANGO_SETTINGS_MODULE="linli.shell.settings")
    done = subprocess.run([sys.executable, "-m", "bench.search", "measure", url, str(documents)], env=env, check=True,
                          stdout=subprocess.PIPE)
    found = []
    for kind, ours, peers in json.loads(done.stdout):
        median, slowest, peer = share(ours, 0.5), share(ours, 0.99), share(peers, 0.5)
        times = median / peer
        well = median <= MEDIAN_MS and times <= TIMES and slowest <= SLOWEST_MS[name]
        said = f"p50 {median:.2f} ms, p99 {slowest:.1f} ms; tantivy {peer:.2f} and {share(peers, 0.99):.1f}"
        most = f"at most {TIMES:g} ×, {MEDIAN_MS:g} and {SLOWEST_MS[name]:g} ms"
        found.append((f"{name}, {kind}: {said}: {times:.1f} × ({most})", well))
    return found


def documents(count: int) -> Iterator[tuple[str, str]]:
    """Name and text of each; the same every time."""
    from linli.registers.places import queries as places

    random = Random(7)
    regions = sorted(row.name for row in places.packaged())
    for n in range(count):
        region, brand, field = random.choice(regions), random.choice(BRANDS), random.choice(FIELDS)
        number = f"第{random.choice('一二三四五六七八九十')}" if n % 5 == 0 else ""
        yield (f"{region}{brand}{number}{field}{random.choice(FORMS)}",
               f"面向{random.choice(regions)}居民，开展{random.choice(FIELDS)}、{random.choice(FIELDS)}。{brand}之家。")


def questions(names: list[str]) -> dict[str, list[str]]:
    """What people type, by kind: parts of names that are there, in characters and in letters."""
    from linli.engines.search.rules import sounds

    random = Random(11)

    def cut(length: int) -> str:
        name = random.choice(names)
        start = random.randrange(max(1, len(name) - length + 1))
        return name[start : start + length]

    def ends() -> str:
        name = random.choice(names)
        return f"{name[:2]} {name[-3:]}"

    def letters(length: int, *, whole: bool) -> str:
        units = [unit.partition("/")[0] for unit in sounds.sounds(cut(length)).split()]
        return "".join(units if whole else (unit[0] for unit in units))

    kinds: dict[str, Callable[[], str]] = {
        "2 characters": lambda: cut(2), "4 characters": lambda: cut(4), "two terms": ends,
        "a whole name": lambda: random.choice(names),
        "pinyin of 2": lambda: letters(2, whole=True), "pinyin of 4": lambda: letters(4, whole=True),
        "2 initials": lambda: letters(2, whole=False), "4 initials": lambda: letters(4, whole=False),
        "6 initials": lambda: letters(6, whole=False),
        "pinyin, still being typed": lambda: letters(3, whole=True)[:-1],
    }
    return {kind: [make() for _ in range(ROUNDS)] for kind, make in kinds.items()}


def measure(count: int) -> None:
    """Fill one database and tantivy, and ask both by turns; each kind with the milliseconds of both, as JSON."""
    import django

    django.setup()
    from linli.engines.search import queries
    from linli.engines.search.rules import sounds
    from linli.shell import built

    built.tables()
    built.hurry() if "sqlite" in os.environ["LINLI_DATABASE_URL"] else None
    texts = list(documents(count))
    _fill(texts)
    peer = Peer(texts)
    said = [sounds.sounds(name) for name, _ in texts]
    asked = questions([name for name, _ in texts])
    told = []
    for kind, words in asked.items():
        ours, peers = list[float](), list[float]()
        for place, word in enumerate(words):
            begin = perf_counter()
            found = queries.search(word)
            ours.append((perf_counter() - begin) * 1000)
            begin = perf_counter()
            peer.ask(word)
            peers.append((perf_counter() - begin) * 1000)
            if place < CHECKED and (wrong := _wrong(word, found, texts, said)):
                raise SystemExit(f"{kind}: {word}: {wrong}")
        told.append((kind, ours, peers))
    print(json.dumps(told))


def _wrong(word: str, found: list[Any], texts: list[tuple[str, str]], said: list[str]) -> str:
    """What every text, read one by one, says against an answer; nothing, as it should be."""
    from linli.engines.search.rules import sounds

    terms = [(term, sounds.asked(term)) for term in word.split()]
    right = {name for (name, body), heard in zip(texts, said, strict=True)
             if all(asked.said.search(heard) if asked else term in name or term in body for term, asked in terms)}
    strangers = {hit.title for hit in found} - right
    if strangers or len(found) < min(20, len(right)):
        return f"{len(found)} found of {len(right)}; {len(strangers)} should not have been"
    if word in right and found[0].title != word:
        return "the name itself does not come first"
    return ""


def _fill(texts: list[tuple[str, str]]) -> None:
    from django.db import connection, transaction

    from linli.engines.search.actions import _row
    from linli.engines.search.models import Indexed, text_index
    from linli.engines.search.registry import Document
    from linli.engines.search.rules import sounds, tokens

    begin = perf_counter()
    for start in range(0, len(texts), BATCH):
        with transaction.atomic():
            rows = [_row("organisation", Document(UUID(int=start + n), name, "/", body))
                    for n, (name, body) in enumerate(texts[start : start + BATCH])]
            for n, row in enumerate(rows):
                row.pk = start + n + 1
            Indexed.objects.bulk_create(rows)
            text_index().put((row.pk, tokens(row.title), tokens(row.body), sounds.tokens(row.sounds)) for row in rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO search_words (search_words) VALUES ('optimize')")
        else:
            cursor.execute("VACUUM ANALYZE search_words")
    print(f"{len(texts):,} documents in {perf_counter() - begin:.0f} s", file=sys.stderr)


class Peer:
    """Tantivy with the same tokens: a row of them for text, all of their beginnings for what is heard."""

    def __init__(self, texts: list[tuple[str, str]]) -> None:
        import tantivy

        from linli.engines.search.rules import sounds, tokens

        self._tantivy: Any = tantivy
        made = tantivy.SchemaBuilder()
        for name in ("title", "body", "sounds"):
            made.add_text_field(name, stored=False, tokenizer_name="whitespace")
        made.add_text_field("name", stored=True, tokenizer_name="raw")
        self._schema: Any = made.build()
        self._folder = tempfile.mkdtemp(prefix="linli-tantivy-")
        self._index: Any = tantivy.Index(self._schema, path=self._folder)
        writer = self._index.writer(heap_size=200_000_000, num_threads=1)
        for title, body in texts:
            writer.add_document(tantivy.Document(
                title=" ".join(tokens(title)), body=" ".join(tokens(body)),
                sounds=" ".join(sounds.tokens(sounds.sounds(title))), name=title))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher: Any = self._index.searcher()

    def ask(self, q: str) -> int:
        """How many of the best twenty there are; each is read."""
        from linli.engines.search.rules import sounds, terms

        must = self._tantivy.Occur.Must
        parts = []
        for term in q.split():
            heard = sounds.asked(term)
            parts.append((must, self._heard(heard) if heard else self._written(terms(term)[0])))
        hits = self._searcher.search(self._tantivy.Query.boolean_query(parts), limit=20).hits
        return len([self._searcher.doc(address) for _, address in hits])

    def _written(self, phrase: list[str]) -> Any:
        make, should = self._tantivy.Query, self._tantivy.Occur.Should
        return make.boolean_query([
            (should, make.phrase_query(self._schema, field, phrase) if len(phrase) > 1
             else make.term_query(self._schema, field, phrase[0])) for field in ("title", "body")])

    def _heard(self, asked: Any) -> Any:
        make, must, should = self._tantivy.Query, self._tantivy.Occur.Must, self._tantivy.Occur.Should
        return make.boolean_query([
            (should, make.boolean_query([
                (must, make.regex_query(self._schema, "sounds", f"{token}.*")) for token in way]))
            for way in asked.tokens])


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(int(sys.argv[3]))
        raise SystemExit(0)
    raise SystemExit(main(*map(int, sys.argv[1:2])))
