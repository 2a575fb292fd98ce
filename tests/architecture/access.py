"""Who may come through which door. Every address has a row here; a new one without a row fails the suite."""

from enum import Enum


class Who(Enum):
    ANYONE = "no sign-in needed"
    SIGNED_IN = "any person; shows what is theirs"
    WHO_SEES = "whoever sees the ticket; to others it does not exist"
    VISITOR = "whoever sees the ticket, signed in or by a link from a mail; to others it does not exist"
    STAFF = "whoever works on the ticket; its requester is refused, to others it does not exist"
    OWN = "whose it is; to others it does not exist"
    MONITORING = "whoever sends the token of the monitoring, else this machine itself"
    BACK_OFFICE = "staff, through the sign-in of the admin"


TICKET = "api/v1/tickets/<str:reference>/"
PAGE = "tickets/<uuid:public_id>/"

# Address → method → who. The admin is one row: Django guards everything below it alike.
ACCESS: dict[str, dict[str, Who]] = {
    "": {"GET": Who.ANYONE},
    "new/": {"GET": Who.ANYONE, "POST": Who.ANYONE},
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
    "admin/": {"GET": Who.BACK_OFFICE},
    "api/v1/me/": {"GET": Who.SIGNED_IN},
    "api/v1/teams/": {"GET": Who.SIGNED_IN},
    "api/v1/categories/": {"GET": Who.SIGNED_IN},
    "api/v1/tickets/": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
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
    f"{TICKET}tags/<str:name>/": {"PUT": Who.STAFF, "DELETE": Who.STAFF},
    f"{TICKET}watchers/<str:person>/": {"PUT": Who.STAFF, "DELETE": Who.STAFF},
    f"{TICKET}events/": {"GET": Who.WHO_SEES},
    f"{TICKET}routing/": {"GET": Who.STAFF},
    f"{TICKET}clocks/": {"GET": Who.STAFF},
    f"{TICKET}escalations/": {"GET": Who.STAFF},
    f"{TICKET}acknowledgement/": {"POST": Who.STAFF},
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
