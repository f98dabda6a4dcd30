from django.conf import settings
from django.urls import URLPattern, path

from linli.registers.accounts import pages

app_name = "accounts"


def patterns(*, demo: bool) -> list[URLPattern]:
    """The pages; picking a persona exists in the demo only."""
    return [
        path("accounts/sign-in/", pages.sign_in, name="sign_in"),
        path("accounts/sign-up/", pages.sign_up, name="sign_up"),
        path("accounts/sign-out/", pages.sign_out, name="sign_out"),
        path("accounts/reset/", pages.reset, name="reset"),
        path("accounts/reset/code/", pages.reset_code, name="reset_code"),
        path("me/", pages.me, name="me"),
        path("me/password/", pages.password, name="password"),
        path("me/tokens/", pages.tokens, name="tokens"),
        path("me/tokens/<uuid:ref>/revoke/", pages.revoke_token, name="revoke_token"),
        path("provider/organisation/keepers/", pages.keepers, name="keepers"),
        path("provider/organisation/keepers/<uuid:ref>/<uuid:grant>/put-out/", pages.put_out, name="put_out"),
        path("officer/accounts/", pages.officials, name="officials"),
        path("officer/accounts/new/", pages.open_account, name="open_account"),
        path("officer/accounts/<uuid:ref>/", pages.official, name="official"),
        path("officer/accounts/<uuid:ref>/roles/", pages.grant_role, name="grant_role"),
        path("officer/accounts/<uuid:ref>/roles/<uuid:grant>/revoke/", pages.revoke_role, name="revoke_role"),
        path("officer/accounts/<uuid:ref>/code/", pages.make_code, name="make_code"),
        path("officer/accounts/<uuid:ref>/<slug:name>/", pages.move, name="move"),
        *([path("demo/", pages.demo, name="demo")] if demo else []),
    ]


urlpatterns = patterns(demo=settings.DEMO)
