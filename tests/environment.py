"""Set before anything reads the settings: loaded by `-p` in pyproject.toml."""
import os

os.environ["LINLI_TESTING"] = "1"
os.environ.setdefault("LINLI_DATABASE_URL", "sqlite://:memory:")
