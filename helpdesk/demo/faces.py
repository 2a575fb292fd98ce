"""The faces of the demo's cast, drawn from a few parts. `manage.py draw_faces` writes them to `static/faces/`."""

from dataclasses import dataclass
from pathlib import Path

from helpdesk.demo.cast import ADMINISTRATOR, AGENTS, CUSTOMERS

FOLDER = Path(__file__).parents[2] / "static" / "faces"

PEACH, SAND, HONEY, OLIVE, UMBER, COCOA = "#f6d2bd", "#ecc19c", "#d9a066", "#c08a5b", "#8d5b3a", "#5f3b28"
BLACK, ESPRESSO, CHESTNUT, COPPER, STRAW, SILVER = "#221d1f", "#3d2a22", "#6d4630", "#b5532a", "#dcb467", "#c9ccd3"


@dataclass(frozen=True, slots=True)
class Face:
    """`hair` and `extra` name parts below."""

    skin: str
    hair_colour: str
    hair: str
    shirt: str
    ground: str
    extra: str = ""


FACES = {
    "lena": Face(PEACH, STRAW, "bob", "#27496d", "#cfe3f3", "earrings"),
    "jonas": Face(PEACH, CHESTNUT, "short", "#3b3f46", "#d8e6d2", "beard"),
    "hanna": Face(PEACH, COPPER, "bun", "#5b3b6b", "#f6dcc9", "glasses"),
    "amir": Face(OLIVE, BLACK, "quiff", "#1f6f6b", "#fbe6b8", "stubble"),
    "priya": Face(UMBER, BLACK, "long", "#b23a55", "#fde0c6", "bindi"),
    "caio": Face(HONEY, ESPRESSO, "curly", "#e07a3f", "#d3ecec", ""),
    "tomasz": Face(PEACH, STRAW, "crop", "#44546a", "#e3dcf2", "round glasses"),
    "noor": Face(OLIVE, "#2f6f73", "scarf", "#22575a", "#f9d9dd", ""),
    "beatriz": Face(UMBER, ESPRESSO, "afro", "#f0b429", "#cfe8f7", "earrings"),
    "greta": Face(PEACH, SILVER, "bob", "#7a2e43", "#dfe9cf", "glasses"),
    "arjun": Face(UMBER, BLACK, "short", "#2f5d8a", "#fbe3cd", "moustache"),
    "luiza": Face(HONEY, CHESTNUT, "wavy", "#3f7d4e", "#f3d5e4", "freckles"),
    "divya": Face(UMBER, BLACK, "braid", "#d0562f", "#d9e2f6", "bindi"),
    "rafael": Face(COCOA, BLACK, "crop", "#345a3c", "#fce9c4", "beard"),
    "ada": Face(SAND, BLACK, "bun", "#2b2d42", "#e4e6ea", "round glasses"),
    "rosa": Face(PEACH, COPPER, "wavy", "#3a6ea5", "#fdeccb", "freckles"),
    "mei": Face(SAND, BLACK, "fringe", "#8a4fa3", "#d6efe4", ""),
    "samuel": Face(COCOA, BLACK, "short", "#c0392b", "#dbe7f5", "glasses"),
    "frida": Face(PEACH, STRAW, "braid", "#2a7f8e", "#f7dbe0", "freckles"),
    "emre": Face(SAND, ESPRESSO, "quiff", "#50545c", "#e0edd5", "stubble"),
    "karl": Face(PEACH, SILVER, "bald", "#5a4a3a", "#e9e2d0", "moustache"),
    "bea": Face(PEACH, SILVER, "curly", "#86608e", "#dcebf2", "round glasses"),
    "ruth": Face(PEACH, SILVER, "bun", "#35607a", "#f3e4d3", "glasses"),
    "hugo": Face(PEACH, CHESTNUT, "wavy", "#444b52", "#d9dff0", "beard"),
    "aisha": Face(OLIVE, "#a8455f", "scarf", "#7d2f45", "#e2eed8", ""),
    "lucy": Face(SAND, BLACK, "bob", "#2c7a6b", "#ecdff4", "round glasses"),
    "wiebke": Face(PEACH, STRAW, "long", "#49708a", "#f8e7cb", "glasses"),
    "kofi": Face(COCOA, BLACK, "afro", "#e2a02f", "#d7e9ef", ""),
    "gwen": Face(PEACH, SILVER, "wavy", "#6f4f7d", "#e5efdc", "earrings"),
}


def face_of(email: str) -> str:
    """What `User.picture` says for this person of the cast."""
    name = _NAMES.get(email, "")
    return f"static:faces/{name}.svg" if name in FACES else ""


_NAMES = {agent.email: agent.short_name for agent in AGENTS} | {ADMINISTRATOR[1]: "ada"}
_NAMES |= {email: short for short, (_name, email, _language) in CUSTOMERS.items()}


def drawn(face: Face) -> str:
    """A square picture, as SVG, made to be cut to a circle."""
    behind, before = _HAIR[face.hair]
    parts = (
        f'<rect width="96" height="96" fill="{face.ground}"/>',
        behind,
        '<path d="M14 96c1-17 15-24 34-24s33 7 34 24z" fill="SHIRT"/>',
        '<path d="M40 60h16v13c0 5-16 5-16 0z" fill="SHADE"/>',
        '<circle cx="27" cy="47" r="5" fill="SKIN"/><circle cx="69" cy="47" r="5" fill="SKIN"/>'
        * (face.hair != "scarf"),
        '<path d="M28 42c0-16 8-24 20-24s20 8 20 24c0 17-9 27-20 27S28 59 28 42z" fill="SKIN"/>',
        '<circle cx="40" cy="45" r="2.4" fill="#2a2226"/><circle cx="56" cy="45" r="2.4" fill="#2a2226"/>',
        '<path d="M35 38q5-3 9-1M52 37q5-2 9 1" fill="none" stroke="BROW" stroke-width="1.8" stroke-linecap="round"/>',
        '<path d="M48 46l-2 7h4" fill="none" stroke="SHADE" stroke-width="1.8" stroke-linecap="round"/>',
        _EXTRAS["mouth"] if face.extra not in ("beard", "moustache") else "",
        before,
        _EXTRAS[face.extra],
    )
    brow = ESPRESSO if face.hair == "scarf" else face.hair_colour
    colours = {
        "SKIN": face.skin,
        "SHADE": _darker(face.skin),
        "HAIR": face.hair_colour,
        "SHIRT": face.shirt,
        "BROW": brow,
    }
    body = "".join(parts)
    for mark, colour in colours.items():
        body = body.replace(mark, colour)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="192" height="192">{body}</svg>\n'


def write_faces() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, face in FACES.items():
        (FOLDER / f"{name}.svg").write_text(drawn(face), "utf-8")
    return len(FACES)


def _darker(colour: str) -> str:
    return "#" + "".join(f"{int(int(colour[i : i + 2], 16) * 0.84):02x}" for i in (1, 3, 5))


# Behind the head, and in front of it.
_HAIR = {
    "short": ("", '<path d="M27 42c-2-18 8-27 21-27 14 0 23 9 21 27-2-7-4-11-7-14-9 3-20 3-28 0-3 3-5 7-7 14z" fill="HAIR"/>'),
    "crop": ("", '<path d="M28 38c0-15 8-22 20-22s20 7 20 22c-3-7-9-11-20-11s-17 4-20 11z" fill="HAIR"/>'),
    "quiff": ("", '<path d="M27 41c-3-15 3-27 17-28 12-5 27 2 25 28-2-8-5-12-9-14-9 2-18 0-23-4-4 4-8 9-10 18z" fill="HAIR"/>'),
    "curly": (
        "",
        '<g fill="HAIR"><circle cx="30" cy="31" r="8"/><circle cx="38" cy="22" r="8.5"/><circle cx="49" cy="19" r="9"/>'
        '<circle cx="59" cy="23" r="8.5"/><circle cx="66" cy="32" r="8"/></g>',
    ),
    "afro": ('<circle cx="48" cy="36" r="30" fill="HAIR"/>', '<path d="M29 38c1-13 8-19 19-19s18 6 19 19c-5-6-11-9-19-9s-14 3-19 9z" fill="HAIR"/>'),
    "bald": ("", '<path d="M27 48c-2-6-1-11 1-14 1 4 1 8-1 14zM69 48c2-6 1-11-1-14-1 4-1 8 1 14z" fill="HAIR"/>'),
    "bob": (
        '<path d="M22 62c-3-30 6-48 26-48s29 18 26 48c-3 4-10 5-14 3H36c-4 2-11 1-14-3z" fill="HAIR"/>',
        '<path d="M27 44c0-17 9-27 21-27s21 10 21 27c-3-8-7-12-12-15-8 5-20 6-25 5-2 2-4 5-5 10z" fill="HAIR"/>',
    ),
    "fringe": (
        '<path d="M22 66c-3-32 5-52 26-52s29 20 26 52H60V40H36v26z" fill="HAIR"/>',
        '<path d="M27 40c0-15 8-24 21-24s21 9 21 24c-13-4-29-4-42 0z" fill="HAIR"/>',
    ),
    "long": (
        '<path d="M20 86c-4-42 2-72 28-72s32 30 28 72c-9 4-47 4-56 0z" fill="HAIR"/>',
        '<path d="M27 45c-1-18 8-28 21-28s22 10 21 28c-4-9-11-14-19-19-6 7-16 10-23 19z" fill="HAIR"/>',
    ),
    "wavy": (
        '<path d="M20 80c-7-9 2-16-1-26-4-22 9-40 29-40s33 18 29 40c-3 10 6 17-1 26-9 5-47 5-56 0z" fill="HAIR"/>',
        '<path d="M27 44c-1-17 8-27 21-27s22 10 21 27c-3-9-9-15-16-17-7 6-18 9-26 17z" fill="HAIR"/>',
    ),
    "bun": (
        '<circle cx="48" cy="12" r="9" fill="HAIR"/>',
        '<path d="M27 43c-1-17 8-27 21-27s22 10 21 27c-2-8-9-15-21-15s-19 7-21 15z" fill="HAIR"/>',
    ),
    "braid": (
        '<path d="M25 50c-3-24 6-36 23-36s26 12 23 36z" fill="HAIR"/>',
        '<path d="M27 44c-1-17 8-27 21-27s22 10 21 27c-4-8-12-12-21-16-6 7-15 9-21 16z" fill="HAIR"/>'
        '<path d="M69 44c6 8 1 12 5 18s0 11 3 18c-5 3-9 1-11-2 2-7-2-10 0-16s-2-11 3-18z" fill="HAIR"/>',
    ),
    "scarf": (
        '<path d="M16 92c4-14-1-30 4-48 4-20 14-31 28-31s24 11 28 31c5 18 0 34 4 48z" fill="HAIR"/>',
        '<path d="M26 46c-1-19 9-30 22-30s23 11 22 30c-1-13-9-20-22-20s-21 7-22 20z" fill="HAIR"/>'
        '<path d="M25 42c-2 32 7 46 23 46s25-14 23-46l-3 2c0 16-9 25-20 25S28 60 28 44z" fill="HAIR"/>',
    ),
}  # fmt: skip
_EXTRAS = {
    "": "",
    "mouth": '<path d="M41 58q7 6 14 0" fill="none" stroke="#9c4a4a" stroke-width="2.2" stroke-linecap="round"/>',
    "glasses": '<g fill="none" stroke="#2b2b33" stroke-width="1.8"><rect x="32.5" y="40" width="13" height="10" rx="3"/>'
    '<rect x="50.5" y="40" width="13" height="10" rx="3"/><path d="M45.5 44h5M32.5 43l-5-1M63.5 43l5-1"/></g>',
    "round glasses": '<g fill="none" stroke="#2b2b33" stroke-width="1.8"><circle cx="39.5" cy="45" r="6.5"/>'
    '<circle cx="56.5" cy="45" r="6.5"/><path d="M46 44q2-1.5 4 0M33 43l-5-1M63 43l5-1"/></g>',
    "beard": '<path d="M28 46c1 17 8 25 20 25s19-8 20-25c-3 7-7 9-12 8-5-1-11-1-16 0-5 1-9-1-12-8z" fill="HAIR"/>'
    '<path d="M42 60q6 4 12 0" fill="none" stroke="#fff" stroke-opacity=".8" stroke-width="2.2" stroke-linecap="round"/>',
    "moustache": '<path d="M38 57c3-4 7-4 10-2 3-2 7-2 10 2-4 2-7 2-10 0-3 2-6 2-10 0z" fill="HAIR"/>'
    '<path d="M43 61q5 3 10 0" fill="none" stroke="#9c4a4a" stroke-width="2" stroke-linecap="round"/>',
    "stubble": '<path d="M30 50c2 13 9 19 18 19s16-6 18-19c-3 6-8 7-18 7s-15-1-18-7z" fill="HAIR" fill-opacity=".16"/>',
    "earrings": '<g fill="#e2b13c"><circle cx="26" cy="54" r="2.4"/><circle cx="70" cy="54" r="2.4"/></g>',
    "bindi": '<circle cx="48" cy="34" r="1.8" fill="#b3203a"/>',
    "freckles": '<g fill="#b9703f" fill-opacity=".55"><circle cx="36" cy="51" r="1"/><circle cx="39" cy="53" r="1"/>'
    '<circle cx="33" cy="53" r="1"/><circle cx="57" cy="53" r="1"/><circle cx="60" cy="51" r="1"/><circle cx="63" cy="53" r="1"/></g>',
}
