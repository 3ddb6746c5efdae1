"""The Dutch words for states, reasons and events of this room, and the addresses to share a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.events import presentation as events
from civic.events.models import Event
from civic.initiatives.presentation.talk import LOWER_REASONS
from civic.initiatives.queries import Reached
from civic.initiatives.states import (
    CouncilOutcome,
    PlaceState,
    RefuseReason,
    SolutionOwner,
    State,
    Verdict,
    WithdrawReason,
)
from civic.links import absolute

STATES = {
    State.DRAFT: _l("Concept"),
    State.OFFERED: _l("Bij de griffie"),
    State.RETURNED: _l("Vraag van de griffie"),
    State.REFUSED: _l("Niet geplaatst"),
    State.COLLECTING: _l("Zoekt steun"),
    State.THRESHOLD_REACHED: _l("Genoeg steun"),
    State.WITHDRAWN: _l("Ingetrokken"),
    State.EXPIRED: _l("Niet genoeg steun"),
    State.RUNNING: _l("Bewoners zijn bezig"),
    State.FINISHED: _l("Klaar"),
    State.MERGED: _l("Samengegaan"),
}
KINDS = {
    State.DRAFT: "neutral",
    State.OFFERED: "info",
    State.RETURNED: "warning",
    State.REFUSED: "neutral",
    State.COLLECTING: "info",
    State.THRESHOLD_REACHED: "positive",
    State.WITHDRAWN: "neutral",
    State.EXPIRED: "warning",
    State.RUNNING: "info",
    State.FINISHED: "positive",
    State.MERGED: "info",
}
# the words of the filter in the address bar
STATE_SLUGS = {
    "zoekt-steun": State.COLLECTING,
    "genoeg-steun": State.THRESHOLD_REACHED,
    "niet-genoeg-steun": State.EXPIRED,
    "ingetrokken": State.WITHDRAWN,
    "bezig": State.RUNNING,
    "klaar": State.FINISHED,
    "samengegaan": State.MERGED,
}
SORT_SLUGS = {
    "nieuw": ("newest", _l("Nieuwste eerst")),
    "steun": ("most_support", _l("Meeste steun eerst")),
    "einde": ("ending_soon", _l("Bijna afgelopen eerst")),
}
SOLUTION_OWNERS = {
    SolutionOwner.RESIDENTS: _l("Wij als inwoners"),
    SolutionOwner.MUNICIPALITY: _l("De gemeente"),
    SolutionOwner.TOGETHER: _l("De gemeente en inwoners samen"),
}
REASONS = {
    WithdrawReason.SOLVED: _l("Het probleem is al opgelost."),
    WithdrawReason.TAKEN_OVER: _l("De gemeente pakt het al op."),
    WithdrawReason.NEW_PLAN: _l("We maken een nieuw en beter plan."),
    WithdrawReason.MISTAKE: _l("Er zit een fout in het voorstel."),
    WithdrawReason.PERSONAL: _l("Om een persoonlijke reden."),
}
# where to go with what does not belong in an initiative, per rule of civic.regions.rules
OTHER_DOORS = {
    "initiator_age": _l("Bent u jonger? Vraag iemand in uw familie of buurt om het voorstel te doen."),
    "residence": _l("Controleer uw postcode. Woont u ergens anders? Kies dan uw eigen gemeente."),
    "repeat_bar": _l("Bel de griffie van uw gemeente. Die weet of u met iets nieuws toch kunt komen."),
    "no_council_competence": _l("Vraag uw gemeente wie hier wel over gaat."),
    "question_on_policy": _l("Een vraag kunt u zo aan uw gemeente stellen. Daar is geen steun voor nodig."),
    "complaint": _l("Met een klacht gaat u naar de klachtencoördinator van uw gemeente."),
    "objection": _l("Bezwaar maakt u binnen zes weken bij de gemeente. Wacht niet op dit voorstel."),
    "budget_or_taxes": _l("U kunt inspreken als de raad over de begroting praat."),
    "persons_or_appointments": _l("Praat hierover met de griffie van uw gemeente."),
    "internal_organisation": _l("Loopt een proces bij de gemeente vast? Meld het dan bij het aanjaagteam."),
    "private_interest": _l("Laat in uw plan zien wat anderen eraan hebben."),
}

PLACE_STATES = {
    PlaceState.COLLECTING: _l("Zoekt steun"),
    PlaceState.ENOUGH: _l("Genoeg steun"),
    PlaceState.SUBMITTED: _l("De griffie kijkt ernaar"),
    PlaceState.REPAIR: _l("Wacht op aanvulling"),
    PlaceState.ACCEPTED: _l("De raad gaat besluiten"),
    PlaceState.SCHEDULED: _l("Op de agenda van de raad"),
    PlaceState.DECIDED: _l("De raad heeft besloten"),
    PlaceState.REFUSED: _l("Niet in behandeling"),
}
PLACE_KINDS = {
    PlaceState.COLLECTING: "info",
    PlaceState.ENOUGH: "positive",
    PlaceState.SUBMITTED: "info",
    PlaceState.REPAIR: "warning",
    PlaceState.ACCEPTED: "info",
    PlaceState.SCHEDULED: "info",
    PlaceState.DECIDED: "positive",
    PlaceState.REFUSED: "warning",
}
# who has to do something now, for the page that everybody sees
WAITS_FOR = {
    PlaceState.ENOUGH: _l("Nu is de schrijver aan zet: het voorstel naar de raad sturen."),
    PlaceState.SUBMITTED: _l("Nu is de griffie aan zet: kijken of alles klopt."),
    PlaceState.REPAIR: _l("Nu is de schrijver aan zet: het voorstel aanvullen."),
    PlaceState.ACCEPTED: _l("Nu is de raad aan zet: een besluit nemen."),
    PlaceState.SCHEDULED: _l("Nu is de raad aan zet: een besluit nemen."),
}
OUTCOMES = {
    CouncilOutcome.ADOPTED: _l("De raad zegt ja"),
    CouncilOutcome.PARTLY: _l("De raad zegt voor een deel ja"),
    CouncilOutcome.REJECTED: _l("De raad zegt nee"),
    CouncilOutcome.PASSED_ON: _l("De raad geeft het door aan wie erover gaat"),
}
REFUSE_REASONS = {
    RefuseReason.NOT_THE_COUNCIL: _l("De raad gaat hier niet over."),
    RefuseReason.DECIDED_RECENTLY: _l("De raad besloot hier kort geleden al over."),
    RefuseReason.EXCLUDED: _l("Het onderwerp mag volgens de verordening niet."),
    RefuseReason.SUPPORT_NOT_VALID: _l("Er is te weinig geldige steun."),
    RefuseReason.NOT_REPAIRED: _l("De aanvulling kwam niet, of was niet genoeg."),
}
NEW_DATE = ("clock_resumed", "clock_extended")  # of a council: the line says what is promised now
MORE_REASONS: dict[str, Any] = {}  # reason codes of events of other parts, with their sentence
VERDICTS = {
    Verdict.YES: _l("Ja"),
    Verdict.PARTLY: _l("Voor een deel"),
    Verdict.NO: _l("Nee"),
}

events.register_subject(
    "initiative", _l("Initiatief"), lambda row: absolute("initiatives.show", initiative_id=row)
)
events.register_subject(
    "initiative_place", _l("Initiatief bij een raad"), lambda row: absolute("initiatives.place", place_id=row)
)
events.register_deadlines(
    {
        "collection": _l("het einde van het verzamelen van steun"),
        "formal_check": _l("een antwoord van de griffie"),
        "formal_check_again": _l("een antwoord van de griffie op de aanvulling"),
        "repair": _l("een aanvulling van de schrijver"),
        "council": _l("een besluit van de raad"),
    }
)
events.register_titles(
    "initiative_place",
    {
        "submit": _l("Naar de raad gestuurd, met %(support_count)s steunbetuigingen"),
        "ask_repair": _l("De griffie vraagt om een aanvulling"),
        "repair": _l("De schrijver vulde het voorstel aan"),
        "accept": _l("De griffie vindt alles in orde. De raad moet nu besluiten."),
        "refuse": _l("De raad neemt dit niet in behandeling"),
        "schedule": _l("De dag van de raad is bekend"),
        "decide": _l("De raad heeft besloten"),
        "report_stuck": _l("Gemeld bij het aanjaagteam: het duurt te lang"),
    },
    kinds={
        "submit": "info",
        "ask_repair": "warning",
        "accept": "positive",
        "refuse": "warning",
        "schedule": "info",
        "decide": "positive",
        "report_stuck": "warning",
    },
)
events.register_titles(
    "initiative",
    {
        "create": _l("Concept begonnen"),
        "discard": _l("Concept weggegooid"),
        "publish": _l("Het initiatief staat online. Er zijn %(threshold)s steunbetuigingen nodig."),
        "reach_threshold": _l("Er is genoeg steun: %(support_count)s van %(threshold)s."),
        "reach_together": _l("Alle gemeenten samen: %(support_count)s van %(threshold)s."),
        "withdraw": _l("De schrijver trok het initiatief in"),
        "merge": _l("Ging samen met een ander initiatief verder, in een nieuwe tekst"),
        "expire": _l("De termijn is voorbij. Er is niet genoeg steun: %(support_count)s van %(threshold)s."),
        "start": _l("De bewoners zijn begonnen"),
        "finish": _l("De bewoners zijn klaar"),
        "count": _l("Stand van de steun: %(support_count)s"),
        "count_corrected": _l("Telling verbeterd van %(stored)s naar %(support_count)s"),
    },
    kinds={
        "publish": "info",
        "reach_threshold": "positive",
        "reach_together": "positive",
        "expire": "warning",
        "count_corrected": "warning",
    },
)


def state_label(state: State, reached: Reached | None = None) -> str:
    """Of a regional initiative also in how many municipalities there is enough support, or an answer."""
    if state is State.THRESHOLD_REACHED and reached is not None and reached.answered:
        return _answered(reached)
    if state is State.THRESHOLD_REACHED and reached is not None and reached.places < reached.of:
        return str(_("Genoeg steun in %(some)s van %(all)s gemeenten", some=reached.places, all=reached.of))
    return str(STATES[state])


def _answered(reached: Reached) -> str:
    if reached.of == 1:
        return str(_("De raad heeft geantwoord"))
    if reached.answered < reached.of:
        return str(_("Antwoord van %(some)s van %(all)s raden", some=reached.answered, all=reached.of))
    return str(_("Alle raden hebben geantwoord"))


def timeline(found: Iterable[Event], names: Mapping[str, str] | None = None) -> list[events.Entry]:
    """Public entries, the newest first, with the reason of a withdrawal in words.

    `names` has the municipalities of a regional initiative by their code: then a line says which it is about.
    """
    rows = list(found)
    lines = zip(rows, events.entries(rows), strict=True)
    return [replace(line, by="", text=_text(event, names or {})) for event, line in reversed(list(lines))]


def _text(event: Event, names: Mapping[str, str]) -> str:
    is_of_place = event.subject_type == "initiative_place"
    code = f"#{event.subject_id}" if is_of_place else str((event.data or {}).get("place", ""))
    rest = ", ".join(part for part in (_reason(event), _day(event)) if part)
    return ": ".join(part for part in (names.get(code, ""), rest) if part)


def _day(event: Event) -> str:
    if event.subject_type == "initiative_place" and event.action in NEW_DATE:
        until = date.fromisoformat(str(event.data["due_on"]))
        return str(_("nu vóór of op %(day)s", day=format_date(until, "d MMMM y")))
    found = (event.data or {}).get("council_on") or (event.data or {}).get("decided_on")
    return format_date(date.fromisoformat(found), "d MMMM y") if found else ""


def _reason(event: Event) -> str:
    known = {
        reason.value: text
        for reason, text in (
            *REASONS.items(),
            *REFUSE_REASONS.items(),
            *OUTCOMES.items(),
            *LOWER_REASONS.items(),
        )
    }
    return str((known | MORE_REASONS).get(event.reason_code or "", ""))


@dataclass(frozen=True)
class Share:
    """Plain links to share a page; nothing is loaded from those sites."""

    url: str
    mail: str
    whatsapp: str


def share_links(title: str, url: str) -> Share:
    subject = _("Steunt u dit initiatief?")
    text = f"{title}\n{url}"
    return Share(
        url=url,
        mail=f"mailto:?subject={quote(subject)}&body={quote(text)}",
        whatsapp=f"https://wa.me/?text={quote(text)}",
    )
