from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from linli.engines.documents import registry
from linli.engines.documents.registry import Field, Shape, Template
from linli.kernel.text import Both

ABOUT = UUID("01900000-0000-7000-8000-000000000001")
HOLDER = f"organisation:{ABOUT}"
VALUES: dict[str, Any] = {
    "name": "合肥市琥珀社区互助会", "code": "51340100MJA0000000", "founded": date(2019, 3, 1),
    "scope": ["老年人陪伴", "社区助餐"], "secret": "张三", "more": [("住所", "合肥市蜀山区某路1号")]}
SOURCE = """#certificate[
  #facts("name", "code", "founded", "scope", "secret")
  #table-of("more")
]"""


def template(key: str = "tested", **more: Any) -> Template:
    return Template(key, Both("Registration certificate", "登记证书"), SOURCE, (
        Field("name", Both("Name", "名称")), Field("code", Both("Code", "统一社会信用代码"), most=18),
        Field("founded", Both("Founded", "成立日期"), Shape.DAY),
        Field("scope", Both("Scope", "业务范围"), Shape.LINES, needed=False),
        Field("secret", Both("Legal representative", "法定代表人"), shown=False, needed=False),
        Field("more", Both("More", "其他"), Shape.ROWS, needed=False)), **more)


@pytest.fixture(autouse=True, scope="session")
def _libraries() -> None:
    """Loaded once, and not in the time of whichever test comes first."""
    import pyhanko.sign  # noqa: F401
    import typst  # noqa: F401

    from linli.engines.documents.actions import sheets

    sheets._fonts("")


@pytest.fixture
def kind() -> Iterator[Template]:
    made = registry.declare(template())
    yield made
    del registry.TEMPLATES[made.key]


@pytest.fixture
def open_kind() -> Iterator[Template]:
    made = registry.declare(template("tested_public", public=True))
    yield made
    del registry.TEMPLATES[made.key]
