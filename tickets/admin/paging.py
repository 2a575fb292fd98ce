"""Pages over more rows than anybody counts."""

from functools import cached_property
from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet

MOST = 1000


class CappedPaginator(Paginator):
    """Counts up to 1,000 and no further: beyond, people search instead of leafing."""

    @cached_property
    def count(self) -> int:
        return min(len(cast("QuerySet[Any]", self.object_list).values_list("pk")[: MOST + 1]), MOST)
