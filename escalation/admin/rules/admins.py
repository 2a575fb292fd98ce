"""What the admin pages of rules share: the fields of their forms, and the sentences in their lists."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, cast
from weakref import WeakKeyDictionary

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Field as ModelField
from django.forms import Field, ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from escalation.actions import LEVEL_ACTIONS, Arguments
from escalation.admin.rules.actions import ActionsField
from escalation.admin.rules.conditions import ConditionsField
from escalation.admin.rules.rows import RowsField
from escalation.admin.rules.sentences import actions_said, conditions_said
from escalation.admin.rules.targets import Targets
from escalation.conditions import FIELDS
from teams.admin.remembering import RememberingAdmin

# One for a page and all the forms on it.
_targets: WeakKeyDictionary[HttpRequest, Targets] = WeakKeyDictionary()


def targets_of(request: HttpRequest) -> Targets:
    return _targets.setdefault(request, Targets())


class RulesForm(ModelForm):
    """Says first what it mentions, so that the page looks it up together."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, field in self.fields.items():
            if isinstance(field, RowsField):
                field.mention(self.get_initial_for_field(field, name))
                if self.is_bound:
                    field.mention(field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name)))


class RulesAdmin(BaseModelAdmin):
    """Of a model or an inline with `conditions`, and perhaps `actions`."""

    form = RulesForm
    condition_fields: Sequence[str] = FIELDS
    known_actions: Mapping[str, Arguments] = LEVEL_ACTIONS
    without_conditions: Any = ""

    def formfield_for_dbfield(self, db_field: ModelField, request: HttpRequest, **options: Any) -> Field | None:
        targets = targets_of(request)
        if db_field.name == "conditions":
            said: Any = self.without_conditions or _("Several values of one condition are alternatives.")
            return ConditionsField(fields=self.condition_fields, targets=targets, label=_("Only for"), help_text=said)
        if db_field.name == "actions":
            return ActionsField(known=self.known_actions, targets=targets, label=capfirst(db_field.verbose_name))
        return super().formfield_for_dbfield(db_field, request, **options)


class SayingList(ChangeList):
    """`say` of its admin is asked for each row, once everything that the page mentions is known."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        targets, saying = targets_of(request), cast(SaidAdmin, self.model_admin)
        for conditions, actions in saying.rules_in(self.result_list):
            targets.mention_conditions(conditions)
            targets.mention_people(_people_in(actions))
        for row in self.result_list:
            row.said = format_html('<div class="said">{}</div>', saying.say(row, targets))


class SaidAdmin(RememberingAdmin):
    """A list with a column `said`, and a history that puts rules in words, too."""

    class Media:
        css: ClassVar = {"all": ["css/console/rules.css"]}

    def get_changelist(self, _request: HttpRequest, **_options: Any) -> type[ChangeList]:
        return SayingList

    def rules_in(self, rows: Iterable[Any]) -> Iterable[tuple[Any, Sequence[Mapping[str, Any]]]]:
        """The conditions and actions that the page is about to say."""
        raise NotImplementedError

    def say(self, row: Any, targets: Targets) -> str:
        raise NotImplementedError

    def shown(self, request: HttpRequest, field: Any, value: Any) -> Any:
        targets = targets_of(request)
        if field.name == "conditions" and isinstance(value, dict):
            return capfirst(conditions_said(value, targets)) or _("every ticket")
        if field.name == "actions" and isinstance(value, list):
            targets.mention_people(_people_in(value))
            return capfirst(actions_said(value, targets))
        return super().shown(request, field, value)


def _people_in(actions: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    return (who for each in actions if isinstance(who := each.get("who"), str) and ":" in who)
