"""Sealing anew with another cipher."""
import argparse
from collections.abc import Callable

from django.utils import timezone

Add = Callable[..., argparse.ArgumentParser]


def commands(add: Add) -> None:
    add("reseal", reseal, "Seal people's data anew with the cipher that LINLI_CIPHER names; all of it stays readable.")


def reseal(_: argparse.Namespace) -> int:
    """After LINLI_CIPHER was changed: seal what people's rows and keys hold with the new cipher."""
    from linli.shell import commands

    commands.prepare()
    from linli.registers.people import commands as people

    return commands.refusable(lambda: people.reseal(at=timezone.now(), say=commands.note))
