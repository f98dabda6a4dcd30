import re

import pytest

from linli.kernel.actor import ANONYMOUS
from linli.kernel.refusals import Conflict, RuleBroken
from linli.registers.accounts import actions, commands, queries
from linli.registers.accounts.models import Account
from tests.actors import CITY

pytestmark = pytest.mark.usefixtures("regions")


def create(**more: object) -> str:
    said: list[str] = []
    given = {"username": "first.admin", "name": "赵敏", "region": CITY, "say": said.append, **more}
    commands.create_officer(**given)  # type: ignore[arg-type]
    return said[0]


def test_the_first_administrator_chooses_a_password_with_the_code() -> None:
    code = re.search(r"\b[A-Z2-9]{8}\b", create())
    account = Account.objects.get()
    assert code
    for weak in ("warmtea5", "12345678"):  # an official mixes three classes
        with pytest.raises(RuleBroken):
            actions.reset_password("first.admin", code=code[0], password=weak, by=ANONYMOUS, at=account.opened_at)
    actions.reset_password("first.admin", code=code[0], password="Warm tea at 5", by=ANONYMOUS, at=account.opened_at)
    assert "accounts.open" in queries.actor(account.ref, at=account.opened_at).held(f"region:{CITY}")


def test_there_is_one_first_administrator() -> None:
    create()
    with pytest.raises(Conflict, match="--more"):
        create(username="second.admin", role="security_admin")
    create(username="second.admin", role="security_admin", more=True)
    assert Account.objects.count() == 2


@pytest.mark.parametrize("wrong", [{"region": "349999000000"}, {"role": "king"}, {"username": "a"}, {"name": " "}])
def test_a_refusal_opens_no_account(wrong: dict[str, str]) -> None:
    with pytest.raises(RuleBroken):
        create(**wrong)
    assert not Account.objects.exists()
