"""Commands for who works on the product itself: tests, measurements, generated documents, message files."""
import argparse


def tests(args: argparse.Namespace) -> int:
    from tools import suite

    return suite.run(args.path, ci=args.ci)


def bench(args: argparse.Namespace) -> int:
    from bench import run

    return run.run(args.name)


def docs(args: argparse.Namespace) -> int:
    from tools import documents

    return documents.run(check=args.check)


def messages(args: argparse.Namespace) -> int:
    from tools import messages as tool

    return tool.run(check=args.check)
