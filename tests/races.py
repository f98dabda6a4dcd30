"""Several at one moment, each on a thread and a connection of its own."""
from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection

from linli.kernel.refusals import Conflict


def at_once(*acts: Callable[[], object]) -> Counter[str]:
    """How many were done, and how many were told of a conflict."""
    outcomes, start = Counter[str](), Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
            outcomes["done"] += 1
        except Conflict:
            outcomes["told"] += 1
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
