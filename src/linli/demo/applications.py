"""What the personas' provider applies for in the hall: one granted, one late with us, one new, a draft."""
import struct
import zlib
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from linli.demo.ground import Provider, role
from linli.demo.personas import username
from linli.kernel.actor import REGION, Actor
from linli.registers.accounts import queries as accounts
from linli.work.hall import actions

CITY = "340100000000"
CORRECTION, CHANGE, REPORT = "correct_register", "change_registration", "annual_report"


def form(provider: Provider, *, at: datetime) -> None:
    """Corrections and a change of the register, each as far as its days have come."""
    officer = role("officer", REGION + CITY, ref=accounts.account_named(username("officer_city")))
    done, late, new = (at - timedelta(days=days) for days in (6, 31, 1))
    granted = _correct(provider, "scope", "居家照护、陪诊、助浴、助餐、康复训练。", "业务范围漏登康复训练。", at=done)
    _review(granted, officer, at=done + timedelta(days=1))
    actions.grant(granted, by=officer, at=done + timedelta(days=3))
    waiting = _correct(provider, "purpose", "为居家老人和残疾人提供上门服务。", "宗旨漏登残疾人。", at=late)
    _review(waiting, officer, at=late + timedelta(days=1))
    moved = actions.draft(CHANGE, organisation=provider.ref, answers={
        "items": ["supervising_unit"], "supervising_unit": "合肥市民政局（演示）", "reason": "区级事项上收到市。",
    }, by=provider.admin, at=new)
    _hand_in(moved, "resolution", by=provider.admin, at=new)
    actions.draft(REPORT, organisation=provider.ref, by=provider.admin, at=at - timedelta(hours=3))


def _correct(provider: Provider, item: str, value: Any, why: str, *, at: datetime) -> UUID:
    ref = actions.draft(CORRECTION, organisation=provider.ref, answers={
        "items": [item], item: value, "cause": "clerical", "explanation": why}, by=provider.admin, at=at)
    _hand_in(ref, "evidence", by=provider.admin, at=at)
    return ref


def _hand_in(ref: UUID, material: str, *, by: Actor, at: datetime) -> None:
    actions.attach(ref, material=material, name="材料（演示）.png", stream=BytesIO(_picture()), by=by, at=at)
    actions.submit(ref, version=1, by=by, at=at)


def _review(ref: UUID, officer: Actor, *, at: datetime) -> None:
    actions.take(ref, by=officer, at=at)
    actions.accept(ref, by=officer, at=at)
    actions.finish_step(ref, step="review", favourable=True, finding="与原申请材料一致，情况属实。", by=officer, at=at)


def _picture() -> bytes:
    """A grey sheet: what a photographed paper is to the archive."""
    rows = zlib.compress(b"".join(b"\0" + b"\xdd" * 60 for _ in range(84)))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 60, 84, 8, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts)
