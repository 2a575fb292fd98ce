"""Tags and followers of a ticket, from its page."""

from typing import Any

from django.utils.translation import gettext as _

from tickets.console.page.answering import Undo
from tickets.console.page.changing import ChangeView
from tickets.console.page.forms import TagForm, WatcherForm
from tickets.services.following import add_tag, add_watcher, remove_tag, remove_watcher, tag_name


class TagsView(ChangeView):
    form_class = TagForm

    def change(self, wanted: dict[str, Any]) -> tuple[str, Undo | None]:
        add_tag(self.ticket, name=wanted["name"], by=self.reader)
        return _("Tagged “%(tag)s”.") % {"tag": tag_name(wanted["name"])}, Undo("tag_removal", {"name": wanted["name"]})


class TagRemovalView(ChangeView):
    form_class = TagForm

    def change(self, wanted: dict[str, Any]) -> tuple[str, Undo | None]:
        remove_tag(self.ticket, name=wanted["name"], by=self.reader)
        return _("The tag is gone."), Undo("tags", {"name": wanted["name"]})


class WatchersView(ChangeView):
    form_class = WatcherForm

    def change(self, wanted: dict[str, Any]) -> tuple[str, Undo | None]:
        person = wanted["person"]
        add_watcher(self.ticket, user=person, by=self.reader)
        told = _("%(person)s follows it now.") % {"person": person.get_full_name()}
        return told, Undo("watcher_removal", {"person": str(person.pk)})


class WatcherRemovalView(ChangeView):
    form_class = WatcherForm

    def change(self, wanted: dict[str, Any]) -> tuple[str, Undo | None]:
        person = wanted["person"]
        remove_watcher(self.ticket, user=person, by=self.reader)
        told = _("%(person)s no longer follows it.") % {"person": person.get_full_name()}
        return told, Undo("watchers", {"person": str(person.pk)})
