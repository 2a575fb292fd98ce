"""Whose desk a data folder holds: the demo's or somebody's own. It decides what the processes are told, and which page is first."""

from collections.abc import Mapping

from .data_folder import DataFolder
from .database_tools import connect
from .first_key import first_key, key_for
from .ports import HOST
from .refusal import Refusal

# Whoever names these has others in mind than themselves.
_FOR_OTHERS = ("SITE_URL", "ALLOWED_HOSTS")
_NO = {"0", "false", "no", "off"}
_STEPS = 5


def decide(data: DataFolder, settings: Mapping[str, str], *, is_empty: bool) -> None:
    """What was once somebody's own stays so, also for a later start that forgets to say so.

    Raises Refusal when somebody wants an empty desk where there is something else already.
    """
    if is_own(settings) and "DATABASE_URL" not in settings:
        data.make_own_desk()
    if not is_empty or data.is_own_desk:
        return
    if data.has_database:
        raise Refusal(
            f"{data.path} holds a desk already, so it is not empty: choose another folder with --data FOLDER."
            " Or start without --empty and choose “Start fresh” in the demo."
        )
    data.make_own_desk()


def is_demo(data: DataFolder, settings: Mapping[str, str]) -> bool:
    return not data.is_own_desk and not is_own(settings) and not settings.get("DATABASE_URL")


def is_own(settings: Mapping[str, str]) -> bool:
    return settings.get("DEMO", "").strip().lower() in _NO or any(settings.get(name) for name in _FOR_OTHERS)


def demo_settings(data: DataFolder, address: str, outbox_port: int | None) -> dict[str, str]:
    """In the demo mails and SMS go to its outbox, whose page is at `address`; a setting of the person's own wins."""
    if outbox_port is None:
        return {"DEMO": "0"}
    return {
        "DEMO": "1",
        "EMAIL_URL": f"smtp://{HOST}:{outbox_port}",
        "SMS_GATEWAY_URL": f"{address}outbox/sms/",
        "SMS_GATEWAY_TOKEN": key_for("helpdesk.demo.outbox", data.secret_key()),
    }


def first_page(data: DataFolder, url: str, secret_key: str) -> str:
    """Where a person begins, below the address: at the steps until they are done, with the key while it is nobody's."""
    with connect(url) as connection:
        if connection.execute("SELECT FROM teams_user WHERE is_superuser LIMIT 1").fetchone() is None:
            return f"begin/key/{first_key(secret_key)}/"
        ((done,),) = connection.execute("SELECT count(*) FROM beginning_donestep").fetchall()
    return "begin/" if data.is_own_desk and done < _STEPS else ""
