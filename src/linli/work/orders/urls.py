from django.urls import path

from linli.work.orders.pages import booking, disputes, order, provider, waiting, work

app_name = "orders"
urlpatterns = [
    path("orders/", order.mine, name="mine"),
    path("orders/book/", booking.book, name="book"),
    path("orders/waits/", waiting.waits, name="waits"),
    path("orders/waits/join/", waiting.join, name="join"),
    path("orders/waits/<uuid:ref>/leave/", waiting.leave, name="leave"),
    path("orders/<uuid:ref>/", order.order, name="order"),
    path("orders/<uuid:ref>/certificate/", order.certificate, name="certificate"),
    path("orders/<uuid:ref>/booked/", booking.booked, name="booked"),
    path("orders/<uuid:ref>/book/", order.book_held, name="book_held"),
    path("orders/<uuid:ref>/accept/", order.accept, name="accept"),
    path("orders/<uuid:ref>/decline/", order.decline, name="decline"),
    path("orders/<uuid:ref>/assign/", order.assign, name="assign"),
    path("orders/<uuid:ref>/check-in/", order.check_in, name="check_in"),
    path("orders/<uuid:ref>/check-out/", order.check_out, name="check_out"),
    path("orders/<uuid:ref>/confirm/", order.confirm, name="confirm"),
    path("orders/<uuid:ref>/rate/", order.rate, name="rate"),
    path("orders/<uuid:ref>/change/", order.change, name="change"),
    path("orders/<uuid:ref>/dispute/", disputes.raise_dispute, name="raise_dispute"),
    path("orders/<uuid:ref>/cancel/", order.cancel, name="cancel"),
    path("orders/<uuid:ref>/no-show/", order.no_show, name="no_show"),
    path("disputes/<uuid:ref>/", disputes.dispute, name="dispute"),
    path("disputes/<uuid:ref>/say/", disputes.say, name="say"),
    path("disputes/<uuid:ref>/withdraw/", disputes.withdraw, name="withdraw_dispute"),
    path("disputes/<uuid:ref>/decide/", disputes.decide, name="decide"),
    path("disputes/<uuid:ref>/files/<uuid:statement>/", disputes.evidence, name="evidence"),
    path("officer/disputes/", disputes.overseen, name="disputes"),
    path("provider/disputes/", disputes.own, name="own_disputes"),
    path("provider/orders/", provider.incoming, name="incoming"),
    path("provider/orders/accept/", provider.accept_many, name="accept_many"),
    path("provider/calendar/", provider.calendar, name="calendar"),
    path("provider/waits/", waiting.demand, name="demand"),
    path("work/", work.day, name="day"),
]
