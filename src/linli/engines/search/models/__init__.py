from linli.engines.search.models.index import TextIndex, prepare, text_index
from linli.engines.search.models.indexed import Indexed

__all__ = ["Indexed", "TextIndex", "prepare", "text_index"]
