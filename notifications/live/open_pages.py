"""Whether somebody has a page of ours open: then they see what happens, and need no other channel to be quick."""

from typing import Any

import redis
import structlog
from django.conf import settings

from notifications.live import groups
from teams.models import User

log = structlog.get_logger(__name__)


def has_open_page(user: User) -> bool:
    """Asks Redis who listens to the person's group. One that does not answer knows of no page."""
    config: Any = settings.CHANNEL_LAYERS["default"]["CONFIG"]
    # The name under which channels_redis.pubsub publishes to a group.
    channel = f"{config['prefix']}__group__{groups.of_user(user.pk)}"
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
            listening: list[tuple[bytes, int]] = client.pubsub_numsub(channel)
            return any(count for _name, count in listening)
    except redis.RedisError as error:
        log.warning("open_pages.unknown", error=type(error).__name__)
        return False
