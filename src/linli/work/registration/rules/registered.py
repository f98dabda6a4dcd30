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
    "supervising_unit": (SUPERVISOR, Shape.LINE), "area": (AREA, Shape.LINE),
}
"""社会团体登记管理条例 Art. 12 and 18, 民非条例 Art. 12 and 15, 基金会管理条例 Art. 11 and 15."""
CORRECTABLE: dict[str, tuple[Both, Shape]] = CHANGEABLE | {
    "established_on": (Both("Established on", "成立登记日期"), Shape.DAY),
    "certificate_number": (Both("Registration certificate number", "登记证号"), Shape.LINE),
    "registrar": (Both("Registrar", "登记管理机关"), Shape.LINE),
    "phone": (Both("Public phone number", "公开电话"), Shape.PHONE),
}
CERTIFICATE = "registration_certificate"
"""The template of the certificates that are issued of an entry."""
CODE = Both("Unified social credit code", "统一社会信用代码")
ISSUED = Both("Certificates issued here", "电子证照库")
ENTRY = Both("Register of organisations", "社会组织登记簿")
PEOPLE = Both("Register of persons, compared with the identity number", "人员库（实名核验）")
BY, FROM = Both("Issued by", "发证机关"), Both("Valid from", "有效期自")
UNTIL = Both("Valid until before", "有效期至（不含当日）")
LAST = Both("Last filing", "最近一次登记")
PERSON, NUMBER = Both("Name of who applies", "申请人姓名"), Both("Identity number", "身份证号码")
CHECKED = Both("Compared on", "核验日期")
NO_ENTRY = Both("The register holds no certificate of this organisation: hand in the one that you have.",
                "登记簿中没有该组织的证书，请提交您持有的证书。")
ENDED = Both("Certificate {number} was taken back or has run out: hand in the one that holds now.",
             "证书{number}已撤销或者已过有效期，请提交现行有效的证书。")
UNREGISTERED = Both("The register says that this organisation is no longer registered: hand in the certificate that you"
                    " have.", "登记簿显示该组织已不在登记状态，请提交您持有的证书。")
UNCHECKED = Both("Your identity was not checked here yet. Have it checked in your own entry, or hand in a proof of"
                 " identity.", "您还没有完成实名核验。请在“我的”中完成核验，或者提交身份证明。")
HELD = (*CORRECTABLE, "kind", "status", "region", "uscc", "charity")
"""What an application is told of the organisation's entry, each as `registered_…`."""
