from linli.engines.search.queries.results import MOST_COUNTED, Hit, Results, counts, results, search
from linli.engines.search.registry import Document

__all__ = ["MOST_COUNTED", "Document", "Hit", "Results", "counts", "results", "search"]
