"""A program on Django beside the library: each has a connection and a transaction of its own to one database."""
# mypy: disallow-subclassing-any=False

import os
from typing import Any

import django
from django.conf import settings
from django.db import connection, models, transaction
from django.http import HttpRequest, JsonResponse
from django.test import Client
from django.urls import path
from sqlalchemy.orm import Session

from crm import CRM, CRMError, make_engine, schema, to_dict
from crm.changes import LeadEdited

engine = make_engine(os.environ.get("HOST_DB", "sqlite:///host.db"))
kind = {"sqlite": "sqlite3"}.get(engine.dialect.name, "postgresql")
server = engine.url.translate_connect_args() | dict(engine.url.query)
settings.configure(
    ALLOWED_HOSTS=["testserver"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            "ENGINE": f"django.db.backends.{kind}",
            "NAME": engine.url.database,
            "USER": engine.url.username,
            "PASSWORD": engine.url.password,
            "HOST": server.get("host"),
            "PORT": server.get("port"),
        }
    },
)
django.setup()


class Viewing(models.Model):
    """A visit of a site, booked for a lead: a table of Django's."""

    lead_id = models.BigIntegerField()
    site = models.CharField(max_length=40)
    note_of_lead = models.CharField(max_length=200, default="")

    class Meta:
        """Its name; it belongs to no application here."""

        app_label = "host"
        db_table = "host_viewing"

    def __str__(self) -> str:
        """Return the site."""
        return str(self.site)


def noted(change: LeadEdited) -> None:
    """Keep the note of a lead beside its viewings; called after the library's commit."""
    if note := change.after.get("note"):
        Viewing.objects.filter(lead_id=change.record_id).update(note_of_lead=note)


def book(request: HttpRequest, lead_id: int) -> JsonResponse:
    """Book a viewing; when Django has committed, note it on the lead."""
    user, site = request.headers["X-User"], request.POST["site"]

    def note() -> None:
        with Session(engine) as session, session.begin():
            crm = CRM(session, user)
            crm.on(LeadEdited, noted)
            crm.leads.edit(lead_id, note=f"考察{site}")

    try:
        with Session(engine) as session:
            CRM(session, user).leads.show(lead_id)  # refused before Django writes
        with transaction.atomic():
            viewing = Viewing.objects.create(lead_id=lead_id, site=site)
            transaction.on_commit(note)
    except CRMError as error:
        return JsonResponse(to_dict(error), status=error.http_status)
    return JsonResponse({"viewing": viewing.pk}, status=201)


def leads(request: HttpRequest) -> JsonResponse:
    """List leads, with the sites that were booked for each."""
    with Session(engine) as session:
        page: dict[str, Any] = to_dict(CRM(session, request.headers["X-User"]).leads.list(limit=20))
    for row in page["rows"]:
        row["sites"] = [str(viewing) for viewing in Viewing.objects.filter(lead_id=row["id"])]
    return JsonResponse(page)


urlpatterns = [path("leads", leads), path("leads/<int:lead_id>/viewings", book)]

if __name__ == "__main__":
    schema.upgrade(engine)
    with connection.schema_editor() as editor:
        editor.create_model(Viewing)
    with Session(engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
        crm = CRM(session, "admin")
        crm.leads.open(crm.investors.add("丸红株式会社", country="JP"), title="冷链物流", station="tokyo")
    client, user = Client(), {"X-User": "admin"}
    print(client.post("/leads/1/viewings", {"site": "河城港区"}, headers=user).status_code)  # 201
    page = client.get("/leads", headers=user).json()
    print(page["rows"][0]["title"], page["rows"][0]["sites"])  # 冷链物流 ['河城港区']
    with Session(engine) as session:
        print(CRM(session, "admin").leads.get(1).note)  # 考察河城港区
    print(Viewing.objects.get().note_of_lead)  # 考察河城港区
    print(client.post("/leads/99/viewings", {"site": "河城港区"}, headers=user).status_code)  # 404
    print(Viewing.objects.count())  # 1
