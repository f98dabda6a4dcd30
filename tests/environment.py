"""Set before anything reads the settings: loaded by `-p` in pyproject.toml."""
import os

os.environ["LINLI_TESTING"] = "1"
os.environ.setdefault("LINLI_DATABASE_URL", "sqlite://:memory:")

from linli.shell import built  # only now: it may look at the settings

built.messages()  # the Chinese as the message files have it now, before Django reads it, which it does once
