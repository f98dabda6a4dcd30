"""Keeping a node: a backup while it works, its return, and what a watcher made, made again."""
import argparse
import json
import os
from pathlib import Path
from typing import Any

from django.utils import timezone


def backup(args: argparse.Namespace) -> int:
    """One file with the whole database, made while the node works; no key in it."""
    from linli.shell import commands

    data = _folder(args.data)
    commands.prepare(demo=(data / "demo").exists(), data=str(data))
    from linli.shell import backups

    try:
        made = backups.make(Path(args.file).absolute(), keys=Path(args.keys).absolute() if args.keys else None,
                            at=timezone.now(), say=commands.note)
    except backups.Unfit as why:
        commands.note(str(why))
        return 1
    print(json.dumps(made, indent=1) if args.json else f"{args.file}: {_summed(made)}")
    return 0


def restore(args: argparse.Namespace) -> int:
    """Make a backup the node's database; what comes back is compared with what was kept."""
    from linli.shell import commands

    data = _folder(args.data)
    from linli.shell import backups

    try:
        told = backups.told(Path(args.file))
        backups.prepare_keys(told, data, keys=Path(args.keys) if args.keys else None)
        commands.prepare(demo=told["demo"], data=str(data))
        from linli.registers.people import commands as people
        from linli.shell import built

        backups.bring_back(Path(args.file), told, replace=args.replace, at=timezone.now(), say=commands.note)
        built.tables()
        for line in backups.proved(told):
            commands.note(line)
        people.erase_again(at=timezone.now(), say=commands.note)
    except backups.Unfit as why:
        commands.note(str(why))
        return 1
    print(json.dumps(told, indent=1) if args.json else f"The same came back: {_summed(told)}")
    return 0


def _folder(given: str | None) -> Path:
    from linli.shell import commands

    return Path(given or os.environ.get("LINLI_DATA") or commands.ROOT / "var" / "data").resolve()


def _summed(told: dict[str, Any]) -> str:
    log = told["log"]
    return (f"{told['journal']['entries']} entries of the journal, numbered up to {told['journal']['head']};"
            f" the log has {log['size']} leaves" + (f" under the root {log['root'][:16]}…" if log["size"] else ""))


def rebuild(args: argparse.Namespace) -> int:
    """Throw away what these watchers have made of the journal, and make it again, one after the other; without a name,
    say which can be."""
    from linli.shell import commands

    commands.prepare()
    from django.db import DatabaseError

    from linli.engines.journal import actions as journal
    from linli.engines.journal.registry import WATCHERS
    from linli.shell import built

    able = sorted(name for name, watcher in WATCHERS.items() if watcher.forget)
    if not args.names:
        print("\n".join(able))
    for name in args.names:
        if name not in WATCHERS:
            raise commands.stop(f"There is no watcher {name}. These can be made again: {', '.join(able)}.")
        if name not in able:
            commands.note(f"What {name} does is never done twice: it acts on others. These can be made again:"
                          f" {', '.join(able)}.")
            return 1
    if args.names:
        built.tables()
    for name in args.names:
        try:
            read = journal.make_again(name)
        except (RuntimeError, LookupError, ValueError, DatabaseError) as why:
            commands.note(f"{name} could not be made again, and stays as it was: {type(why).__name__}: {why}")
            return 1
        print(f"{name}: made again from {read} entries of the journal")
    return 0
