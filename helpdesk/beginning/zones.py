"""Time zones to choose from, as people look for them."""

from zoneinfo import available_timezones


def zone_choices(*also: str) -> list[tuple[str, str]]:
    zones = {zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")} | {"UTC", *also}
    return [(zone, zone.replace("_", " ")) for zone in sorted(zones)]
