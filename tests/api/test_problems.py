"""Faults that are not the caller's: said in the same shape, telling nothing of the inside."""

import json
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from rest_framework.test import APIClient

from helpdesk.core.problems import bad_request, server_error
from teams.models import ApiToken
from tests.api.conftest import address, assert_problem
from tests.cast import assemble
from tickets.models import Ticket, TicketEvent


def test_our_own_fault_is_a_problem_document_without_details():
    answer = server_error(RequestFactory().get("/api/v1/tickets/"))
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert json.loads(answer.content)["code"] == "internal_error"
    assert server_error(RequestFactory().get("/admin/"))["Content-Type"].startswith("text/html")


def test_a_request_that_django_refuses_is_one_too():
    answer = bad_request(RequestFactory().get("/api/v1/tickets/"), ValueError())
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_forged_host_is_refused(cast, api):
    assert api(cast.amir).get("/api/v1/me/", HTTP_HOST="evil.example").status_code == 400


def test_answers_are_in_json_only(cast, api):
    assert_problem(api(cast.amir).get("/api/v1/me/", HTTP_ACCEPT="text/html"), 406)


@pytest.mark.django_db(transaction=True)
def test_a_ticket_that_somebody_holds_for_long_is_busy_and_nothing_is_saved():
    cast = assemble()
    ticket = cast.open_ticket()
    version = ticket.version
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {ApiToken.objects.issue(cast.amir, name='test')}")
    is_held, may_end = Event(), Event()

    def hold():
        with transaction.atomic():
            Ticket.objects.lock(ticket.pk)
            is_held.set()
            may_end.wait(timeout=30)
        connection.close()

    holder = Thread(target=hold)
    holder.start()
    try:
        assert is_held.wait(timeout=10)
        response = client.post(address(ticket, "resolution/"))
    finally:
        may_end.set()
        holder.join()
    assert_problem(response, 503, "busy")
    assert response["Retry-After"] == "1"
    assert (Ticket.objects.get().version, TicketEvent.objects.count()) == (version, version)
