from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from PIL import Image

from teams.pictures import SIDE, BadPicture, keep_picture, picture_address, picture_file


def a_picture(size=(400, 300), kind="PNG", **options):
    file = BytesIO()
    Image.new("RGB", size, "#336699").save(file, kind, **options)
    return file.getvalue()


def test_a_picture_becomes_a_small_square_without_anything_else_in_it(cast):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    keep_picture(cast.rosa, ContentFile(a_picture(kind="JPEG", exif=exif), name="rosa.jpg"))
    cast.rosa.refresh_from_db()
    stored = picture_file(cast.rosa.picture)
    assert b"taken at home" not in stored.read_bytes()
    with Image.open(stored) as picture:
        assert (picture.format, picture.size) == ("WEBP", (SIDE, SIDE))


@pytest.mark.parametrize(
    "content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a nonsense", a_picture()[:60]]
)
def test_what_is_no_picture_is_refused_and_the_old_one_stays(cast, content):
    keep_picture(cast.rosa, ContentFile(a_picture(), name="rosa.png"))
    before = cast.rosa.picture
    with pytest.raises(BadPicture):
        keep_picture(cast.rosa, ContentFile(content, name="rosa.png"))
    cast.rosa.refresh_from_db()
    assert cast.rosa.picture == before
    assert picture_file(before).exists()


def test_a_bomb_is_refused_by_its_header(cast):
    with pytest.raises(BadPicture, match="pixels"):
        keep_picture(cast.rosa, ContentFile(a_picture((6000, 6000)), name="rosa.png"))


def test_everybody_changes_their_own_and_others_see_it(client, cast, django_capture_on_commit_callbacks):
    client.force_login(cast.rosa)
    upload = SimpleUploadedFile("me.png", a_picture(), "image/png")
    assert client.post("/profile/picture/", {"picture": upload}).url == "/profile/"
    cast.rosa.refresh_from_db()
    first = picture_file(cast.rosa.picture)
    client.logout()
    response = client.get(picture_address(cast.rosa))
    assert response.headers["Content-Type"] == "image/webp"
    assert b"".join(response.streaming_content) == first.read_bytes()
    assert picture_address(cast.rosa) in _shown(cast.rosa)
    client.force_login(cast.rosa)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/profile/picture/", {"remove": "1"})
    cast.rosa.refresh_from_db()
    assert not cast.rosa.picture
    assert not first.exists()
    assert ">R<" in _shown(cast.rosa)


def test_staff_come_back_to_their_own_page(client, cast):
    client.force_login(cast.amir)
    assert client.post("/profile/picture/").url == "/admin/profile/"


@pytest.mark.parametrize("name", ["nobody.webp", "..%2Fattachments%2Fx", "0" * 32 + ".webp", "0" * 32 + ".svg"])
def test_there_is_nothing_else_behind_the_door(client, db, name):
    assert client.get(f"/faces/{name}").status_code == 404


def test_nobody_changes_a_picture_without_signing_in(client, db):
    assert client.post("/profile/picture/", {"remove": "1"}).url.startswith("/account/login/")


def _shown(person):
    return Template("{% load tickets %}{% avatar person %}").render(Context({"person": person}))
