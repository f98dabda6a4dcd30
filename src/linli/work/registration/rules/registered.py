"""The registered items that an application may change or have corrected, as they are asked."""
from linli.kernel.text import Both
from linli.work.hall.registry import Shape

NAME = Both("Full name", "名称")
ADDRESS = Both("Registered address", "住所")
HEAD = Both("Legal representative", "法定代表人")
FUNDS = Both("Registered funds", "注册资金")
PURPOSE = Both("Purpose", "宗旨")
SCOPE = Both("Scope", "业务范围")
AREA = Both("Area of activity", "活动地域")
SUPERVISOR = Both("Supervising unit", "业务主管单位")

CHANGEABLE: dict[str, tuple[Both, Shape]] = {
    "name": (NAME, Shape.LINE), "address": (ADDRESS, Shape.LINE), "legal_representative": (HEAD, Shape.LINE),
    "registered_funds": (FUNDS, Shape.MONEY), "purpose": (PURPOSE, Shape.WORDS), "scope": (SCOPE, Shape.WORDS),
    "supervising_unit": (SUPERVISOR, Shape.LINE),
}
"""社会团体登记管理条例 Art. 12 and 18, 民非条例 Art. 12 and 15, 基金会管理条例 Art. 11 and 15."""
CORRECTABLE: dict[str, tuple[Both, Shape]] = CHANGEABLE | {
    "established_on": (Both("Established on", "成立登记日期"), Shape.DAY),
    "certificate_number": (Both("Registration certificate number", "登记证号"), Shape.LINE),
    "registrar": (Both("Registrar", "登记管理机关"), Shape.LINE),
    "phone": (Both("Public phone number", "公开电话"), Shape.PHONE),
}
HELD = (*CORRECTABLE, "kind", "status", "region", "uscc", "charity")
"""What an application is told of the organisation's entry, each as `registered_…`."""
