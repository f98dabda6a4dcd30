from linli.engines.search.models.index import Row, Term, TextIndex, fetched, prepare, text_index
from linli.engines.search.models.indexed import Indexed

__all__ = ["Indexed", "Row", "Term", "TextIndex", "fetched", "prepare", "text_index"]
