"""The people of the demo: who works where, when, and what they know. Every team has somebody on shift at any minute."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

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
    """`teams` are those they work in, `leads` those that they lead. The first team is their home."""

    name: str
    zone: str
    skills: dict[str, int]
    teams: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    capacity: int = 8

    @property
    def email(self) -> str:
        return f"{self.short_name}@desk.example"

    @property
    def short_name(self) -> str:
        return self.name.split()[0].lower()

    @property
    def is_lead(self) -> bool:
        return bool(self.leads)

    def works_at(self, at: datetime) -> bool:
        starts, ends = SHIFTS[self.zone]
        return starts <= at.astimezone(ZoneInfo(self.zone)).time() < ends


AGENTS = (
    DemoAgent("Lena Brandt", BERLIN, {"card payments": 5, "invoicing": 4, "German": 5}, leads=("payments", "billing")),
    DemoAgent("Jonas Weiß", BERLIN, {"networks": 5, "product": 3, "German": 5}, leads=("technical", "product")),
    DemoAgent("Hanna Vogel", BERLIN, {"identity": 3, "German": 5}, leads=("general", "accounts"), capacity=12),
    DemoAgent(
        "Amir Haddad", BERLIN, {"card payments": 4, "identity": 3, "German": 4}, ("payments", "accounts"), capacity=18
    ),
    DemoAgent("Priya Raman", BENGALURU, {"card payments": 4}, ("payments",), capacity=14),
    DemoAgent("Caio Ferreira", SAO_PAULO, {"card payments": 3}, ("payments",), capacity=14),
    DemoAgent("Tomasz Nowak", BERLIN, {"networks": 4, "mobile apps": 2, "German": 3}, ("technical",), capacity=12),
    DemoAgent("Noor Iyer", BENGALURU, {"networks": 4, "mobile apps": 4}, ("technical", "general"), capacity=12),
    DemoAgent("Beatriz Lima", SAO_PAULO, {"networks": 3, "mobile apps": 5}, ("technical",), capacity=12),
    DemoAgent("Greta Sommer", BERLIN, {"invoicing": 5, "German": 5}, ("billing", "accounts")),
    DemoAgent("Arjun Mehta", BENGALURU, {"invoicing": 4, "product": 3}, ("billing", "product")),
    DemoAgent("Luiza Prado", SAO_PAULO, {"invoicing": 3, "identity": 3}, ("billing", "general"), capacity=10),
    DemoAgent("Divya Nair", BENGALURU, {"identity": 4}, ("accounts",)),
    DemoAgent("Rafael Costa", SAO_PAULO, {"product": 4, "identity": 3}, ("product", "accounts"), capacity=12),
)

# Away from the day of loading on, for this many days. Her teams have others at work in her hours.
ON_LEAVE, DAYS_OF_LEAVE = "greta@desk.example", 10

ADMINISTRATOR = ("Ada Winter", "ada@desk.example")

# Short name → name, address, language.
CUSTOMERS = {
    "rosa": ("Rosa Keller", "rosa.keller@uni.example", "en"),
    "otto": ("Otto Nyström", "otto@nystrom.example", "en"),
    "mei": ("Mei Tanaka", "mei.tanaka@mail.example", "en"),
    "samuel": ("Samuel Okafor", "samuel.okafor@mail.example", "en"),
    "ines": ("Inês Duarte", "ines@duarte.example", "en"),
    "frida": ("Frida Larsen", "frida.l@campus.example", "en"),
    "daniel": ("Daniel Whitfield", "d.whitfield@post.example", "en"),
    "aisha": ("Aisha Rahman", "aisha.rahman@uni.example", "en"),
    "marco": ("Marco Bellini", "marco@bellini-studio.example", "en"),
    "chloe": ("Chloé Lambert", "chloe.lambert@mail.example", "en"),
    "piotr": ("Piotr Zieliński", "piotr.z@campus.example", "en"),
    "grace": ("Grace Mbeki", "grace.mbeki@uni.example", "en"),
    "liam": ("Liam O'Connor", "liam.oc@mail.example", "en"),
    "hana": ("Hana Novotná", "hana.novotna@campus.example", "en"),
    "diego": ("Diego Salas", "diego@salas.example", "en"),
    "ruth": ("Ruth Abernathy", "ruth.abernathy@post.example", "en"),
    "kofi": ("Kofi Asante", "kofi.asante@uni.example", "en"),
    "yuki": ("Yuki Mori", "yuki.mori@mail.example", "en"),
    "nils": ("Nils Holm", "nils@holm-arkitekter.example", "en"),
    "elena": ("Elena Popescu", "elena.popescu@campus.example", "en"),
    "viktor": ("Viktor Hansen", "viktor.hansen@mail.example", "en"),
    "maya": ("Maya Deshpande", "maya.d@uni.example", "en"),
    "theo": ("Theo Papadakis", "theo@papadakis.example", "en"),
    "sofia": ("Sofía Morales", "sofia.morales@mail.example", "en"),
    "bea": ("Beatrix Lovell", "bea.lovell@post.example", "en"),
    "lucy": ("Lucy Chen", "lucy.chen@uni.example", "en"),
    "omar": ("Omar Nasser", "omar.nasser@mail.example", "en"),
    "priscilla": ("Priscilla Boateng", "priscilla.b@campus.example", "en"),
    "ivan": ("Ivan Petrov", "ivan.petrov@mail.example", "en"),
    "julia": ("Julia Marsh", "julia@marsh-legal.example", "en"),
    "noemi": ("Noémi Varga", "noemi.varga@uni.example", "en"),
    "gwen": ("Gwen Pritchard", "gwen.pritchard@post.example", "en"),
    "sana": ("Sana Iqbal", "sana.iqbal@campus.example", "en"),
    "hugo": ("Hugo Lindqvist", "hugo@lindqvist.example", "en"),
    "emre": ("Emre Yıldız", "emre.yildiz@campus.example", "de"),
    "paula": ("Paula Schmitt", "paula@schmitt-uebersetzungen.example", "de"),
    "wiebke": ("Wiebke Janssen", "wiebke.janssen@web.example", "de"),
    "karl": ("Karl-Heinz Böttcher", "kh.boettcher@web.example", "de"),
    "leonie": ("Leonie Fuchs", "leonie.fuchs@uni.example", "de"),
    "sabine": ("Sabine Krüger", "s.krueger@kanzlei-krueger.example", "de"),
    "timo": ("Timo Brenner", "timo.brenner@campus.example", "de"),
    "annika": ("Annika Roth", "annika.roth@uni.example", "de"),
    "detlef": ("Detlef Hagen", "detlef.hagen@web.example", "de"),
    "zeynep": ("Zeynep Polat", "zeynep.polat@campus.example", "de"),
}

# How they write, where it is not through the page; and for whom some of them write.
CHANNELS = dict.fromkeys(("bea", "gwen", "ruth", "karl", "julia", "sabine", "otto", "detlef"), "email")
CHANNELS |= dict.fromkeys(("timo", "ivan", "lucy", "liam", "kofi"), "chat")
ORGANISATIONS = {
    "julia": "Marsh & Feldmann LLP",
    "nils": "Holm Arkitekter AB",
    "marco": "Bellini Studio",
    "sabine": "Kanzlei Krüger",
    "paula": "Schmitt Übersetzungen",
}

# Who stands behind the three doors of the demo.
DOOR_CUSTOMER = CUSTOMERS["rosa"][1]
DOOR_AGENT = "amir@desk.example"
DOOR_LEAD = "lena@desk.example"

PASSWORD = "study-space-demo"  # noqa: S105 - published on purpose: the demo is bound to this machine


def on_shift(team: str, *, at: datetime) -> list[DemoAgent]:
    """Who of a team, but for its lead, works at this instant; at any instant there is somebody."""
    working = [agent for agent in AGENTS if team in agent.teams and agent.email != ON_LEAVE]
    return [agent for agent in working if agent.works_at(at)] or [
        agent for agent in AGENTS if team in agent.leads and agent.works_at(at)
    ]
