"""The photo that a customer attaches: drawn by us, a coffee machine that shows an error."""

import random
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1200, 900)


def coffee_machine() -> bytes:
    """A JPEG as a phone would take it: a little blurred, a little noisy. The same at every call."""
    picture = Image.new("RGB", SIZE, "#b9b2a6")
    draw = ImageDraw.Draw(picture)
    for x in range(0, SIZE[0], 150):
        for y in range(0, 620, 110):
            draw.rectangle((x + (y // 110 % 2) * 75, y, x + (y // 110 % 2) * 75 + 144, y + 104), fill="#d8d2c6")
    draw.rectangle((0, 640, *SIZE), fill="#6b5138")
    draw.rounded_rectangle((330, 90, 870, 760), 28, fill="#24262b", outline="#111216", width=6)
    draw.rounded_rectangle((390, 150, 810, 330), 12, fill="#10241a", outline="#3b3f46", width=8)
    draw.text((430, 172), "E07", font_size=92, fill="#ff5b4a")
    draw.text((432, 278), "MAHLWERK / GRINDER", font_size=32, fill="#ff8a70")
    for number in range(4):
        centre = 440 + number * 107
        draw.ellipse((centre - 30, 370, centre + 30, 430), fill="#3a3d44", outline="#5a5e66", width=4)
    draw.rounded_rectangle((430, 480, 770, 720), 16, fill="#0d0e11")
    draw.polygon([(560, 480), (640, 480), (622, 540), (578, 540)], fill="#8d9097")
    draw.polygon([(530, 610), (670, 610), (655, 715), (545, 715)], fill="#f4f1ea")
    draw.ellipse((530, 598, 670, 624), fill="#fbf9f4", outline="#d9d4c8", width=3)
    draw.rounded_rectangle((830, 470, 850, 560), 6, fill="#0a0a0c")
    draw.text((898, 300), "EUR 2.00", font_size=38, fill="#4a4438")
    return _as_phone_takes_it(picture)


def _as_phone_takes_it(picture: Image.Image) -> bytes:
    noise = Image.frombytes("L", SIZE, random.Random(7).randbytes(SIZE[0] * SIZE[1])).convert("RGB")
    shaken = picture.rotate(-2.2, Image.Resampling.BICUBIC, fillcolor="#8f897e").filter(ImageFilter.GaussianBlur(1.6))
    taken = Image.blend(shaken, noise, 0.05)
    file = BytesIO()
    taken.save(file, "JPEG", quality=82)
    return file.getvalue()
