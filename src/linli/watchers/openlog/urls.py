"""Programs come without the slash at the end, people with it."""
from django.urls import path

from linli.watchers.openlog import endpoints
from linli.watchers.openlog.pages import log, receipt, verify

app_name = "openlog"
urlpatterns = [
    path("verify/", verify.verify, name="verify"),
    path("log/", log.log, name="log"),
    path("log/days/", log.days, name="days"),
    path("log/receipt/<int:ref>/", receipt.receipt, name="at"),
    path("log/receipt/<uuid:ref>/", receipt.receipt, name="about"),
    path("log/openings/<int:index>/", receipt.openings, name="openings"),
    path("log/checkpoint", endpoints.checkpoint, name="checkpoint"),
    path("log/tile/<path:path>", endpoints.tile, name="tile"),
    path("log/payload/<int:index>", endpoints.payload, name="payload"),
    path("log/receipt/<int:ref>", endpoints.receipt, name="receipt_at"),
    path("log/receipt/<uuid:ref>", endpoints.receipt, name="receipt"),
    path("log/key", endpoints.key, name="key"),
    path("log/days.json", endpoints.days, name="days_json"),
    path("log/witness/add-checkpoint", endpoints.add_checkpoint, name="add_checkpoint"),
    path("log/witness/<slug:digest>/checkpoint", endpoints.seen, name="seen"),
]
