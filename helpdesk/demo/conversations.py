"""What the demo's customers wrote, and what became of it. Each text stands here once, as people write."""

from dataclasses import dataclass
from typing import Literal

Turn = tuple[Literal["customer", "agent", "note"], str]


@dataclass(frozen=True, slots=True)
class Conversation:
    """`hours_ago` is when it was opened; turns follow at `every_minutes`; `ends` is what happens after the last one."""

    customer: str
    hours_ago: float
    category: str | None
    priority: Literal["low", "medium", "high", "critical"]
    title: str
    description: str
    turns: tuple[Turn, ...] = ()
    every_minutes: int = 12
    ends: Literal["", "waiting", "resolved"] = ""


CONVERSATIONS = (
    Conversation(
        "rosa", 70, "payment", "high", "Charged twice for March",
        "hi, my card statement shows 49 € TWICE on 1 march, both say STUDYSPACE BERLIN. i only have one membership. "
        "please send one back, i need it for rent",
        (
            ("agent", "Hello Rosa, I can see both charges: the second was our retry after the bank answered too late. "
                      "I have sent the 49 € back just now; your bank shows it within three working days."),
            ("customer", "great, thank you for being so quick!!"),
        ),
        ends="resolved",
    ),
    Conversation(
        "emre", 65, "account", "medium", "Kann mich nicht mehr anmelden",
        "Seit dem Update heute morgen sagt die App nur noch „Sitzung abgelaufen“, auch nach Neuinstallation. "
        "Passwort habe ich schon zweimal zurückgesetzt. Gerät: Pixel 8.",
        (
            ("agent", "Hallo Emre, auf Ihrem Konto lag noch eine alte Anmeldung, die den neuen Schlüssel blockiert hat. "
                      "Ich habe sie entfernt. Klappt es jetzt?"),
            ("customer", "ja läuft wieder, danke"),
        ),
        ends="resolved",
    ),
    Conversation(
        "mei", 50, "feature-request", "low", "Booking the same desk every week",
        "I sit at desk 214 every Tuesday and Thursday. Could I book it for the whole semester at once instead of "
        "forty clicks? A repeat button would be lovely.",
        (("agent", "What a good idea, Mei. Repeating bookings are on our list for the autumn; I have added your vote "
                   "and the detail about two weekdays."),),
        ends="resolved",
    ),
    Conversation(
        "samuel", 44, "technical", "high", "Door reader at the north entrance is dead",
        "The card reader at the north door has no light at all since about 7. Four of us are standing outside in the "
        "rain. South door works but the stairs are no option for Ben (wheelchair).",
        (
            ("agent", "Samuel, the desk downstairs is opening the north door by hand right now, and a technician is on "
                      "the way. I am sorry about the rain."),
            ("note", "Power supply of reader N-1 was tripped; electrician asked for 14:00. Keep the door open until then."),
            ("customer", "We're in. Thanks. Ben says thanks too."),
        ),
        every_minutes=7, ends="resolved",
    ),
    Conversation(
        "paula", 30, "billing", "medium", "Rechnung auf die Firma umschreiben",
        "Guten Tag, ich brauche die Rechnung 2023-1187 bitte auf meine Firma (Schmitt Übersetzungen, Lindenweg 4, "
        "04103 Leipzig) mit USt-ID. Geht das nachträglich?",
        (("agent", "Guten Tag Frau Schmitt, das geht. Bitte schicken Sie mir noch die USt-ID, dann stelle ich die "
                   "Rechnung neu aus."),),
        ends="waiting",
    ),
    Conversation(
        "ines", 26, "bug-report", "medium", "Calendar export is one hour off",
        "When I subscribe to my bookings in Google Calendar everything since Sunday is an hour late. The website shows "
        "the right time. I nearly missed my slot today.",
        (
            ("agent", "Thank you Inês, that is precise. We can reproduce it: the feed forgets the change to winter time. "
                      "A fix is being tested, I'll write as soon as it is out."),
            ("note", "Feed sends fixed offset instead of the zone. Product has it as a hotfix for tomorrow."),
        ),
    ),
    Conversation(
        "frida", 9, "technical", "medium", "wifi drops every few minutes on floor 3",
        "Floor 3, quiet zone. It connects, works for two or three minutes and then it's gone until I switch wifi off and "
        "on. Others here have the same. MacBook, but a friend on Windows too.",
        (("agent", "Hello Frida, you are the third person on that floor to tell us, so it is not your laptop. The access "
                   "point is being swapped this afternoon; until then floor 4 has good reception."),),
    ),
    Conversation(
        "otto", 5, "payment", "medium", "Refund still not here",
        "You told me on the 3rd the refund was on its way. It is not. Order 88-2041, 120 €.",
    ),
    Conversation(
        "mei", 3.5, "account", "low", "Change my e-mail address",
        "My university address ends soon. How do I move my membership to my private one without losing my bookings?",
        (("agent", "You can do it under Profile → E-mail; your bookings stay. You'll get a confirmation at the new "
                   "address. Tell me if it doesn't arrive."),),
        ends="waiting",
    ),
    Conversation(
        "samuel", 2, "billing", "medium", "Student discount missing on the renewal",
        "My renewal came at the full price although I uploaded my certificate in September. Attaching it again is no "
        "problem, just tell me where.",
    ),
    Conversation(
        "emre", 1.2, "technical", "high", "App zeigt keine freien Plätze, obwohl alles leer ist",
        "Bin gerade im 2. Stock, hier sitzen drei Leute, die App sagt „ausgebucht“. So kann ich nicht einchecken "
        "und verliere nach 15 Minuten meinen Platz.",
    ),
    Conversation(
        "ines", 0.8, None, "medium", "two things",
        "1) is the library access included in the basic plan? 2) the coffee machine on floor 2 eats coins",
    ),
    Conversation(
        "paula", 0.4, "payment", "high", "SEPA-Lastschrift wurde zurückgegeben",
        "Meine Bank hat die Lastschrift zurückgegeben, weil das Mandat angeblich erloschen ist. Ich habe nichts "
        "geändert. Was muss ich tun, damit meine Mitgliedschaft weiterläuft?",
    ),
    Conversation(
        "frida", 0.1, "feature-request", "low", "Dark mode please",
        "Studying at night, the booking page is like a torch in my face :)",
    ),
)  # fmt: skip
