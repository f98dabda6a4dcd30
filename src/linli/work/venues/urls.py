from django.urls import path

from linli.work.venues.pages import calendars, desk, residents

app_name = "venues"
urlpatterns = [
    path("venues/", residents.venues, name="venues"),
    path("venues/bookings/", residents.mine, name="mine"),
    path("venues/bookings/<uuid:ref>/", residents.booking, name="booking"),
    path("venues/bookings/<uuid:ref>/change/", residents.change, name="change"),
    path("venues/bookings/<uuid:ref>/cancel/", residents.cancel, name="cancel"),
    path("venues/bookings/<uuid:ref>/no-show/", residents.no_show, name="no_show"),
    path("venues/bookings/<uuid:ref>/calendar.ics", calendars.booking_calendar, name="booking_calendar"),
    path("venues/<uuid:ref>/", residents.venue, name="venue"),
    path("venues/<uuid:ref>/book/", residents.book, name="book"),
    path("venues/<uuid:ref>/calendar.ics", calendars.venue_calendar, name="venue_calendar"),
    path("provider/venues/", desk.own, name="own"),
    path("provider/venues/new/", desk.open_venue, name="open"),
    path("provider/venues/check-in/", desk.check_in, name="check_in"),
    path("provider/venues/<uuid:ref>/", desk.update_venue, name="update"),
    path("provider/venues/<uuid:ref>/week/", desk.week, name="week"),
    path("provider/venues/<uuid:ref>/block/", desk.block, name="block"),
    path("provider/venues/<uuid:ref>/<slug:move>/", desk.turn, name="turn"),
    path("officer/venues/", desk.overseen, name="overseen"),
]
