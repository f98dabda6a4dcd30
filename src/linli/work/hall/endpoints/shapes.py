from typing import Annotated

from ninja import Field, Header, Router

from linli.work.hall import rules

router = Router(tags=["hall"])
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]
Region = Annotated[str, Field(pattern=r"^\d{12}$")]
Words = Annotated[str, Field(max_length=rules.LONGEST)]
