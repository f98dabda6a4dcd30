"""Small files of each kind, and traps, made here: as little of each as makes it what it is."""
import struct
import zipfile
import zlib
from io import BytesIO

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(200)
ELF = b"\x7fELF\x02\x01\x01" + bytes(100)
TYPES = ('<?xml version="1.0"?><Types><Override PartName="/{part}" ContentType='
         '"application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>')
LAUGHS = ('<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
          + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10))
          + "]><lolz>&lol9;</lolz>")
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


def packed(parts: dict[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def docx(more: dict[str, bytes | str] | None = None) -> bytes:
    return packed({"[Content_Types].xml": TYPES.format(part="word/document.xml", kind="wordprocessingml.document"),
                   "word/document.xml": '<?xml version="1.0"?><document><p>章程</p></document>', **(more or {})})


def xlsx() -> bytes:
    return packed({"[Content_Types].xml": TYPES.format(part="xl/workbook.xml", kind="spreadsheetml.sheet"),
                   "xl/workbook.xml": '<?xml version="1.0"?><workbook/>'})


def ofd() -> bytes:
    return packed({"OFD.xml": '<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>',
                   "Doc_0/Document.xml": "<Document/>"})


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\0\0" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int = 2, height: int = 2) -> bytes:
    frame = b"\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    app = b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    return (b"\xff\xd8\xff\xe0" + struct.pack(">H", len(app) + 2) + app + b"\xff\xc0"
            + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xd9")


def bomb(megabytes: int = 300) -> bytes:
    """A small ZIP file that says, truly, that a part of it is this large."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made, made.open("zeros.csv", "w") as part:
        some = bytes(1_000_000)
        for _ in range(megabytes):
            part.write(some)
    return out.getvalue()


def overlapping(times: int = 50) -> bytes:
    """One part that the directory lists many times under other names, as the smallest bombs do."""
    whole = packed({"a.csv": bytes(100_000)})
    place = whole.index(b"PK\1\2")
    end = whole.index(b"PK\5\6")
    entry = whole[place:end]
    listed = b"".join(entry.replace(b"a.csv", f"{n:05}".encode()) for n in range(times))
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, times, times, len(listed), place, 0)
    return whole[:place] + listed + tail


def lying() -> bytes:
    """A part that says it is small and unpacks to more."""
    whole = bytearray(packed({"a.csv": bytes(100_000)}))
    for place in (whole.index(b"PK\3\4") + 22, whole.index(b"PK\1\2") + 24):
        whole[place:place + 4] = struct.pack("<I", 10)
    return bytes(whole)


def nested(depth: int) -> bytes:
    whole = packed({"a.txt": b"a"})
    for _ in range(depth):
        whole = packed({"inner.zip": whole}, method=zipfile.ZIP_STORED)
    return whole


def locked() -> bytes:
    whole = bytearray(packed({"a.txt": b"a"}))
    for place in (whole.index(b"PK\3\4") + 6, whole.index(b"PK\1\2") + 8):
        whole[place] |= 1
    return bytes(whole)
