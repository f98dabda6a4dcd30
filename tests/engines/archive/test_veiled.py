"""What passes through on its way to be kept cannot be read from the disk, and is read as any file is."""
import os
from io import BytesIO
from random import Random

import pytest

from linli.engines.archive import access
from linli.engines.archive.rules import veiled

MARK = b"this must not lie anywhere to be read " * 8


def lying() -> bytes:
    """Whatever this process holds in files without a name."""
    found = b""
    for number in os.listdir("/proc/self/fd"):
        place = f"/proc/self/fd/{number}"
        try:
            if os.readlink(place).endswith("(deleted)"):
                with open(place, "rb") as file:
                    found += file.read()
        except OSError:
            continue  # the listing's own
    return found


needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="looks at this system's own files")


@needs_proc
def test_nothing_of_it_can_be_read_from_the_disk() -> None:
    with access.disk.nameless() as file:
        file.write(MARK * 4000)
        file.flush()
        there = lying()
        assert len(there) >= len(MARK) * 4000 and MARK[:24] not in there
        file.seek(len(MARK) * 7 + 3)
        assert file.read(20) == MARK[3:23]
    assert len(lying()) < len(MARK) * 4000


def test_it_is_read_and_written_anywhere_as_any_file_is() -> None:
    draw, plain = Random(7), BytesIO()
    with veiled.made() as file:
        for _ in range(400):
            place = draw.randrange(0, 300_000)
            some = draw.randbytes(draw.choice((1, 15, 16, 17, 4096, 70_001)))
            for one in (file, plain):
                one.seek(min(place, len(plain.getvalue())))
                one.write(some)
            begin = draw.randrange(len(plain.getvalue()))
            read = []
            for one in (file, plain):
                one.seek(begin)
                read.append(one.read(5) + one.read(40_000))
            assert read[0] == read[1]
        for whence, offset in ((os.SEEK_END, -9), (os.SEEK_SET, 3)):
            assert file.seek(offset, whence) == plain.seek(offset, whence) == file.tell()
        file.truncate(1000)
        file.seek(0)
        assert file.read() == plain.getvalue()[:1000]
        with pytest.raises((ValueError, OSError)):
            file.seek(-1)
