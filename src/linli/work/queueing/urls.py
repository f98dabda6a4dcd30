from django.urls import path

from linli.work.queueing import pages

app_name = "queueing"
urlpatterns = [
    path("queues/", pages.queues, name="queues"),
    path("queues/<uuid:ref>/", pages.queue, name="queue"),
    path("queues/<uuid:ref>/board/", pages.board, name="board"),
    path("queues/<uuid:ref>/take/", pages.take, name="take"),
    path("queues/<uuid:ref>/arrive/", pages.arrive, name="arrive"),
    path("tickets/<uuid:ref>/<slug:name>/", pages.move, name="move"),
    path("provider/queues/", pages.own, name="own"),
    path("provider/queues/open/", pages.open_queue, name="open"),
    path("provider/queues/<uuid:ref>/", pages.desk, name="desk"),
    path("provider/queues/<uuid:ref>/call/", pages.call_next, name="call"),
    path("provider/queues/<uuid:ref>/hand-out/", pages.hand_out, name="hand_out"),
    path("provider/queues/<uuid:ref>/set/", pages.set_queue, name="set"),
]
