"""What people and sweeps do to a played ticket, each as its verb in `tickets.services` does it."""

from datetime import datetime, timedelta
from typing import Any

from escalation.kinds import SLA_BREACHED
from helpdesk.demo.playing.facts import Desk
from helpdesk.demo.playing.giving import Giving
from helpdesk.demo.playing.opinions import Opinions
from helpdesk.demo.playing.performance import Performance
from helpdesk.demo.playing.promises import Promises
from helpdesk.demo.playing.rows import Rows
from helpdesk.demo.playing.telling import tell
from helpdesk.demo.script import Turn
from teams.models import Team, User
from tickets.assignment.decision import Decision
from tickets.assignment.effort import effort_of
from tickets.events import Cause, EventKind, Fact, append
from tickets.lifecycle import ACTIONABLE, Status
from tickets.models import AssignmentDecision, Message, Priority, RoutingRule, Tag, Ticket, TicketEvent, Watcher


class Acting:
    def __init__(self, desk: Desk, rows: Rows) -> None:
        self.desk = desk
        self.rows = rows
        self.giving = Giving(desk)
        self.promises = Promises(desk, rows)
        self.opinions = Opinions(rows)
        self.tags: dict[str, Tag] = {}

    @property
    def loads(self) -> dict:
        return self.giving.loads

    def open(self, play: Performance, at: datetime) -> None:
        ticket = play.ticket
        ticket.number = self.rows.next_of("ticket_number")
        self.rows.add(ticket)
        self.giving.came(ticket)
        message = self._say(play, play.script.description, ticket.requester, at)
        prediction = self.opinions.keep(play, at=at)
        data = {
            "message": message.pk,
            "by_staff": False,
            "channel": ticket.channel,
            "priority": Priority(ticket.priority).slug,
            "requested_priority": play.script.priority,
            "category": ticket.category.slug if ticket.category else None,
            "team": ticket.team_id,
            "why": _why(ticket, ticket.team),
            "triage": prediction.outcome,
        }
        opened = self.record(play, EventKind.OPENED, actor=ticket.requester, at=at, data=data)
        self._give_by(self.giving.decide_at_opening(play, at), play, Cause.ASSIGNMENT, opened, at)

    def do(self, play: Performance, turn: Turn, at: datetime, *, is_last: bool) -> None:
        """The next of the script's turns. Who is off shift has somebody else take the ticket over first."""
        if turn.kind == "customer":
            self._customer_replies(play, turn.text, at)
            return
        agent = self.giving.on_duty(play.ticket, at)
        if agent.pk != play.ticket.assignee_id:
            self.take_over(play, agent, at)
        if turn.kind == "note":
            self._note(play, turn.text, agent, at)
        elif turn.kind == "act":
            self._act(play, turn.text, agent, at)
        else:
            self._staff_replies(play, turn.text, _then(play, turn, is_last), agent, at)

    def resolve(self, play: Performance, at: datetime) -> None:
        agent = self.giving.on_duty(play.ticket, at)
        self._finish(play, agent, at)

    def close(self, play: Performance, at: datetime) -> None:
        play.ticket.closed_at, play.ticket.closes_at = at, None
        self._move(play, Status.CLOSED, EventKind.CLOSED, at=at, cause=Cause.TIME)
        self.tell(play)

    def take_over(self, play: Performance, agent: User, at: datetime) -> None:
        self._give(play, agent.pk, play.ticket.team_id, "manual", at, by=agent)

    def hand_over(self, play: Performance, cause: str, at: datetime) -> bool:
        """Whether somebody who works now could take it."""
        excluded = {play.ticket.assignee_id or 0}
        decision = self.giving.decide_anew(play, at, excluded=excluded)
        return self._give_by(decision, play, cause, None, at, may_stay=True)

    def reassign(self, play: Performance, caused_by: TicketEvent, at: datetime) -> None:
        """To the next best, as a level wants it."""
        if play.ticket.assigned_at != at:
            excluded = {play.ticket.assignee_id or 0}
            decision = self.giving.decide_anew(play, at, excluded=excluded, may_wake=True)
            self._give_by(decision, play, Cause.ESCALATION, caused_by, at, may_stay=True)

    def change_priority(
        self, play: Performance, to: int, at: datetime, *, by: User | None, cause: str, caused_by: TicketEvent | None
    ) -> None:
        """Of a ticket that somebody works on, or by an escalation: it stays with whoever has it."""
        ticket, before = play.ticket, Priority(play.ticket.priority)
        if before == to:
            return
        agent, effort = ticket.assignee_id, effort_of(ticket.priority, ticket.status)
        ticket.priority = to
        self.giving.move_load(agent, effort, ticket)
        data = {"priority": {"before": before.slug, "after": Priority(to).slug}}
        self.record(play, EventKind.PRIORITY_CHANGED, actor=by, cause=cause, caused_by=caused_by, at=at, data=data)

    def watch(self, play: Performance, user: User, cause: str, caused_by: TicketEvent, at: datetime) -> None:
        if user not in play.watchers:
            play.watchers.append(user)
            self.rows.add(Watcher(ticket=play.ticket, user=user, since_at=at))
            data = {"user": user.pk}
            self.record(play, EventKind.WATCHER_ADDED, cause=cause, caused_by=caused_by, at=at, data=data)

    def record(
        self,
        play: Performance,
        kind: str,
        *,
        at: datetime,
        actor: User | None = None,
        cause: str = Cause.REQUEST,
        caused_by: TicketEvent | None = None,
        data: dict[str, Any] | None = None,
    ) -> TicketEvent:
        event = append(Fact(play.ticket, kind, actor, cause, caused_by, at, data or {}))
        self.rows.add(event)
        play.fresh.append(event)
        self.promises.follow(play, event)
        while play.broken:
            clock = play.broken.pop(0)
            told = {"clock": clock.pk, "metric": str(clock.metric), "cause": str(clock.breach_cause)}
            self.record(play, SLA_BREACHED, cause=Cause.TIME, caused_by=event, at=at, data=told)
        return event

    def tell(self, play: Performance) -> None:
        events, play.fresh = play.fresh, []
        tell(play, events, self.desk, self.rows)

    def _customer_replies(self, play: Performance, text: str, at: datetime) -> None:
        ticket = play.ticket
        message = self._say(play, text, ticket.requester, at)
        ticket.last_customer_message_at = at
        self._record_reply(play, message)
        data = {"message": message.pk}
        if ticket.status == Status.PENDING_CUSTOMER:
            self._move(play, Status.IN_PROGRESS, EventKind.RESUMED, by=ticket.requester, at=at, data=data)
        elif ticket.status == Status.RESOLVED:
            ticket.resolved_at = ticket.closes_at = None
            self._move(play, Status.IN_PROGRESS, EventKind.REOPENED, by=ticket.requester, at=at, data=data)

    def _staff_replies(self, play: Performance, text: str, then: str, agent: User, at: datetime) -> None:
        ticket = play.ticket
        message = self._say(play, text, agent, at)
        ticket.last_agent_message_at = at
        ticket.first_responded_at = ticket.first_responded_at or at
        replied = self._record_reply(play, message)
        if then == "wait":
            self._move(play, Status.PENDING_CUSTOMER, EventKind.PENDED, by=agent, at=at, data={"reason": None})
        elif then == "resolve":
            self._finish(play, agent, at)
        else:
            self._begin(play, agent, replied)

    def _note(self, play: Performance, text: str, agent: User, at: datetime) -> None:
        message = self._say(play, text, agent, at, is_internal=True)
        noted = self.record(play, EventKind.NOTED, actor=agent, at=at, data={"message": message.pk})
        self._begin(play, agent, noted)

    def _act(self, play: Performance, text: str, agent: User, at: datetime) -> None:
        verb, _space, value = text.partition(" ")
        if verb == "category":
            self._change_category(play, value, agent, at)
        elif verb == "priority":
            to = Priority.from_slug(value)
            self.change_priority(play, to, at, by=agent, cause=Cause.REQUEST, caused_by=None)
        elif verb == "tag":
            self._tag(play, value, agent, at)
        else:
            raise ValueError(f"Nobody at the desk can do {text!r}.")

    def _change_category(self, play: Performance, slug: str, agent: User, at: datetime) -> None:
        ticket = play.ticket
        before, ticket.category = ticket.category, self.desk.categories[slug]
        data: dict[str, Any] = {"category": {"before": before.slug if before else None, "after": slug}}
        changed = self.record(play, EventKind.CATEGORY_CHANGED, actor=agent, at=at, data=data)
        self.opinions.judge(play, by=agent, at=at)
        rule = RoutingRule.objects.filter(category=ticket.category).first()
        team = self.desk.teams[rule.team_id] if rule is not None else self.desk.general
        if team.pk == ticket.team_id:
            return
        data = {"team": {"before": ticket.team_id, "after": team.pk}, "why": _why(ticket, team)}
        ticket.team = team
        routed = self.record(play, EventKind.ROUTED, cause=Cause.ASSIGNMENT, caused_by=changed, at=at, data=data)
        if self.desk.people.get(ticket.assignee_id or 0) not in self.desk.members[team.pk]:
            self._give_by(self.giving.decide_anew(play, at), play, Cause.ASSIGNMENT, routed, at)

    def _tag(self, play: Performance, name: str, agent: User, at: datetime) -> None:
        if name not in self.tags:
            self.tags[name] = self.rows.add(Tag(name=name))
        play.tags.add(name)
        self.rows.add(Ticket.tags.through(ticket_id=play.ticket.pk, tag_id=self.tags[name].pk))
        self.record(play, EventKind.TAGGED, actor=agent, at=at, data={"tag": self.tags[name].pk})

    def _say(self, play: Performance, text: str, author: User, at: datetime, *, is_internal: bool = False) -> Message:
        return self.rows.add(
            Message(
                ticket=play.ticket,
                author=author,
                body=text,
                is_internal=is_internal,
                is_from_staff=author.pk != play.ticket.requester_id,
                channel=play.ticket.channel,
                sent_at=at,
            )
        )

    def _record_reply(self, play: Performance, message: Message) -> TicketEvent:
        data = {"message": message.pk, "by_staff": message.is_from_staff, "automatic": False}
        return self.record(play, EventKind.REPLIED, actor=message.author, at=message.sent_at, data=data)

    def _begin(self, play: Performance, agent: User, caused_by: TicketEvent) -> None:
        """The assignee's first words begin the work."""
        if play.ticket.status == Status.ASSIGNED and play.ticket.assignee_id == agent.pk:
            self._move(play, Status.IN_PROGRESS, EventKind.STARTED, by=agent, at=caused_by.at, caused_by=caused_by)

    def _finish(self, play: Performance, agent: User, at: datetime) -> None:
        ticket = play.ticket
        ticket.resolved_at, ticket.closes_at = at, at + timedelta(days=ticket.team.close_after_days)
        self._move(play, Status.RESOLVED, EventKind.RESOLVED, by=agent, at=at)

    def _move(
        self,
        play: Performance,
        target: Status,
        kind: str,
        *,
        at: datetime,
        by: User | None = None,
        cause: str = Cause.REQUEST,
        caused_by: TicketEvent | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        ticket = play.ticket
        before, agent, effort = ticket.status, ticket.assignee_id, effort_of(ticket.priority, ticket.status)
        ticket.status = target
        self.giving.move_load(agent, effort, ticket)
        data = (data or {}) | {"status": {"before": str(before), "after": str(target)}}
        self.record(play, kind, actor=by, cause=cause, caused_by=caused_by, at=at, data=data)

    def _give_by(
        self,
        decision: Decision,
        play: Performance,
        cause: str,
        caused_by: TicketEvent | None,
        at: datetime,
        *,
        may_stay: bool = False,
    ) -> bool:
        """As `tickets.services.assigning.assign_automatically` does. Somebody works at any minute: nothing is reserved."""
        winner = decision.winner
        if may_stay and (winner is None or decision.starts_at is not None):
            return False
        if winner is None or decision.starts_at is not None:
            raise ValueError(f"At {at} nobody of {play.ticket.team} works: the demo's rosters have a hole.")
        if winner == play.ticket.assignee_id:
            return False
        event = self._give(play, winner, decision.team, decision.rung.value, at, cause=cause, caused_by=caused_by)
        self.rows.add(AssignmentDecision(event=event, rung=decision.rung.value, record=decision.to_record()))
        for lead in decision.watching_leads:
            self.watch(play, self.desk.people[lead], Cause.ASSIGNMENT, event, at)
        return True

    def _give(
        self,
        play: Performance,
        to: int,
        team: int,
        rung: str,
        at: datetime,
        *,
        by: User | None = None,
        cause: str = Cause.REQUEST,
        caused_by: TicketEvent | None = None,
    ) -> TicketEvent:
        ticket = play.ticket
        agent, effort, status = ticket.assignee_id, effort_of(ticket.priority, ticket.status), ticket.status
        data: dict[str, Any] = {
            "assignee": {"before": agent, "after": to},
            "team": {"before": ticket.team_id, "after": team},
            "rung": rung,
            "starts_at": None,
        }
        if status in ACTIONABLE and agent != to:
            ticket.status = Status.ASSIGNED
        ticket.assignee, ticket.team, ticket.assigned_at = self.desk.people[to], self.desk.teams[team], at
        self.giving.move_load(agent, effort, ticket, assigned_at=at)
        if ticket.status != status:
            data["status"] = {"before": str(status), "after": str(ticket.status)}
        return self.record(play, EventKind.ASSIGNED, actor=by, cause=cause, caused_by=caused_by, at=at, data=data)


def _why(ticket: Ticket, team: Team) -> str:
    """As `tickets.services.routing` says it: the demo has a rule for each category but the general one."""
    if ticket.category is None:
        return "no_category"
    return "no_rule" if team.is_general else "rule"


def _then(play: Performance, turn: Turn, is_last: bool) -> str:
    """The last answer decides how it ends, unless the script says otherwise itself."""
    if turn.then or not is_last or "open" in play.script.flags:
        return turn.then
    return "wait" if "waiting" in play.script.flags else "resolve"
