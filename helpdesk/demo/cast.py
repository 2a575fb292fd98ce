"""The people of the demo: who works where, when, and what they know. Every team has somebody on shift at any minute."""

from dataclasses import dataclass
from datetime import time

BERLIN, BENGALURU, SAO_PAULO = "Europe/Berlin", "Asia/Kolkata", "America/Sao_Paulo"
# Local hours, every day of the week; together they go round the clock, in summer and in winter.
SHIFTS = {
    BERLIN: (time(8), time(17, 30)),
    SAO_PAULO: (time(12), time(22)),
    BENGALURU: (time(5, 30), time(13, 30)),
}

TEAMS = {
    "technical": "Technical",
    "billing": "Billing",
    "payments": "Payments",
    "accounts": "Accounts",
    "product": "Product",
}

# Category → team.
ROUTES = {
    "technical": "technical",
    "billing": "billing",
    "payment": "payments",
    "account": "accounts",
    "feature-request": "product",
    "bug-report": "product",
}

# Category → skill that its tickets need, and the lowest level that counts.
NEEDS = {"technical": ("networks", 2), "billing": ("invoicing", 2), "payment": ("card payments", 2)}


@dataclass(frozen=True, slots=True)
class DemoAgent:
    name: str
    zone: str
    team: str
    skills: dict[str, int]
    is_lead: bool = False
    capacity: int = 8
    # Teams they help out in, so that each has people in all three zones.
    also: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@desk.example"


AGENTS = (
    DemoAgent("Lena Brandt", BERLIN, "payments", {"card payments": 5, "invoicing": 3}, is_lead=True),
    DemoAgent("Amir Haddad", BERLIN, "payments", {"card payments": 4, "German": 4}),
    DemoAgent("Priya Raman", BENGALURU, "payments", {"card payments": 4}),
    DemoAgent("Caio Ferreira", SAO_PAULO, "payments", {"card payments": 3}),
    DemoAgent("Jonas Weiß", BERLIN, "technical", {"networks": 5, "mobile apps": 3}, is_lead=True),
    DemoAgent("Noor Iyer", BENGALURU, "technical", {"networks": 4, "mobile apps": 4}, also=("general",)),
    DemoAgent("Beatriz Lima", SAO_PAULO, "technical", {"networks": 3, "mobile apps": 5}),
    DemoAgent("Greta Sommer", BERLIN, "billing", {"invoicing": 5, "German": 5}, is_lead=True),
    DemoAgent("Arjun Mehta", BENGALURU, "billing", {"invoicing": 4}, also=("product",)),
    DemoAgent("Luiza Prado", SAO_PAULO, "billing", {"invoicing": 3}, also=("accounts",)),
    DemoAgent("Tomasz Nowak", BERLIN, "accounts", {"identity": 4}, also=("product",)),
    DemoAgent("Divya Nair", BENGALURU, "accounts", {"identity": 3}),
    DemoAgent("Rafael Costa", SAO_PAULO, "product", {"product": 4}, also=("general",)),
    DemoAgent("Hanna Vogel", BERLIN, "general", {"German": 5}, is_lead=True, capacity=12),
)

ADMINISTRATOR = ("Ada Winter", "ada@desk.example")

CUSTOMERS = {
    "rosa": ("Rosa Keller", "rosa.keller@uni.example", "de"),
    "otto": ("Otto Nyström", "otto@nystrom.example", "en"),
    "mei": ("Mei Tanaka", "mei.tanaka@mail.example", "en"),
    "samuel": ("Samuel Okafor", "samuel.okafor@mail.example", "en"),
    "ines": ("Inês Duarte", "ines@duarte.example", "en"),
    "frida": ("Frida Larsen", "frida.l@campus.example", "en"),
    "emre": ("Emre Yıldız", "emre.yildiz@campus.example", "de"),
    "paula": ("Paula Schmitt", "paula.schmitt@web.example", "de"),
}
