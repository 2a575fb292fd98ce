"""The base of acts that change one property: door → form → verb → what to say, and how to take it back."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse

from helpdesk.core.errors import DomainError
from tickets.console.page.answering import Undo
from tickets.console.page.door import DeskView
from tickets.console.page.forms import first_error


class NotUnderstood(DomainError):
    code = "invalid"
    status = 400


class ChangeView(DeskView, ABC):
    http_method_names = ["post"]
    form_class: ClassVar[type[forms.Form]]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        form = self.form_class(request.POST)
        if not form.is_valid():
            raise NotUnderstood(first_error(form))
        said, undo = self.change(form.cleaned_data)
        return self.done(said, undo=undo)

    @abstractmethod
    def change(self, wanted: dict[str, Any]) -> tuple[str, Undo | None]:
        """Call the verb; return what to tell the reader and, where there is a way back, what it takes."""
