"""Commands about keys: sealing anew with another cipher, the keys that sign documents, a copy in which nobody is
anybody."""
import argparse
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone

Add = Callable[..., argparse.ArgumentParser]


def commands(add: Add) -> None:
    add("reseal", reseal, "Seal people's data anew with the cipher that LINLI_CIPHER names; all of it stays readable.")
    one = add("scrub", scrub, "Write a copy for testers: same shape and size, but nobody in it is anybody.")
    one.add_argument("folder", help="a new folder, which becomes a demo node of its own")
    one = add("signers", signers, "The keys that sign documents; have one sign nothing more.")
    one.add_argument("--withdraw", type=int, metavar="NUMBER", help="for good; the next document makes another key")
    one.add_argument("--reason", choices=["compromised", "superseded", "ceased"], default="compromised",
                     help="what is told to whoever checks (default %(default)s)")
    one.add_argument("--json", action="store_true")


def reseal(_: argparse.Namespace) -> int:
    """After LINLI_CIPHER was changed: seal what people's rows and keys hold with the new cipher."""
    from linli.shell import commands

    commands.prepare()
    from linli.registers.people import commands as people

    return commands.refusable(lambda: people.reseal(at=timezone.now(), say=commands.note))


def signers(args: argparse.Namespace) -> int:
    from linli.shell import commands

    commands.prepare()
    from linli.engines.documents import commands as documents
    from linli.shell import built

    built.tables()
    return commands.refusable(lambda: documents.signers(
        withdraw=args.withdraw, reason=args.reason, at=timezone.now(), as_json=args.json))


def scrub(args: argparse.Namespace) -> int:
    from linli.shell import commands

    commands.prepare()
    from linli.shell import scrubbed

    return commands.refusable(lambda: scrubbed.write(Path(args.folder), say=commands.note))
