from django.urls import path

from linli.registers.directory.pages import desk, residents

app_name = "directory"
urlpatterns = [
    path("services/", residents.services, name="services"),
    path("services/categories/", residents.categories, name="categories"),
    path("services/<uuid:ref>/", residents.service, name="service"),
    path("provider/services/", desk.listing, name="listing"),
    path("provider/services/new/", desk.list_service, name="list_service"),
    path("provider/services/import/", desk.import_services, name="import_services"),
    path("provider/services/columns.csv", desk.columns, name="columns"),
    path("provider/services/<uuid:ref>/", desk.update_service, name="update_service"),
    path("provider/services/<uuid:ref>/hours/", desk.set_hours, name="set_hours"),
    path("provider/services/<uuid:ref>/exceptions/", desk.add_exception, name="add_exception"),
    path("provider/services/<uuid:ref>/exceptions/drop/", desk.drop_exception, name="drop_exception"),
    path("provider/services/<uuid:ref>/<slug:move>/", desk.move, name="move"),
]
