"""What the demo's providers do: invented, but priced and staffed as such services are."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Offer:
    """A kind of service that the demo's providers list; prices in yuan, `subsidy` the share that is paid for those over `aged`."""

    category: str
    name: str
    summary: str
    low: int
    high: int
    minutes: int
    modes: tuple[str, ...]
    unit: str = "visit"
    subsidy: float = 0.0
    aged: int = 60
    min_age: int | None = None
    max_age: int | None = None


@dataclass(frozen=True)
class Trade:
    """A kind of provider: how many of them, how they are called, what they offer, what their staff must hold."""

    key: str
    count: int
    kind: str
    pattern: str
    offers: tuple[str, ...]
    credentials: tuple[str, ...]
    title: str


HOME, ON_SITE, REMOTE = ("home",), ("on_site",), ("remote",)
OFFERS = {offer.category: offer for offer in (
    Offer("home_bathing", "上门助浴", "两名护理员带洗浴设备上门，浴前量血压，浴后整理。", 80, 140, 60, HOME, subsidy=.75, min_age=60),
    Offer("home_care", "居家照护", "起居照料、翻身拍背、喂饭喂药，按评估等级安排。", 45, 90, 120, HOME, subsidy=.5),
    Offer("meals", "助餐配送", "每日午餐晚餐，低盐低糖可选，送到家门口。", 12, 22, 30, ("home", "on_site"), "session", .5),
    Offer("rehabilitation", "康复训练", "治疗师评估后定方案，步态、关节、吞咽训练。", 60, 160, 45, ("home", "on_site"), subsidy=.3, aged=65),
    Offer("escort_to_hospital", "陪诊", "接送、挂号、取药、听医嘱并写成字条交给家人。", 90, 180, 240, HOME, subsidy=.3),
    Offer("day_care", "日间照料", "早接晚送，午休、午餐、活动与健康监测。", 40, 90, 480, ON_SITE, "day", .4, min_age=60),
    Offer("care_home", "机构养老短住", "喘息照护与短期入住，含评估与护理。", 160, 320, 1440, ON_SITE, "day", min_age=60),
    Offer("family_doctor", "家庭医生签约与随访", "签约服务包，慢病随访，转诊协助。", 0, 20, 20, ("on_site", "home")),
    Offer("home_nursing", "上门护理", "换药、导尿管护理、压疮护理、注射，须有医嘱。", 90, 220, 60, HOME, subsidy=.3, aged=65),
    Offer("chronic_care", "慢病管理", "血压血糖监测，用药核对，饮食指导。", 0, 40, 30, ("on_site", "home", "remote")),
    Offer("mental_support", "心理支持", "面谈或电话，保密；危机时转介。", 0, 120, 50, ("on_site", "remote")),
    Offer("childcare", "普惠托育", "2至3岁，小班，提供午餐和午睡。", 60, 120, 480, ON_SITE, "day", max_age=4),
    Offer("after_school", "课后托管", "放学接回、作业看护、晚餐。", 25, 60, 150, ON_SITE, "session", max_age=15),
    Offer("tutoring", "学习辅导", "一对一答疑，可上门，可在线。", 60, 150, 90, ("home", "on_site", "remote"), "session", max_age=18),
    Offer("adult_learning", "老年大学课程", "智能手机、书画、声乐，八节一期。", 0, 30, 90, ("on_site", "remote"), "session"),
    Offer("housekeeping", "家庭保洁", "日常保洁与开荒，自带工具。", 40, 70, 120, HOME, "visit"),
    Offer("nanny", "住家与钟点保姆", "做饭、带娃、照看老人，持证上岗。", 35, 60, 240, HOME, "visit"),
    Offer("repairs", "便民维修", "水电、门锁、家电小修，先报价后动手。", 30, 120, 60, HOME),
    Offer("errands", "代办跑腿", "代缴费、代买药、代取快递、代办证件。", 10, 40, 60, HOME),
    Offer("moving", "小件搬运", "同城搬家具、送重物上楼。", 80, 260, 120, HOME),
    Offer("legal_aid", "法律咨询与援助", "劳动、婚姻、房屋、消费纠纷，符合条件免费代理。", 0, 0, 40, ("on_site", "remote")),
    Offer("mediation", "纠纷调解", "邻里、婚姻、物业纠纷，调解员居中。", 0, 0, 60, ("on_site", "home")),
    Offer("rescue", "临时救助引导", "临时遇困人员的食宿、返乡与寻亲引导。", 0, 0, 60, ON_SITE),
    Offer("disabled_support", "残疾人支持", "辅具适配、无障碍改造评估、手语陪同。", 0, 60, 90, ("home", "on_site"), aged=0),
    Offer("employment", "就业帮扶", "简历、面试、岗位推荐与技能培训。", 0, 0, 45, ("on_site", "remote")),
    Offer("culture", "文化活动", "合唱、书法、读书会与公益讲座。", 0, 20, 90, ON_SITE, "session"),
    Offer("tourism_guide", "导游讲解", "包公园、三河古镇等持证讲解。", 60, 180, 120, ON_SITE, "session"),
    Offer("sports", "健身指导", "八段锦、广场舞、门球与体质测定。", 0, 40, 60, ON_SITE, "session"),
    Offer("recycling", "上门回收", "旧家电、旧衣物、废品上门称重回收。", 0, 0, 30, HOME),
    Offer("companionship", "陪伴探访", "聊天、读报、散步，每周固定时间。", 0, 40, 60, HOME, subsidy=.8),
    Offer("social_work", "社工服务", "家庭评估、资源链接、困境儿童与独居老人探访。", 0, 0, 60, ("home", "on_site")),
)}
CARE, DOCTOR = ("carer_certificate",), ("doctor_licence", "nurse_licence")
TRADES = (
    Trade("home", 16, "agency", "{town}{word}居家养老服务中心",
          ("home_bathing", "home_care", "meals", "companionship", "escort_to_hospital", "home_nursing"),
          ("carer_certificate", "nurse_licence"), "护理员"),
    Trade("health", 8, "public_institution", "{town}社区卫生服务中心（{word}）",
          ("family_doctor", "chronic_care", "home_nursing", "rehabilitation"), DOCTOR, "社区医护"),
    Trade("day", 6, "agency", "{town}{word}日间照料中心", ("day_care", "meals", "rehabilitation", "culture", "chronic_care"),
          ("carer_certificate", "nurse_licence"), "照护员"),
    Trade("residence", 3, "company", "{district}{word}养老院", ("care_home", "day_care", "rehabilitation", "home_care", "escort_to_hospital"),
          ("carer_certificate", "nurse_licence"), "护理员"),
    Trade("nursery", 4, "company", "{district}{word}托育园", ("childcare", "after_school", "nanny"), ("teacher", "carer_certificate"), "保育师"),
    Trade("school", 5, "agency", "{district}{word}学习中心", ("tutoring", "after_school", "adult_learning", "culture"), ("teacher",), "教师"),
    Trade("house", 7, "company", "{district}{word}家政服务有限公司", ("housekeeping", "nanny", "home_care", "moving", "errands"),
          ("carer_certificate",), "家政服务员"),
    Trade("law", 3, "agency", "{district}{word}法律服务中心", ("legal_aid", "mediation"), (), "法律工作者"),
    Trade("social", 6, "agency", "{town}{word}社工站",
          ("social_work", "mental_support", "companionship", "disabled_support", "rescue"), ("social_worker",), "社会工作者"),
    Trade("leisure", 4, "society", "{district}{word}文化体育协会", ("culture", "sports", "tourism_guide", "adult_learning"),
          ("guide_licence",), "指导员"),
    Trade("fix", 4, "company", "{district}{word}便民服务有限公司", ("repairs", "errands", "recycling", "moving", "housekeeping"), (), "师傅"),
    Trade("work", 2, "agency", "{district}{word}就业与助残服务中心", ("employment", "disabled_support", "social_work"), ("social_worker",), "专员"),
)
