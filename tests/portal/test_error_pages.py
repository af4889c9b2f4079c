"""What one reads when something is not possible: a sentence, and a way on."""

from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views import defaults


def test_an_old_form_says_that_it_is_too_old(db):
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@b.example"})

    assert answer.status_code == 403
    assert "This form is too old" in answer.content.decode()


def test_a_fault_of_ours_is_told_without_help_of_anything_that_may_be_broken():
    answer = defaults.server_error(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()


def test_a_request_that_cannot_be_read_says_so():
    answer = defaults.bad_request(RequestFactory().get("/"), ValueError("no"))

    assert "could not be read" in answer.content.decode()


def test_a_refusal_without_a_form_names_its_reason():
    page = render_to_string("409.html", {"message": "Somebody else was faster."})

    assert "Somebody else was faster." in page


def test_a_visitor_who_is_lost_is_shown_the_door(db):
    assert "Log in</a>" in Client().get("/nowhere/").content.decode()
