"""Who may reach the conversation with a reporter, "me too" and the groups."""

from __future__ import annotations

from datetime import timedelta

from civic.aanjaagteam import service
from civic.aanjaagteam.models import ReportFollower
from civic.aanjaagteam.queries.me_too import person_key_of
from civic.aanjaagteam.service import clusters, me_too
from civic.aanjaagteam.states import State
from civic.calendar import today
from civic.db import db, now
from civic.tickets import ticket
from tests.aanjaagteam.makers import member, report_in
from tests.access import AANJAAGTEAM_MEMBER, EVERYBODY, SIGNED_IN, Case

TEAM = frozenset({AANJAAGTEAM_MEMBER})


def build() -> dict[str, Case]:
    yesterday = now() - timedelta(days=1)
    head, item, other = (report_in(State.DECIDED) for _number in range(3))
    clusters.put_together(head, item, actor=member(), at=yesterday)
    follower = ReportFollower(
        report_id=other.id, person_key=person_key_of("ook@example.nl"), asked_at=yesterday
    )
    follower.email = "ook@example.nl"
    db.session.add(follower)
    db.session.flush()
    until = today(now()) + timedelta(days=9)
    message = {"text": "Dank u wel.", "token": service.new_token()}
    one, alone = {"report_id": item.id}, {"report_id": other.id}
    return {
        "aanjaagteam.write": Case(EVERYBODY, form=message),
        "aanjaagteam.verdict": Case(EVERYBODY, form={"opgelost": "ja"}),
        "aanjaagteam.talk": Case(TEAM, alone, message),
        "aanjaagteam.message_handled": Case(TEAM, alone),
        "aanjaagteam.me_too": Case(EVERYBODY, alone, {"email": "iemand@example.nl", "since": ""}),
        "aanjaagteam.me_too_sent": Case(EVERYBODY),
        "aanjaagteam.me_too_confirm": Case(EVERYBODY, {"token": ticket(me_too.CONFIRM, follower.uid, until)}),
        "aanjaagteam.me_too_stop": Case(EVERYBODY, {"token": ticket(me_too.STOP, follower.uid, until)}),
        "aanjaagteam.me_too_stopped": Case(EVERYBODY),
        "aanjaagteam.me_too_mine": Case(SIGNED_IN),
        "aanjaagteam.groups": Case(TEAM),
        "aanjaagteam.pattern_threshold": Case(TEAM, form={"threshold": "5"}),
        "aanjaagteam.group": Case(
            TEAM, {"report_id": head.id}, {"other": str(other.id), "front": str(head.id)}
        ),
        "aanjaagteam.ungroup": Case(TEAM, one),
        "aanjaagteam.make_head": Case(TEAM, one),
        "aanjaagteam.share_decision": Case(TEAM, {"report_id": head.id}),
    }
