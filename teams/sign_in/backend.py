"""Who signs in, through whichever door: e-mail and password, with a lockout after repeated failures."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from teams.limits import Limit, network_of
from teams.models import User

# Known and unknown addresses are counted alike: being locked out tells nobody whether there is an account.
TRIES_PER_ADDRESS = Limit("sign_in.address", most=5, within=timedelta(minutes=15))
TRIES_PER_NETWORK = Limit("sign_in.network", most=100, within=timedelta(minutes=15))


class SignInBackend(ModelBackend):
    """Counts before it looks, so that many tries at once are no more than many in a row."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **credentials: Any
    ) -> User | None:
        address = username or credentials.get("email")
        if not address or password is None:
            return None
        network = network_of(request) if request is not None else "here"
        if not TRIES_PER_ADDRESS.take(address) or not TRIES_PER_NETWORK.take(network):
            # Stops here, also when other backends would be asked next.
            raise PermissionDenied
        user = super().authenticate(request, username=address, password=password)
        if not isinstance(user, User):
            return None
        TRIES_PER_ADDRESS.forget(address)
        TRIES_PER_NETWORK.give_back(network)
        return user


def is_locked_out(address: str, request: HttpRequest) -> bool:
    return TRIES_PER_ADDRESS.is_spent(address) or TRIES_PER_NETWORK.is_spent(network_of(request))
