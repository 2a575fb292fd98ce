"""Duplicates: a ticket that asks what another one asks already is linked with it and closed."""

from typing import Any

from django.utils.translation import gettext as _

from tickets.console.page.answering import Undo
from tickets.console.page.changing import ChangeView, NotUnderstood
from tickets.console.page.forms import DuplicateForm
from tickets.models.ticket import number_from
from tickets.services.duplicates import is_stranger_to, mark_duplicate


class DuplicateView(ChangeView):
    form_class = DuplicateForm

    def change(self, wanted: dict[str, Any]) -> tuple[str, Undo | None]:
        """Somebody else's ticket is not shown to the requester: they follow the original only where it is theirs too."""
        number = number_from(wanted["of"])
        original = None if number is None else self.desk.visible.filter(number=number).first()
        if original is None:
            raise NotUnderstood(_("You see no ticket with that reference. Write it like HD-1042."))
        lets_follow = not is_stranger_to(self.ticket, of=original)
        mark_duplicate(self.ticket, of=original, by=self.reader, lets_follow=lets_follow)
        told = (
            _("Linked with %(original)s and closed.")
            if lets_follow
            else _("Linked with %(original)s and closed. The requester does not follow it: it is somebody else's.")
        )
        return told % {"original": original.reference}, None
