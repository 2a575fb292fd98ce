"""National holidays by country and region, from a library that knows their rules. Nothing is fetched."""

from datetime import date
from functools import cache

import holidays
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _


@cache
def countries() -> dict[str, tuple[str, ...]]:
    """Two-letter codes, each with its regions."""
    known = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(regions) for code, regions in sorted(known.items()) if len(code) == 2}


def check_country(country: str, region: str) -> None:
    """Raises ValidationError for what the library does not know, naming what it does."""
    if not country:
        if region:
            raise ValidationError({"region": _("A region needs its country.")})
        return
    if country not in countries():
        raise ValidationError({"country": _("“%(code)s” is no country whose holidays are known.") % {"code": country}})
    if region and region not in countries()[country]:
        regions = ", ".join(countries()[country]) or _("none")
        message = _("“%(code)s” is no region of it. Known: %(regions)s.") % {"code": region, "regions": regions}
        raise ValidationError({"region": message})


def national_holidays(country: str, region: str, years: range) -> dict[date, str]:
    """Each day with its name: in the active language where the country has it, else in its own."""
    language = next((code for code in _languages(country) if code.startswith(get_language() or "en")), None)
    found = holidays.country_holidays(country, subdiv=region or None, years=list(years), language=language)
    return {day: name for day, name in sorted(found.items()) if day.year in years}


def _languages(country: str) -> tuple[str, ...]:
    return tuple(getattr(holidays.country_holidays(country), "supported_languages", ()) or ())
