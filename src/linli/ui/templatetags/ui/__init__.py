"""The components: each a tag with its small template under `ui/components/`, each shown on the gallery page."""

from linli.ui.templatetags.ui import fields, figures, states, ways, words
from linli.ui.templatetags.ui.library import register

__all__ = ["fields", "figures", "register", "states", "ways", "words"]
