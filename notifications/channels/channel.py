"""What a channel is: opened for a batch, sends one message at a time, closed afterwards."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Self

if TYPE_CHECKING:
    from notifications.services.composing import Composed


class PermanentFailure(Exception):
    """Trying again would not help: the other side said no for good."""


class ChannelDown(Exception):
    """It is not about this message: no other one would get through now either."""


class Channel(ABC):
    slug: ClassVar[str]

    def __enter__(self) -> Self:
        return self

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of what the batch needed."""

    @abstractmethod
    def send(self, composed: "Composed") -> str:
        """Hand it over and return what the other side said.

        Raises PermanentFailure, or ChannelDown; after that and after anything else it is tried again later.
        """
