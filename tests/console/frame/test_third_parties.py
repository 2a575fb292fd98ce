"""Whatever registers at the admin gets our frame, also what never heard of it."""

import pytest
from django.contrib import admin
from django.urls import reverse

from helpdesk.core.back_office import ModelAdmin


def test_every_admin_page_is_dressed():
    plain = [type(each).__name__ for each in admin.site._registry.values() if not isinstance(each, ModelAdmin)]
    assert plain == []


@pytest.mark.parametrize(
    "name", ["django_celery_beat_periodictask", "django_celery_beat_crontabschedule", "teams_user"]
)
@pytest.mark.parametrize("page", ["changelist", "add"])
def test_their_pages_open(cast, client, name, page):
    client.force_login(cast.ada)
    response = client.get(reverse(f"admin:{name}_{page}"))
    assert response.status_code == 200
    assert 'class="sidebar"' in response.content.decode()
