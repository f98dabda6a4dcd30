"""Secret parts of keys that a node signs with: files for their owner only, beside the database and never in it."""
import os
from pathlib import Path

from linli.kernel import crypto


def seed(purpose: str, *, master: bytes, folder: Path | None) -> bytes:
    """32 bytes: drawn from the master key once, then kept in `folder` under the purpose's name; None keeps nothing."""
    made = crypto.derived(master, purpose)
    if folder is None:
        return made
    file = folder / purpose.replace(" ", "-")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(made.hex())
    except FileExistsError:
        return bytes.fromhex(file.read_text())
    return made
