from linli.engines.search.models.indexed import Indexed, Shelf
from linli.engines.search.models.postings import prepare

__all__ = ["Indexed", "Shelf", "prepare"]
