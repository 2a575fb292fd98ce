"""The categories that tickets are sorted into, and what knowing about each takes: remembered until somebody changes one."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from helpdesk.core.configuration import Remembered
from tickets.models import Category, CategorySkill


@dataclass(frozen=True, slots=True)
class CategoryNeeds:
    """Skill → the lowest level that counts."""

    required: dict[int, int] = field(default_factory=dict)
    preferred: dict[int, int] = field(default_factory=dict)

    @property
    def skills(self) -> set[int]:
        return {*self.required, *self.preferred}


NO_NEEDS = CategoryNeeds()


def _load_active() -> Mapping[str, Category]:
    return {category.slug: category for category in Category.objects.active()}


def _load_needs() -> Mapping[int, CategoryNeeds]:
    found: dict[int, CategoryNeeds] = defaultdict(CategoryNeeds)
    for need in CategorySkill.objects.all():
        needs = found[need.category_id]
        (needs.required if need.is_required else needs.preferred)[need.skill_id] = need.min_level
    return dict(found)


# By slug, in their order. Shared: never change one.
active_categories = Remembered("routing", _load_active)
# By the category's key.
needs_by_category = Remembered("routing", _load_needs)
