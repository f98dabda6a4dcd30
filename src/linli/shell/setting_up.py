"""What `./linli` has made once, when it has made the environment."""
import compileall
import os
import tempfile
from pathlib import Path

from linli.shell import commands


def set_up() -> None:
    """What every later start finds made: compiled modules and catalogues, static files, an empty database.

    Where Python is told to write no compiled modules, each start would compile all of them anew.
    """
    compileall.compile_dir(Path(__file__).parents[2], quiet=2)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LINLI_DATABASE_URL"] = f"sqlite:///{folder}/empty.sqlite3"
        commands.prepare(demo=True, data=folder)
        from linli.shell import built  # it reads the settings

        built.statics()
        built.tables()
