"""Two commands about what is sealed: sealing it anew with another cipher, and a copy in which nobody is anybody."""
import argparse
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone

Add = Callable[..., argparse.ArgumentParser]


def commands(add: Add) -> None:
    add("reseal", reseal, "Seal people's data anew with the cipher that LINLI_CIPHER names; all of it stays readable.")
    one = add("scrub", scrub, "Write a copy for testers: same shape and size, but nobody in it is anybody.")
    one.add_argument("folder", help="a new folder, which becomes a demo node of its own")


def reseal(_: argparse.Namespace) -> int:
    """After LINLI_CIPHER was changed: seal what people's rows and keys hold with the new cipher."""
    from linli.shell import commands

    commands.prepare()
    from linli.registers.people import commands as people

    return commands.refusable(lambda: people.reseal(at=timezone.now(), say=commands.note))


def scrub(args: argparse.Namespace) -> int:
    from linli.shell import commands

    commands.prepare()
    from linli.shell import scrubbed

    return commands.refusable(lambda: scrubbed.write(Path(args.folder), say=commands.note))
