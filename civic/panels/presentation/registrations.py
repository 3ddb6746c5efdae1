"""Registrations as the person themself reads them: rows, states, and a copy of everything that is kept."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import format_date, format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.events.presentation import register_subject, register_titles
from civic.panels.forms.registrations import CONTACT, NEEDS, QUESTIONS, WHO
from civic.panels.models import Consent, Panel, Registration, ReserveOffer, Seat
from civic.panels.queries.seats import chosen
from civic.panels.service.registrations_rules import CONSTITUENCY, Application, Asking, subject_of
from civic.panels.states import Channel, Honorarium, RegistrationState, Stage

register_subject("panel_registration", _l("Aanmelding"))
register_titles(
    "panel_registration",
    {
        "registered": _l("Iemand meldde zich aan"),
        "registration_confirmed": _l("Aanmelding bevestigd"),
        "registration_changed": _l("Aanmelding gewijzigd"),
        "registration_withdrawn": _l("Aanmelding ingetrokken; de gegevens zijn gewist"),
        "consent_withdrawn": _l("Toestemming ingetrokken; het antwoord is gewist"),
    },
    kinds={"registered": "positive", "registration_confirmed": "positive"},
)
register_titles("panel", {"former_members_added": _l("%(members)s leden op de lijst met oud-leden gezet")})


class Row(NamedTuple):
    """One answer; `part` is the page where it can be changed."""

    label: str
    value: str
    part: str


def titles() -> dict[str, str]:
    """What the pages are called."""
    return {
        WHO: _("Wie bent u?"),
        QUESTIONS: _("Vragen over u"),
        NEEDS: _("Wat heeft u nodig?"),
        CONTACT: _("Hoe bereiken wij u?"),
    }


def short_titles() -> dict[str, str]:
    """The same for the row of steps, which must fit on a phone of 320 px."""
    return {WHO: _("Wie"), QUESTIONS: _("Vragen"), NEEDS: _("Wensen"), CONTACT: _("Contact")}


def rows(application: Application, asking: Asking) -> list[Row]:
    """Everything somebody answered, page by page."""
    return [
        *_who(application),
        *_questions(application, asking),
        *_needs(application),
        Row(_("Mailadres"), application.person.email, CONTACT),
        Row(_("Telefoonnummer"), application.person.phone, CONTACT),
    ]


def _who(application: Application) -> list[Row]:
    person = application.person
    address = f"{person.street} {person.number}\n{person.postcode} {person.place}"
    return [
        Row(_("Naam"), person.name, WHO),
        Row(_("Geboortedatum"), format_date(person.birth_date, "d MMMM y"), WHO),
        Row(_("Adres"), address, WHO),
    ]


def _questions(application: Application, asking: Asking) -> list[Row]:
    found = []
    if asking.constituency.is_sensitive:
        agreed = CONSTITUENCY in application.consents
        found.append(Row(_("Toestemming voor de groep"), _("Ja") if agreed else _("Nee"), QUESTIONS))
    for feature in asking.asked:
        answer = application.answers.get(feature.id)
        if answer is None:
            text = _("Wil ik niet zeggen")
        elif feature.is_sensitive and subject_of(feature) not in application.consents:
            text = _("Wij bewaren dit antwoord niet. U gaf geen toestemming.")
        else:
            text = answer[:1].upper() + answer[1:]
        found.append(Row(feature.question or feature.name, text, QUESTIONS))
    return found


def _needs(application: Application) -> list[Row]:
    return [
        Row(_("Wat u nodig heeft"), needs_text(application.needs) or _("Niets"), NEEDS),
        Row(_("Vergoeding"), honorarium_text(application.honorarium), NEEDS),
    ]


def needs_text(needs: dict[str, Any]) -> str:
    said = [
        _("tolk: %(language)s", language=needs["interpreter"]) if needs.get("interpreter") else "",
        _("hulp bij de reis") if needs.get("travel") else "",
        _("kinderopvang") if needs.get("childcare") else "",
        _("zaal zonder trappen of drempels") if needs.get("step_free") else "",
        str(needs.get("other") or ""),
    ]
    return "\n".join(one for one in said if one)


def honorarium_text(choice: Honorarium | None) -> str:
    texts = {
        Honorarium.LATER: _("Dat zeg ik later"),
        Honorarium.MONEY: _("Als geld"),
        Honorarium.VOUCHER: _("Als cadeaubon"),
        Honorarium.WAIVED: _("Ik zie ervan af"),
    }
    return str(texts[choice or Honorarium.LATER])


def state_badge(state: RegistrationState) -> tuple[str, str]:
    return {
        RegistrationState.PENDING: ("warning", _("Nog niet bevestigd")),
        RegistrationState.CONFIRMED: ("positive", _("Aangemeld")),
        RegistrationState.WITHDRAWN: ("neutral", _("Ingetrokken")),
        RegistrationState.REMOVED: ("negative", _("Doet niet mee")),
    }[state]


def fixed_text(stage: Stage) -> str:
    """Why answers cannot be changed any more: what happens with the group now."""
    texts = {
        Stage.FROZEN: _("U kunt uw antwoorden niet meer wijzigen: de groep staat vast voor de loting."),
        Stage.DRAWN: _("U kunt uw antwoorden niet meer wijzigen: er is geloot."),
        Stage.STOPPED: _("U kunt uw antwoorden niet meer wijzigen: dit panel is gestopt."),
    }
    preparing = _("U kunt uw antwoorden nu niet meer wijzigen: de groep wordt klaargezet voor de loting.")
    return str(texts.get(stage, preparing))


def channel_text(channel: Channel) -> str:
    texts = {
        Channel.WEB: _("op deze site"),
        Channel.PHONE: _("per telefoon"),
        Channel.PAPER: _("op papier"),
        Channel.NOMINATION: _("voorgedragen door een organisatie"),
    }
    return str(texts[channel])


def own_data(
    registration: Registration,
    application: Application,
    asking: Asking,
    consents: list[Consent],
    panel: Panel,
) -> dict[str, Any]:
    """A copy of everything that is kept about one person (article 15 of the GDPR)."""
    person = application.person
    names = {feature.id: feature.name for feature in asking.features}
    return {
        "panel": panel.title,
        "question": panel.question,
        "group": registration.constituency.name,
        "municipality": registration.municipality.name,
        "state": registration.state.value,
        "channel": registration.channel.value,
        "registered_at": registration.registered_at.isoformat(),
        "changed_at": registration.changed_at.isoformat(),
        "person": {
            "name": person.name,
            "birth_date": person.birth_date.isoformat(),
            **{one: getattr(person, one) for one in ("street", "number", "postcode", "place")},
            "email": person.email,
            "phone": person.phone,
        },
        "answers": {names.get(number, str(number)): value for number, value in application.answers.items()},
        "needs": application.needs,
        "honorarium": application.honorarium.value,
        "consents": [
            {"subject": one.subject, "text": one.text, "given_at": one.given_at.isoformat()}
            for one in consents
        ],
        "draw": _draw_data(*chosen(registration)),
        "receipt": registration.secrets,
    }


def _draw_data(seat: Seat | None, offer: ReserveOffer | None) -> dict[str, Any] | None:
    """What the draw made of somebody, and what they answered; None before they were told."""
    if seat is not None:
        answered = seat.answered_at.isoformat() if seat.answered_at else None
        return {"drawn": True, "state": seat.state.value, "answered_at": answered}
    if offer is not None:
        return {"drawn": False, "is_available": offer.is_available is not False}
    return None


def _draw_text(registration: Registration) -> list[str]:
    seat, offer = chosen(registration)
    if seat is not None:
        told = _("U hebt een plaats.") if registration.is_nominated else _("U bent geloot.")
        return [f"{_('Loting')}: {told}"]
    return [f"{_('Loting')}: {_('U bent niet geloot.')}"] if offer is not None else []


def own_text(
    registration: Registration,
    application: Application,
    asking: Asking,
    consents: list[Consent],
    panel: Panel,
) -> str:
    """The same as text that can be read."""
    at = format_datetime(registration.registered_at, "d MMMM y HH.mm")
    bands = [
        f"{feature.name[:1].upper()}{feature.name[1:]}: {application.answers.get(feature.id) or '-'}"
        for feature in asking.features
        if feature.id in application.answers and feature not in asking.asked
    ]
    lines = [
        _("Uw aanmelding voor het panel: %(title)s", title=panel.title),
        "",
        f"{_('Groep')}: {registration.constituency.name}",
        f"{_('Gemeente')}: {registration.municipality.name}",
        f"{_('Hoe staat het ervoor?')}: {state_badge(registration.state)[1]}",
        f"{_('Aangemeld')}: {at} ({channel_text(registration.channel)})",
        "",
        *(f"{row.label}: {', '.join(row.value.splitlines()) or '-'}" for row in rows(application, asking)),
        *bands,
        "",
        *(f"{_('Toestemming')}: {one.text}" for one in consents),
        *_draw_text(registration),
        "",
        _("Uw geheim voor de controle van de loting"),
        *(f"{secret_name(name)}: {value}" for name, value in registration.secrets.items()),
        "",
    ]
    return "\n".join(lines)


def secret_name(name: str) -> str:
    """What is kept to check the draw with, as the own page calls it."""
    texts = {
        "s": _("Geheim"),
        "salt1": _("Tweede geheim"),
        "salt2": _("Derde geheim"),
        "person": _("Wat vastligt over wie u bent"),
        "attributes": _("Wat vastligt over uw antwoorden"),
        "person_hash": _("Vingerafdruk van wie u bent"),
        "attributes_hash": _("Vingerafdruk van uw antwoorden"),
    }
    return str(texts.get(name, name))
