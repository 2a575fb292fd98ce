"""Teams get their categories, people their team, role and skills, and an invitation when mail works."""

import pytest
from django.core import mail as outbox
from django.utils.timezone import now

from helpdesk.beginning.invitations import invite_all
from helpdesk.core.mail_out import MailServer as Server
from helpdesk.core.mail_out import save_server
from teams.models import LetterRequest, Skill, Team, TeamMembership, User
from teams.services.letters import send_due_letters
from tests.cast import MONDAY
from tickets.models import Category, Channel, RoutingRule, Ticket
from tickets.services.opening import open_ticket

pytestmark = pytest.mark.django_db


def person(**changes: object) -> dict[str, object]:
    fields = {
        "full_name": "Amir Haddad",
        "email": "Amir@Berg.example",
        "team": Team.objects.get(is_general=True).pk,
        "role": "agent",
        "skills": "invoicing 4, German",
        "time_zone": "Europe/Berlin",
    }
    return {f"person-{name}": value for name, value in (fields | changes).items()}


def test_the_suggested_teams_take_their_categories(founder):
    founder.post("/begin/people/suggested-teams/")

    routes = {(rule.category.slug, rule.team.name) for rule in _rules()}
    assert ("billing", "Billing") in routes
    assert ("technical", "Technical") in routes
    assert "Add Technical and Billing" not in founder.get("/begin/people/").content.decode()


def test_a_category_goes_to_the_team_that_asked_last(founder):
    billing = Category.objects.get(slug="billing").pk
    founder.post("/begin/people/suggested-teams/")

    founder.post("/begin/people/teams/", {"team-name": "Rechnungen & Preise", "team-categories": [billing]})

    assert [rule.team.name for rule in _rules() if rule.category_id == billing] == ["Rechnungen & Preise"]


def test_a_person_gets_team_role_and_skills_and_the_next_ticket(founder):
    founder.post("/begin/people/suggested-teams/")
    billing = Team.objects.get(name="Billing")

    founder.post("/begin/people/persons/", person(team=billing.pk, role="lead"))

    amir = User.objects.get(email="amir@berg.example")
    assert TeamMembership.objects.get(user=amir).role == "lead"
    assert {(known.skill.name, known.level) for known in amir.skills.all()} == {("invoicing", 4), ("German", 3)}
    assert not amir.has_usable_password()
    rosa = User.objects.create_user("rosa@kunde.example")
    ticket = open_ticket(
        title="Charged twice", description="…", requester=rosa, by=rosa, channel=Channel.WEB,
        category=Category.objects.get(slug="billing"), at=MONDAY,
    )  # fmt: skip
    assert Ticket.objects.get(pk=ticket.pk).assignee == amir


def test_two_spellings_of_a_skill_are_one(founder):
    founder.post("/begin/people/persons/", person(skills="German 4"))
    founder.post("/begin/people/persons/", person(email="b@berg.example", skills="german 5"))

    assert Skill.objects.filter(name__iexact="german").count() == 1


@pytest.mark.parametrize("skills", ["invoicing 7", "invoicing 0", "5"])
def test_a_skill_that_cannot_be_read_is_told_and_nobody_is_added(founder, skills):
    answered = founder.post("/begin/people/persons/", person(skills=skills))

    assert answered.status_code == 422
    assert skills in answered.content.decode()
    assert not User.objects.filter(email="amir@berg.example").exists()


def test_the_page_asks_as_many_questions_with_many_people_as_with_few(founder, django_assert_max_num_queries):
    founder.post("/begin/people/suggested-teams/")
    for number in range(12):
        founder.post("/begin/people/persons/", person(email=f"{number}@berg.example"))

    with django_assert_max_num_queries(12):
        founder.get("/begin/people/")


def test_an_invited_colleague_chooses_a_password_by_the_mailed_link(founder, ida, client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    founder.post("/begin/people/persons/", person())

    assert invite_all(by=ida) == 1
    assert invite_all(by=ida) == 0
    assert send_due_letters(as_of=now()) == 1
    (letter,) = outbox.outbox
    assert letter.to == ["amir@berg.example"]
    assert "Ida Berg has made an account for you" in letter.body
    link = next(line for line in letter.body.splitlines() if "/account/" in line)
    assert client.get(link.removeprefix(settings.SITE_URL), follow=True).status_code == 200
    assert not LetterRequest.objects.exists()


def test_nobody_is_invited_before_mails_leave(founder, mail):
    founder.post("/begin/people/persons/", person())
    assert "name a mail server first" in founder.get("/begin/ready/").content.decode()
    assert "Send invitations" not in founder.get("/begin/ready/").content.decode()

    save_server(Server("127.0.0.1", mail.controller.port, "none", "", "", "Help", "help@berg.example"))

    assert "Send invitations" in founder.get("/begin/ready/").content.decode()


def _rules():
    return RoutingRule.objects.select_related("category", "team")
