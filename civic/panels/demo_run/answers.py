"""People who answer: by letter, by phone, and those whose organisation names them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from civic.accounts.demo import persona
from civic.calendar import today
from civic.db import committing, db
from civic.panels.demo_people import Invented
from civic.panels.demo_run.walk import Walk
from civic.panels.jobs.pool import count_changed
from civic.panels.models import Constituency, Feature, InvitationShare, Source
from civic.panels.queries import composition as composition_queries
from civic.panels.queries import invitations as invitation_queries
from civic.panels.service import registrations
from civic.panels.service.registrations import Application, Person
from civic.panels.states import Channel, EntryRoute, FeatureKind, Honorarium

PHONE_SHARE = 0.05
HONORARIA = (Honorarium.MONEY, Honorarium.MONEY, Honorarium.VOUCHER, Honorarium.LATER, Honorarium.WAIVED)
CONSTITUENCY = "constituency"
# of a thousand letters, by municipality: not every place answers as well
ANSWERS = {"GM0034": 58, "GM0995": 64, "GM0171": 66, "GM0303": 65, "GM0050": 61, "GM0184": 34}


def answer_letters(walk: Walk, first_day: int, days: int) -> None:
    """Whoever answers a letter registers with its code, spread over `days`."""
    counts = {Channel.WEB: 0, Channel.PHONE: 0}
    for share_id, codes in list(walk.codes.items()):
        share = db.session.get_one(InvitationShare, share_id)
        place_id, constituency_id = share.municipality_id, share.source.constituency_id
        constituency = db.session.get_one(Constituency, constituency_id)
        for code in codes:
            if walk.random.random() * 1000 < ANSWERS[share.municipality.code]:
                day = first_day + walk.random.random() * days
                channel = Channel.PHONE if walk.random.random() < PHONE_SHARE else Channel.WEB
                application = replace(_application(walk, place_id, constituency), letter_code=code)
                counts[channel] += _register(walk, code, application, (channel, day))
    walk.codes.clear()  # the others throw their letter away
    count_changed(walk.at(first_day + days))
    walk.say(f"{sum(counts.values())} mensen meldden zich aan, van wie {counts[Channel.PHONE]} per telefoon.")


def _register(walk: Walk, code: str, application: Application, how: tuple[Channel, float]) -> bool:
    channel, day = how
    at = walk.at(day)
    actor = persona("lottery") if channel is Channel.PHONE else None
    found = invitation_queries.usable_code(code, today(at))
    if found is None:
        raise LookupError("a letter that was posted does not work")
    with committing():
        registrations.register_with_code(found, application, channel=channel, actor=actor, at=at)
    return True


def _application(walk: Walk, place_id: int, constituency: Constituency) -> Application:
    one = walk.next_person(place_id)
    features = composition_queries.features_of(walk.panel_id)
    consents = {registrations.subject_of(feature) for feature in features if feature.is_sensitive}
    if constituency.is_sensitive:
        consents.add(CONSTITUENCY)
    return Application(
        person=Person(
            one.name, one.birth_date, one.street, one.number, one.postcode, one.place, one.email, one.phone
        ),
        answers={feature.id: _answer(one, feature) for feature in features},
        needs={**dict.fromkeys(one.needs, True), "interpreter": one.language},
        honorarium=walk.random.choice(HONORARIA),
        consents=frozenset(consents),
    )


def _answer(one: Invented, feature: Feature) -> str | None:
    values = [value.value for value in feature.values]
    if feature.kind is FeatureKind.AGE_BAND:
        return None
    if feature.name == "geslacht":
        return one.gender if one.gender in values else None
    return None if one.education is None else values[one.education]


def nominate(walk: Walk, day: int) -> None:
    """Organisations name their people, a seat each; they are members without a lot."""
    named = 0
    cells = composition_queries.cells_of(walk.panel_id)
    for constituency in composition_queries.constituencies_of(walk.panel_id):
        if constituency.route is EntryRoute.NOMINATION:
            for (part, place_id), seats in cells.items():
                if part == constituency.id:
                    named += sum(_name(walk, constituency, place_id, day) for _ in range(seats))
    count_changed(walk.at(day))
    walk.say(f"{named} mensen voorgedragen door cliëntenraden en gemeenten.")


def _name(walk: Walk, constituency: Constituency, place_id: int, day: int) -> bool:
    sources = db.session.scalars(
        select(Source).where(Source.constituency_id == constituency.id).order_by(Source.number)
    )
    source = walk.random.choice(list(sources))
    application = _application(walk, place_id, constituency)
    with committing():
        registrations.register_at_entrance(
            walk.panel,
            source,
            place_id,
            application,
            channel=Channel.NOMINATION,
            actor=persona("lottery"),
            at=walk.at(day),
        )
    return True
