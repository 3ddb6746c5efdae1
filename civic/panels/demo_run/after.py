"""Looking at the pool, and freezing it with four eyes."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from civic.accounts.demo import persona
from civic.db import committing, db
from civic.panels.demo_run.walk import Walk
from civic.panels.jobs.pool import check_pools, count_changed
from civic.panels.models import PoolCheck, PoolFlag
from civic.panels.queries import freeze as freeze_queries
from civic.panels.service import freeze, pool, pool_check, pool_flags
from civic.panels.states import FlagDecision, FlagKind

MOST_CHECKS = 3
REASONS = {
    FlagKind.SAME_PERSON: "Gebeld: het zijn twee mensen met dezelfde naam.",
    FlagKind.SAME_ADDRESS: "Huisgenoten: hooguit een van hen wordt geloot.",
    FlagKind.FORMER_MEMBER: "Gebeld: was nooit lid van een panel.",
    FlagKind.OTHER_MUNICIPALITY: "Gebeld: net verhuisd, woonde er toen de brief kwam.",
}


def decide_flags(walk: Walk, day: int) -> None:
    """An administrator looks at every flag and says why."""
    flags = list(
        db.session.scalars(
            select(PoolFlag.id)
            .where(PoolFlag.panel_id == walk.panel_id, PoolFlag.decided_at.is_(None))
            .order_by(PoolFlag.id)
        )
    )
    kinds: Counter[FlagKind] = Counter()
    for flag_id in flags:
        with committing():
            flag = db.session.get_one(PoolFlag, flag_id)
            kinds[flag.kind] += 1
            judgement = pool_flags.Judgement(FlagDecision.KEEP, REASONS[flag.kind])
            pool_flags.decide(walk.panel, flag, judgement, actor=persona("lottery2"), at=walk.at(day))
    walk.say(f"{len(flags)} signalen bekeken, waarvan {kinds[FlagKind.SAME_ADDRESS]} over één adres.")


def close(walk: Walk, day: int) -> None:
    """Close, and let the engine look; what it proposes is decided on by a person, with a reason."""
    actor = persona("lottery")
    with committing():
        pool.close_registration(walk.panel, actor=actor, at=walk.at(day))
    count_changed(walk.at(day))
    for _ in range(MOST_CHECKS):
        check = _check(walk, day)
        if check.result is not None and check.result["is_possible"]:
            walk.say(f"Controle: uit {check.result['registrations']} aanmeldingen kan geloot worden.")
            return
        changes = len(pool_check.proposal_of(check))
        reason = "Zonder deze verruiming is er geen groep mogelijk. De rekenkern stelt de kleinste voor."
        with committing():
            pool_check.accept_proposal(walk.panel, check, reason, actor=actor, at=walk.at(day + 1))
        walk.say(f"Controle: nog niet mogelijk; {changes} quota verruimd, met reden in het logboek.")
    raise LookupError("the pool stayed impossible")


def _check(walk: Walk, day: int) -> PoolCheck:
    with committing():
        check_id = pool_check.request_check(walk.panel, actor=persona("lottery"), at=walk.at(day)).id
    check_pools(walk.at(day))
    return db.session.get_one(PoolCheck, check_id, populate_existing=True)


def freeze_pool(walk: Walk, day: int) -> None:
    """One proposes, another agrees."""
    items = freeze_queries.checklist(walk.panel)
    warnings = [item.point.value for item in items if item.is_warning]
    with committing():
        proposed = freeze.propose(walk.panel, warnings, actor=persona("lottery"), at=walk.at(day))
        db.session.flush()
        version = proposed.version
    with committing():
        agreed = freeze_queries.proposed_freeze(walk.panel_id)
        if agreed is None:
            raise LookupError("nothing was proposed")
        freeze.confirm(agreed, actor=persona("lottery2"), at=walk.at(day))
        root = agreed.pool_root or ""
    walk.say(f"Vastgezet door twee beheerders: versie {version}, wortel {root[:16]}…")
