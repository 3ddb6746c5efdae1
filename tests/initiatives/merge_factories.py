"""Two writers who may go on together, for tests. Inside an app context; they commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.accounts.models import User
from civic.db import db, now
from civic.initiatives import service as supports
from civic.initiatives.models import Initiative
from civic.initiatives.models.merge import MergeProposal
from civic.initiatives.service import merge
from tests.factories import make_user, municipality
from tests.initiatives.factories import TAB, answers, author, published, supporter

BERT = "bert@example.nl"
TEXT = merge.JointText("Samen bomen planten", "Schaduw op elk plein.", "We beginnen met tien.")
FORM = {"title": TEXT.title, "wish": TEXT.wish, "plan": TEXT.plan}


def bert() -> User:
    return make_user(email=BERT, name="Bert Buur")


def his(at: datetime | None = None, **changes: Any) -> Initiative:
    """An initiative of somebody else, who lives in Dronten."""
    at = at or now()
    known: dict[str, Any] = {"author_name": "Bert Buur", "author_postcode": "8251 AB", "title": "Meer groen"}
    known["place_ids"] = (municipality("GM0303").id,)
    initiative = supports.start("Meer groen", "Koele straten.", actor=bert(), at=at)
    db.session.flush()
    edit = supports.Edit(initiative.revision, TAB)
    supports.save(initiative, answers(**{**known, **changes}), edit, at=at)
    supports.publish(initiative, initiative.revision, actor=bert(), at=at)
    db.session.commit()
    return initiative


def proposed(at: datetime | None = None) -> MergeProposal:
    """Eva asks Bert."""
    at = at or now()
    proposal = merge.propose(published(at), his(at), TEXT, actor=author(), at=at)
    db.session.commit()
    return proposal


def agreed(at: datetime | None = None, supporters: int = 0) -> MergeProposal:
    at = at or now()
    proposal = proposed(at)
    people = [supporter(n) for n in range(supporters)]
    supports.add_confirmed(merge.pair_of(proposal).source, people, at=at)
    merge.agree(proposal, 1, actor=bert(), at=at)
    db.session.commit()
    return proposal
