"""Letters: codes for every municipality, and the post."""

from __future__ import annotations

from datetime import datetime

from civic.accounts.demo import persona
from civic.calendar import today
from civic.db import committing, db
from civic.panels.demo_run.walk import Walk
from civic.panels.jobs.letters import typeset_letters
from civic.panels.models import InvitationShare, InvitationWave, LetterOrder
from civic.panels.queries import invitations_plan
from civic.panels.service import invitations, invitations_extractions, letters, letters_text
from civic.panels.service.letters_content import Address, default_text

LETTERS = 10_000
FIRST, SECOND = 16, 52  # days on which the waves are made


def send_first_wave(walk: Walk) -> None:
    actor = persona("lottery")
    with committing():
        text = default_text(walk.panel, None)
        words = letters_text.LetterWords(text.subject, text.body, text.easy_read, text.signed_by)
        letters_text.save_text(walk.panel, words, actor=actor, at=walk.at(13))
    proposal = invitations_plan.proposal_of(walk.panel_id)
    if proposal is None:
        raise LookupError("the panel has no composition")
    lines = _scaled(proposal.letters, LETTERS)
    with committing():
        wave = invitations.plan_wave(walk.panel, lines, today(walk.at(50)), actor=actor, at=walk.at(14))
        db.session.flush()
        wave_id = wave.id
    _send(walk, wave_id, FIRST)
    with committing():
        invitations.open_registration(walk.panel, actor=actor, at=walk.at(20))
    walk.say(f"Eerste ronde: {sum(line.letters for line in lines)} codes in {len(lines)} delen.")


def _scaled(letters_per_cell: dict[tuple[int, int], int], total: int) -> list[invitations.ShareLine]:
    """The proposal, made to add up to `total` (largest remainder)."""
    whole = sum(letters_per_cell.values())
    exact = {cell: total * count / whole for cell, count in letters_per_cell.items()}
    given = {cell: int(count) for cell, count in exact.items()}
    by_rest = sorted(exact, key=lambda cell: (given[cell] - exact[cell], cell))
    for cell in by_rest[: total - sum(given.values())]:
        given[cell] += 1
    return [invitations.ShareLine(place, source, count) for (place, source), count in given.items() if count]


def _send(walk: Walk, wave_id: int, day: int) -> None:
    """Codes, the log of what left the registry, and the post. Urk has its letters typeset here."""
    actor = persona("lottery")
    wave = db.session.get_one(InvitationWave, wave_id)
    for share_id in [share.id for share in wave.shares]:
        share = db.session.get_one(InvitationShare, share_id)
        with committing():
            invitations.issue_codes(share, actor=actor, at=walk.at(day))
        if share.municipality.code == "GM0184":
            _typeset(walk, share_id, day)
        else:
            with committing():
                invitations_extractions.log_extraction(
                    walk.panel_id, _taken(share, walk.at(day)), actor=actor, at=walk.at(day)
                )
        with committing():
            share = db.session.get_one(InvitationShare, share_id)
            walk.codes[share_id] = invitations.codes_of(share)
            invitations.report_posted(share, actor=actor, at=walk.at(day + 3))


def _taken(share: InvitationShare, at: datetime) -> invitations_extractions.Taken:
    return invitations_extractions.Taken(
        municipality_id=share.municipality_id,
        ground="Artikel 3.8 Wet BRP: Verordening gegevensverstrekking",
        purpose="Uitnodigen voor het panel door loting",
        fields=("name", "address"),
        people=share.letters,
        recipient="Drukker van de gemeente",
        extracted_on=today(at),
        destroyed_on=today(at),
        share_id=share.id,
    )


def _typeset(walk: Walk, share_id: int, day: int) -> None:
    actor = persona("registry2")
    share = db.session.get_one(InvitationShare, share_id)
    people = [walk.next_person(share.municipality_id) for _ in range(share.letters)]
    addresses = [Address(one.name, f"{one.street} {one.number}", one.postcode, one.place) for one in people]
    request = letters.Request(addresses, "Artikel 3.8 Wet BRP: Verordening gegevensverstrekking Urk")
    with committing():
        order = letters.request_letters(share, request, actor=actor, at=walk.at(day))
        db.session.flush()
        order_id = order.id
    typeset_letters(walk.at(day))
    with committing():
        letters.destroy_order(
            db.session.get_one(LetterOrder, order_id), "asked", actor=actor, at=walk.at(day + 1)
        )
    walk.say(f"Urk: {len(addresses)} brieven gezet in PDF; adressen en brieven weer vernietigd.")


def send_second_wave(walk: Walk) -> None:
    """Letters for the cells that stayed thin, with the reason for everybody to read."""
    proposal = invitations_plan.proposal_of(walk.panel_id)
    lines = [
        invitations.ShareLine(place, source, count)
        for (place, source), count in (proposal.letters if proposal else {}).items()
        if count
    ]
    if not lines:
        walk.say("Een tweede ronde is niet nodig: overal meldden zich genoeg mensen aan.")
        return
    with committing():
        wave = invitations.plan_wave(
            walk.panel,
            lines,
            today(walk.at(70)),
            "In deze groepen meldden zich nog te weinig mensen aan.",
            actor=persona("lottery"),
            at=walk.at(SECOND - 1),
        )
        db.session.flush()
        wave_id = wave.id
    _send(walk, wave_id, SECOND)
    walk.say(f"Tweede ronde: {sum(line.letters for line in lines)} codes voor {len(lines)} dunne groepen.")
