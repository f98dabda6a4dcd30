from linli.engines.search.models.index import Term, TextIndex, prepare, text_index
from linli.engines.search.models.indexed import Indexed

__all__ = ["Indexed", "Term", "TextIndex", "prepare", "text_index"]
