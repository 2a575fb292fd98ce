"""The groups of the channel layer: who listens where."""


def of_user(pk: int) -> str:
    return f"user.{pk}"


def of_team(pk: int) -> str:
    return f"team.{pk}"


ADMINISTRATORS = "administrators"
