"""What workers serve while opening is measured: the product, and the floor beside it."""

from types import ModuleType

from django.conf import settings

from helpdesk.wsgi import application  # isort: skip - before models

from benchmarks.bare import urls_for
from teams.models import Team

__all__ = ["application"]

_urls = ModuleType("benchmark_urls")
_urls.urlpatterns = urls_for(Team.objects.get(is_general=True))  # type: ignore[attr-defined]
settings.ROOT_URLCONF = _urls
