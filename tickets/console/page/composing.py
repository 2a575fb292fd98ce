"""Sending from the composer: once, with ten seconds to take it back, and held when somebody else was faster."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.core.errors import DomainError, NotPermitted
from tickets.canned import canned_for, filled
from tickets.console.page.answering import noun_url, page_url, sentence_of, to_page, wants_json
from tickets.console.page.composer import Composer, Held, composer_for, held_by, pending_html
from tickets.console.page.door import DeskView
from tickets.console.page.forms import DraftForm, MessageForm, first_error
from tickets.console.page.showing import show_page
from tickets.models import Channel, Draft, Message
from tickets.services.attaching import check_uploads
from tickets.services.conversing import AfterSending, reply
from tickets.services.drafting import add_draft_file, open_draft, save_draft
from tickets.services.overtaking import Overtaken
from tickets.services.sending import AlreadySent, send_draft, undo_sending

# The button remembers what it did last: what it will do this time is said.
_ON_ITS_WAY = {
    AfterSending.SEND: gettext_lazy("Your reply is on its way."),
    AfterSending.WAIT: gettext_lazy("Your reply is on its way, then the ticket waits for the customer."),
    AfterSending.RESOLVE: gettext_lazy("Your reply is on its way, then the ticket is resolved."),
}


class MessagesView(DeskView):
    is_for_staff = False
    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        form = MessageForm(request.POST)
        if not form.is_valid():
            return self.keep(first_error(form))
        try:
            return self.write_as_staff(form) if self.desk.writes_as_staff else self.write_as_customer(form)
        except Overtaken as refusal:
            return self.hold(
                held_by(self.again() or self.desk, refusal, seen_version=form.cleaned_data["seen_version"])
            )
        except DomainError as refusal:
            if isinstance(refusal, NotPermitted):
                raise
            return self.keep(sentence_of(refusal))

    def write_as_staff(self, form: MessageForm) -> HttpResponse:
        """Through the draft, so that the text is safe on the server before anything can go wrong."""
        wanted = form.cleaned_data
        is_internal = wanted["is_internal"]
        for file in self.request.FILES.getlist("files"):
            add_draft_file(open_draft(self.ticket, by=self.reader, is_internal=is_internal), file, by=self.reader)
        draft = save_draft(
            self.ticket, by=self.reader, is_internal=is_internal, body=wanted["body"], then=wanted["then"],
            seen_version=wanted["seen_version"],
        )  # fmt: skip
        if draft is not None and draft.send_at is None:
            draft = send_draft(draft, by=self.reader, then=wanted["then"])
        if draft is None or draft.sent is not None:
            return self.sent(_("Your note is added.") if is_internal else _("Sent."))
        return self.sent(str(_ON_ITS_WAY[wanted["then"]]), draft=draft)

    def write_as_customer(self, form: MessageForm) -> HttpResponse:
        wanted = form.cleaned_data
        if wanted["is_internal"]:
            raise NotPermitted(_("Only staff who work on this ticket write notes on it."))
        message = reply(
            self.ticket, body=wanted["body"], by=self.reader, channel=Channel.WEB,
            files=check_uploads(self.request.FILES.getlist("files")), submission_key=wanted["submission_key"],
        )  # fmt: skip
        return self.sent(_("Sent."), message=message)

    def sent(self, told: str, *, draft: Draft | None = None, message: Message | None = None) -> HttpResponse:
        ticket = self.ticket if message is None else message.ticket
        if not wants_json(self.request):
            messages.success(self.request, told)
            return HttpResponseRedirect(page_url(ticket), status=303)
        answer = {
            "message": told,
            "at": page_url(ticket),
            "elsewhere": ticket.pk != self.ticket.pk,
            "submission_key": str(uuid.uuid4()),
        }
        if draft is not None and draft.send_at is not None:
            answer["undo"] = {"url": noun_url(ticket, "withdrawal"), "fields": {"draft": draft.pk}}
            answer["send_at"] = draft.send_at.isoformat()
            answer["pending"] = pending_html(self.request, self.desk, draft)
        return JsonResponse({"sent": answer})

    def keep(self, message: str) -> HttpResponse:
        """It could not be sent. The text stays where it was written."""
        if wants_json(self.request):
            return JsonResponse({"refused": {"message": message}})
        return self._show(error=message)

    def hold(self, held: Held) -> HttpResponse:
        if wants_json(self.request):
            return JsonResponse({"held": held.as_json()})
        return self._show(held=held)

    def _show(self, *, held: Held | None = None, error: str = "") -> HttpResponse:
        desk = self.again() or self.desk
        composer = composer_for(desk) or Composer(seen_version=desk.ticket.version)
        composer.take_back(self.request.POST, held=held, error=error)
        return show_page(self.request, desk, composer)


class WithdrawalView(DeskView):
    """Takes back what is still on its way."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        form = DraftForm(request.POST)
        pk = form.cleaned_data["draft"] if form.is_valid() else 0
        draft = Draft.objects.filter(ticket=self.ticket, author=self.reader, pk=pk).first()
        if draft is None:
            raise AlreadySent(_("It is too late to take it back: the message has been sent."))
        draft = undo_sending(draft, by=self.reader)
        if wants_json(request):
            return JsonResponse({"body": draft.body, "side": "note" if draft.is_internal else "reply"})
        messages.success(request, _("Taken back: it was not sent. You can go on writing."))
        return to_page(self.ticket)


class CannedView(DeskView):
    """The canned replies for this ticket, filled in."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        replies = [
            {"title": each.title, "shortcut": each.shortcut, "text": filled(each, ticket=self.ticket, by=self.reader)}
            for each in canned_for(self.reader, self.ticket)
        ]
        return JsonResponse({"replies": replies})
