"""The links in mails sent so far are made worthless, from the ticket's page."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tickets.console.page.door import DeskView
from tickets.links import revoke_links


class LinkRevocationView(DeskView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        revoke_links(self.ticket, by=self.reader)
        return self.done(_("The links in mails sent so far open nothing any more. The next mail carries a fresh one."))
