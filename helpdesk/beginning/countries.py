"""Countries whose holidays are known, by their English names."""

import re
from functools import cache

from django.utils.translation import gettext as _
from holidays.registry import COUNTRIES

from teams.holidays import countries


@cache
def _named() -> list[tuple[str, str]]:
    """The library names each by its class: `UnitedStates`."""
    names = {code: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) for name, code, *_more in COUNTRIES.values()}
    return sorted(((code, names.get(code, code)) for code in countries()), key=lambda choice: choice[1])


def country_choices() -> list[tuple[str, str]]:
    return [("", _("None")), *_named()]
