"""Who may come through which door. Every address has a row here; a new one without a row fails the suite."""

from enum import Enum


class Who(Enum):
    ANYONE = "no sign-in needed"
    SIGNED_IN = "any person; shows what is theirs"
    WHO_SEES = "whoever sees the ticket; to others it does not exist"
    VISITOR = "whoever sees the ticket, signed in or by a link from a mail; to others it does not exist"
    STAFF = "whoever works on the ticket; its requester is refused, to others it does not exist"
    OWN = "whose it is; to others it does not exist"
    DEMO = "whoever sits at this machine, in the demo; elsewhere it does not exist"
    MONITORING = "whoever sends the token of the monitoring, else this machine itself"
    BACK_OFFICE = "staff, through the sign-in of the admin"
    FIRST = "whoever holds the first key, while there is no administrator"
    ADMINISTRATOR = "administrators; everybody else is refused or sent to sign in"


TICKET = "api/v1/tickets/<str:reference>/"
PAGE = "tickets/<uuid:public_id>/"

# Address → method → who. The admin is one row: Django guards everything below it alike.
ACCESS: dict[str, dict[str, Who]] = {
    "": {"GET": Who.ANYONE},
    "demo/doors/<slug:door>/": {"POST": Who.DEMO},
    "demo/tour/": {"POST": Who.DEMO},
    "demo/tour/<slug:slug>/": {"POST": Who.DEMO},
    "outbox/": {"GET": Who.DEMO},
    "outbox/fresh/": {"GET": Who.DEMO},
    "outbox/sms/": {"POST": Who.DEMO},
    "outbox/<int:pk>/": {"GET": Who.DEMO},
    "outbox/<int:pk>/frame/": {"GET": Who.DEMO},
    "new/": {"GET": Who.ANYONE, "POST": Who.ANYONE},
    "new/similar/": {"POST": Who.SIGNED_IN},
    # Shown to the browser that has sent it.
    "new/sent/<uuid:public_id>/": {"GET": Who.VISITOR},
    "tickets/": {"GET": Who.SIGNED_IN},
    PAGE: {"GET": Who.VISITOR},
    f"{PAGE}messages/": {"POST": Who.VISITOR},
    f"{PAGE}resolution/": {"POST": Who.VISITOR},
    f"{PAGE}reopening/": {"POST": Who.VISITOR},
    f"{PAGE}reading/": {"POST": Who.VISITOR},
    f"{PAGE}files/<uuid:pk>/": {"GET": Who.VISITOR},
    # Letters and links: the same answer for everybody. Signing in, and what is behind it.
    "t/<str:token>/": {"GET": Who.ANYONE},
    "t/<str:token>/stop/": {"GET": Who.ANYONE, "POST": Who.ANYONE},
    "links/": {"GET": Who.ANYONE, "POST": Who.ANYONE},
    "links/sent/": {"GET": Who.ANYONE},
    "account/login/": {"GET": Who.ANYONE, "POST": Who.ANYONE},
    "account/logout/": {"POST": Who.ANYONE},
    "account/signup/": {"GET": Who.ANYONE, "POST": Who.ANYONE},
    "account/sent/": {"GET": Who.ANYONE},
    "account/inactive/": {"GET": Who.ANYONE},
    "account/password/reset/": {"GET": Who.ANYONE, "POST": Who.ANYONE},
    "account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": {"GET": Who.ANYONE, "POST": Who.ANYONE},
    "account/password/change/": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "profile/": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "profile/picture/": {"POST": Who.SIGNED_IN},
    # By a name that cannot be guessed: customers without an account see who answers them.
    "faces/<str:name>": {"GET": Who.ANYONE},
    "admin/": {"GET": Who.BACK_OFFICE},
    # The five steps of one's own desk.
    "begin/": {"GET": Who.ADMINISTRATOR},
    "begin/key/<str:key>/": {"GET": Who.FIRST},
    "begin/administrator/": {"GET": Who.FIRST, "POST": Who.FIRST},
    "begin/people/": {"GET": Who.ADMINISTRATOR, "POST": Who.ADMINISTRATOR},
    "begin/people/teams/": {"POST": Who.ADMINISTRATOR},
    "begin/people/suggested-teams/": {"POST": Who.ADMINISTRATOR},
    "begin/people/persons/": {"POST": Who.ADMINISTRATOR},
    "begin/hours/": {"GET": Who.ADMINISTRATOR, "POST": Who.ADMINISTRATOR},
    "begin/promises/": {"GET": Who.ADMINISTRATOR, "POST": Who.ADMINISTRATOR},
    "begin/mail/": {"GET": Who.ADMINISTRATOR, "POST": Who.ADMINISTRATOR},
    "begin/mail/without/": {"POST": Who.ADMINISTRATOR},
    "begin/mail/invitations/": {"POST": Who.ADMINISTRATOR},
    "begin/ready/": {"GET": Who.ADMINISTRATOR},
    # In the demo only.
    "begin/fresh/": {"GET": Who.ADMINISTRATOR, "POST": Who.ADMINISTRATOR},
    "api/v1/me/": {"GET": Who.SIGNED_IN},
    "api/v1/teams/": {"GET": Who.SIGNED_IN},
    "api/v1/categories/": {"GET": Who.SIGNED_IN},
    "api/v1/tickets/": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "api/v1/tickets/next/": {"POST": Who.SIGNED_IN},
    TICKET: {"GET": Who.WHO_SEES},
    f"{TICKET}messages/": {"GET": Who.WHO_SEES, "POST": Who.WHO_SEES},
    f"{TICKET}assignment/": {"POST": Who.STAFF, "DELETE": Who.STAFF},
    f"{TICKET}priority/": {"PUT": Who.STAFF},
    f"{TICKET}category/": {"PUT": Who.STAFF},
    f"{TICKET}work/": {"POST": Who.STAFF},
    f"{TICKET}waiting/": {"POST": Who.STAFF, "DELETE": Who.STAFF},
    f"{TICKET}resolution/": {"POST": Who.WHO_SEES, "DELETE": Who.WHO_SEES},
    f"{TICKET}closure/": {"POST": Who.STAFF},
    f"{TICKET}duplicate/": {"POST": Who.STAFF},
    f"{TICKET}links/": {"DELETE": Who.STAFF},
    f"{TICKET}tags/<str:name>/": {"PUT": Who.STAFF, "DELETE": Who.STAFF},
    f"{TICKET}watchers/<str:person>/": {"PUT": Who.STAFF, "DELETE": Who.STAFF},
    f"{TICKET}events/": {"GET": Who.WHO_SEES},
    f"{TICKET}routing/": {"GET": Who.STAFF},
    f"{TICKET}routing/now/": {"GET": Who.STAFF},
    f"{TICKET}hand-over/": {"POST": Who.STAFF},
    f"{TICKET}triage/": {"GET": Who.STAFF, "POST": Who.STAFF},
    f"{TICKET}similar/": {"GET": Who.STAFF},
    f"{TICKET}clocks/": {"GET": Who.STAFF},
    f"{TICKET}escalations/": {"GET": Who.STAFF},
    f"{TICKET}acknowledgement/": {"POST": Who.STAFF},
    f"{TICKET}snooze/": {"POST": Who.STAFF},
    "api/v1/notifications/": {"GET": Who.SIGNED_IN},
    "api/v1/notifications/read/": {"POST": Who.SIGNED_IN},
    "api/v1/notifications/<int:pk>/read/": {"POST": Who.OWN},
    "api/v1/attachments/<uuid:pk>/": {"GET": Who.WHO_SEES, "DELETE": Who.STAFF},
    "api/schema/": {"GET": Who.ANYONE},
    "api/docs/": {"GET": Who.ANYONE},
    # The problem document for what is no address.
    "^api/": {"GET": Who.ANYONE},
    "livez": {"GET": Who.ANYONE},
    "readyz": {"GET": Who.ANYONE},
    "metrics": {"GET": Who.MONITORING},
}
