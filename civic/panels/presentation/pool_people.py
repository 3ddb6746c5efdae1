"""What staff sees of one registrant, and of two side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.panels.forms.pool import REMOVALS
from civic.panels.models import Feature, PoolFlag, Registration
from civic.panels.presentation.pool import CHANNELS, HONORARIA, NEEDS
from civic.panels.queries.registrations import person_of
from civic.panels.service.registrations_rules import Person
from civic.panels.states import FlagDecision, FlagKind, RegistrationState

KINDS = {
    FlagKind.SAME_PERSON: _l("Misschien dezelfde persoon"),
    FlagKind.SAME_ADDRESS: _l("Zelfde adres"),
    FlagKind.FORMER_MEMBER: _l("Zat al in een eerder panel"),
    FlagKind.OTHER_MUNICIPALITY: _l("Adres in een andere gemeente"),
}
EXPLANATIONS = {
    FlagKind.SAME_PERSON: _l("Kijk of dit één mens is die zich twee keer aanmeldde."),
    FlagKind.SAME_ADDRESS: _l("Wonen deze mensen samen? Of is dit geen huishouden, zoals een zorghuis?"),
    FlagKind.FORMER_MEMBER: _l("Naam en geboortedatum staan op de lijst van eerdere leden."),
    FlagKind.OTHER_MUNICIPALITY: _l("De postcode ligt niet in de gemeente van de brief."),
}
DECISIONS = {
    FlagDecision.KEEP: _l("Blijft meedoen"),
    FlagDecision.EXEMPT: _l("Adres telt niet als huishouden"),
    FlagDecision.REMOVE: _l("Eén aanmelding doet niet mee"),
}


def state_badge(state: RegistrationState) -> tuple[str, str]:
    return {
        RegistrationState.PENDING: ("info", _("Nog niet bevestigd")),
        RegistrationState.CONFIRMED: ("positive", _("Doet mee")),
        RegistrationState.WITHDRAWN: ("neutral", _("Ingetrokken")),
        RegistrationState.REMOVED: ("negative", _("Doet niet mee")),
    }[state]


@dataclass(frozen=True)
class Side:
    """One of the two people of a flag; the rows of both stand in the same order."""

    registration: Registration
    rows: list[tuple[str, str, bool]]  # label, value, is the same as on the other side

    @property
    def badge(self) -> tuple[str, str]:
        return state_badge(self.registration.state)


def sides(line: Any) -> list[Side]:
    """Both people, with what is the same marked."""
    people = [one for one in (line.registration, line.other) if one is not None]
    listed = [_facts(one) for one in people]
    ours = {str(_("Groep")), str(_("Gemeente van de brief"))}  # the same for many: says nothing
    found = []
    for place, one in enumerate(people):
        other = listed[1 - place] if len(people) == 2 else {}
        rows = [
            (label, text, bool(text) and label not in ours and other.get(label) == text)
            for label, text in listed[place].items()
        ]
        found.append(Side(one, rows))
    return found


def _facts(registration: Registration) -> dict[str, str]:
    person = person_of(registration)
    facts = _person_facts(person) if person else {str(_("Naam")): str(_("De gegevens zijn gewist."))}
    facts[str(_("Groep"))] = registration.constituency.name
    facts[str(_("Gemeente van de brief"))] = registration.municipality.name
    return facts


def _person_facts(person: Person) -> dict[str, str]:
    return {
        str(_("Naam")): person.name,
        str(_("Geboortedatum")): person.birth_date.strftime("%d-%m-%Y"),
        str(_("Adres")): f"{person.street} {person.number}, {person.postcode} {person.place}",
        str(_("Mailadres")): person.email,
        str(_("Telefoon")): person.phone,
    }


def person_rows(person: Person) -> list[tuple[str, str, None]]:
    """For `parts.summary_list`."""
    return [(label, text, None) for label, text in _person_facts(person).items()]


def entry_rows(registration: Registration) -> list[tuple[str, str, None]]:
    """How somebody came in."""
    return [
        (_("Groep"), registration.constituency.name, None),
        (_("Bron"), registration.source.name if registration.source else "", None),
        (_("Gemeente"), registration.municipality.name, None),
        (_("Binnengekomen via"), str(CHANNELS[registration.channel]), None),
        (_("Voorgedragen"), _("Ja") if registration.is_nominated else _("Nee"), None),
    ]


def answer_rows(registration: Registration, features: list[Feature]) -> list[tuple[str, str, None]]:
    answers = registration.answers
    return [
        (one.name[:1].upper() + one.name[1:], answers[str(one.id)] or _("Wil ik niet zeggen"), None)
        for one in features
        if str(one.id) in answers
    ]


def need_rows(registration: Registration) -> list[tuple[str, str, None]]:
    needs = registration.needs
    rows = [
        (str(text), needs[name] if isinstance(needs[name], str) else _("Ja"), None)
        for name, text in NEEDS.items()
        if needs.get(name)
    ]
    money = HONORARIA.get(registration.honorarium) if registration.honorarium else None
    return [*rows, (_("Vergoeding"), str(money) if money else "", None)]


def removal_text(registration: Registration) -> str:
    return str(REMOVALS.get(registration.removed_reason or "", _("Iets anders")))


def flag_text(flag: PoolFlag) -> str:
    """For the page of one person: what stands out, and what was decided."""
    decided = str(DECISIONS[flag.decision]) if flag.decision else str(_("nog niet besloten"))
    return f"{KINDS[flag.kind]}. {decided[:1].upper()}{decided[1:]}."
