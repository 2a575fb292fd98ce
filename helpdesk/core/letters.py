"""A letter to one person: its words, its one button and why it came, made into a mail with a plain and an HTML part."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

# RFC 3834: whoever answers by machine must not answer this.
_NOT_FOR_MACHINES = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True, slots=True)
class Letter:
    """`text` is plain, paragraphs apart by an empty line. `because` stands below it, small."""

    to: str
    subject: str
    text: str
    because: str
    language: str
    link: str = ""
    link_label: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    # Where one click ends letters like this one, for those that may be ended.
    stop_link: str = ""
    stop_label: str = ""

    @property
    def paragraphs(self) -> list[str]:
        return [part.strip() for part in self.text.split("\n\n") if part.strip()]

    def as_mail(self) -> EmailMultiAlternatives:
        text = self.text + (f"\n\n{self.link_label}:\n{self.link}" if self.link else "")
        mail = EmailMultiAlternatives(
            subject=self.subject,
            body=f"{text}\n\n-- \n{self.because}\n"
            + (f"{self.stop_label}: {self.stop_link}\n" if self.stop_link else ""),
            to=[self.to],
            headers={
                "Message-ID": make_msgid(domain=mail_domain()),
                **_NOT_FOR_MACHINES,
                **self._unsubscribing(),
                **self.headers,
            },
        )
        with translation.override(self.language):
            mail.attach_alternative(render_to_string("mail/frame.html", {"letter": self}), "text/html")
        return mail

    def _unsubscribing(self) -> dict[str, str]:
        """RFC 8058: mail programs show a button for it."""
        if not self.stop_link:
            return {}
        return {"List-Unsubscribe": f"<{self.stop_link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def mail_domain() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
