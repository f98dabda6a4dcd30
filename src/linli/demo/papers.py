"""What was issued to the personas' provider: an extract, made anew since, and the decision by which it joined."""
from datetime import datetime, timedelta

from django.utils.timezone import localtime

from linli.demo.ground import Provider, role
from linli.engines.documents import actions as documents
from linli.engines.documents.registry import DECISION, EXTRACT
from linli.kernel.actor import REGION
from linli.registers.organisations import queries as organisations

CITY = "340100000000"


def form(provider: Provider, *, at: datetime) -> None:
    """Three documents: one replaced, two that stand."""
    officer, holder = role("officer", REGION + CITY), f"organisation:{provider.ref}"
    card = organisations.organisation(provider.ref)
    joined, asked, anew = (at - timedelta(days=days) for days in (38, 30, 9))
    rows = [("名称", card.name), ("统一社会信用代码", card.uscc), ("住所", card.address), ("登记状态", "正常")]
    documents.issue(
        DECISION, {
            "reference": f"合民服〔{localtime(joined).year}〕18号（演示）", "to": card.name, "matter": "加入服务平台",
            "paragraphs": ["你单位提交的加入服务平台申请收悉。", "经审查，申请材料齐全，符合规定条件，决定予以同意。"],
            "remedies": ["如对本决定有异议，可自收到之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"]},
        about=provider.ref, holder=holder, valid_from=localtime(joined).date(), by=officer, at=joined)
    first = documents.issue(
        EXTRACT, {"subject": card.name, "as_of": localtime(asked).date(), "rows": rows},
        about=provider.ref, holder=holder, valid_from=localtime(asked).date(),
        valid_until=localtime(asked).date() + timedelta(days=365), by=officer, at=asked)
    documents.reissue(
        first.ref, {"as_of": localtime(anew).date(), "note": ["应持有人申请重新摘录。"]},
        valid_until=localtime(anew).date() + timedelta(days=365), by=officer, at=anew)
