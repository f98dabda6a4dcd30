from django.apps import AppConfig
from django.conf import settings
from django.urls import reverse

from linli.engines.journal.registry import Payload, tell, watch
from linli.kernel.text import N_, Both
from linli.registers.accounts import events, registry


class Accounts(AppConfig):
    name = "linli.registers.accounts"

    def ready(self) -> None:
        from linli.registers.accounts import queries, subscribers  # read the models, which are loaded by now
        from linli.registers.people import registry as people

        people.use_accounts(queries)
        people.holds("accounts", N_("My account"), queries.held_of)
        people.sees(queries.last_seen)
        watch("accounts", subscribers.react)
        _roles()
        _tellings()
        if settings.DEMO:
            registry.use_delivery(registry.OnThePage())


def _roles() -> None:
    """Every role, with what the contexts below and beside this one let it do; those above add their own."""
    role = registry.role
    role("resident", name=Both("Resident", "居民"), scope="person",
         sentence=Both("Asks for help, books and rates services, for oneself and for those one acts for.",
                       "为自己和所代办的家人提出需求、预约和评价服务。"),
         permissions=("people.see", "people.manage", "people.consent", "organisations.apply",
                      "workforce.practise", "documents.hold"))
    role("practitioner", name=Both("Practitioner", "从业人员"), scope="practitioner",
         sentence=Both("Sees their own day, checks in and out at visits, keeps their passport up to date.",
                       "查看自己的日程，上门签到签退，维护自己的服务码。"),
         permissions=("practitioners.see",))
    role("provider_admin", name=Both("Provider's administrator", "服务机构管理员"), scope="organisation",
         sentence=Both("Manages the organisation's sites, staff, services and orders, and who else may.",
                       "管理本机构的网点、人员、服务和服务单，并为同事授权。"),
         permissions=("organisations.manage", "practitioners.manage", "practitioners.see", "directory.manage",
                      "workforce.recruit", "documents.hold"))
    role("provider_staff", name=Both("Provider's staff", "服务机构工作人员"), scope="organisation",
         sentence=Both("Takes the organisation's orders, and keeps its staff and services up to date.",
                       "受理本机构的服务单，维护人员和服务信息。"),
         permissions=("practitioners.manage", "practitioners.see", "directory.manage", "workforce.recruit"))
    role("hotline_agent", name=Both("Hotline agent", "热线坐席"), scope="region",
         sentence=Both("Finds and registers callers with their consent, and acts for them while they are on the line.",
                       "经来电人同意后查找、登记其信息，并在通话中代为办理。"),
         permissions=("people.find", "people.register", "people.see", "people.consent", "people.see_care_groups"))
    role("officer", name=Both("Officer", "工作人员"), scope="region",
         sentence=Both("Approves organisations and looks after needs, services and late duties of a region.",
                       "审核本辖区的服务机构，督促需求、服务和逾期事项的办理。"),
         permissions=("organisations.approve", "organisations.see", "people.open", "people.see", "people.decide",
                      "people.see_care_groups", "people.see_aid_groups", "people.record_groups", "practitioners.see",
                      "directory.see", "directory.check", "rulebook.see", "rulebook.decide",
                      "workforce.see", "workforce.register", "workforce.commend", "workforce.discipline",
                      "workforce.publish", "workforce.pay", "places.see",
                      "places.manage"))
    role("protection_officer", name=Both("Protection officer", "救助保护专员"), scope="region",
         sentence=Both("Looks after people under protection in a region, and allows opening the data of minors.",
                       "负责本辖区重点保护对象，审批对未成年人个人信息的查看。"),
         permissions=("people.see", "people.open", "people.allow", "people.record_groups", "people.see_care_groups",
                      "people.see_aid_groups", "people.see_protected_groups", "rulebook.see"))
    role("auditor", name=Both("Auditor", "审计员"), scope="region",
         sentence=Both("Reads what happened and by which rule, and reports what was found; changes nothing else.",
                       "查阅办理记录和所依据的规则，出具审计结论，不作其他改动。"),
         permissions=("rulebook.see", "organisations.see", "places.see", "people.audit"))
    role("system_admin", name=Both("System administrator", "系统管理员"), scope="region",
         sentence=Both("Opens accounts for officials, locks and closes accounts, makes reset codes.",
                       "为工作人员开设账号，锁定、关闭账号，生成重置码。"),
         permissions=("accounts.open", "accounts.reset", "accounts.see"))
    role("security_admin", name=Both("Security administrator", "安全管理员"), scope="region",
         sentence=Both("Gives roles in a region and takes them back.", "在本辖区内授予和收回角色。"),
         permissions=("accounts.grant", "accounts.see"))


def _tellings() -> None:
    tell(events.AccountOpened, N_("The account was opened."))
    tell(events.SignedIn, N_("Signed in."))
    tell(events.SignInFailed, N_("Somebody typed a wrong password."))
    tell(events.SignedOut, N_("Signed out."))
    tell(events.PasswordChanged, N_("The password was changed."),
         notice=N_("Your password was changed. If you did not do this, call us."), to=_person, link=_me)
    tell(events.ResetCodeMade, N_("A code to choose a new password was made."),
         notice=N_("A code to choose a new password was made for your account. If you did not ask for it, call us."),
         to=_person, link=_me)
    tell(events.RoleGranted, N_("A role was given."), notice=N_("You were given a role. See what it lets you do."),
         to=_person, link=_me)
    tell(events.RoleRevoked, N_("A role was taken back."), notice=N_("One of your roles was taken back."), to=_person,
         link=_me)
    tell(events.TokenIssued, N_("A token for programs was made."),
         notice=N_("A token was made with which a program may do all that you may. If you did not do this, call us."),
         to=_person, link=_me)
    tell(events.TokenRevoked, N_("A token for programs was taken back."))
    tell(events.AccountLocked, N_("The account was locked."))
    tell(events.AccountUnlocked, N_("The account was unlocked."))
    tell(events.AccountClosed, N_("The account was closed."))


def _person(payload: Payload) -> list[str]:
    return [f"person:{payload['person']}"] if payload["person"] else []


def _me(payload: Payload) -> str:
    return reverse("accounts:me")
