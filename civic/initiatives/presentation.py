"""The Dutch words for states, reasons and events of this room, and the addresses to share a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.events import presentation as events
from civic.events.models import Event
from civic.initiatives.states import SolutionOwner, State, WithdrawReason
from civic.links import absolute

STATES = {
    State.DRAFT: _l("Concept"),
    State.COLLECTING: _l("Zoekt steun"),
    State.THRESHOLD_REACHED: _l("Genoeg steun"),
    State.WITHDRAWN: _l("Ingetrokken"),
    State.EXPIRED: _l("Niet genoeg steun"),
}
KINDS = {
    State.DRAFT: "neutral",
    State.COLLECTING: "info",
    State.THRESHOLD_REACHED: "positive",
    State.WITHDRAWN: "neutral",
    State.EXPIRED: "warning",
}
# the words of the filter in the address bar
STATE_SLUGS = {
    "zoekt-steun": State.COLLECTING,
    "genoeg-steun": State.THRESHOLD_REACHED,
    "niet-genoeg-steun": State.EXPIRED,
    "ingetrokken": State.WITHDRAWN,
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

events.register_subject(
    "initiative", _l("Initiatief"), lambda row: absolute("initiatives.show", initiative_id=row)
)
events.register_deadlines({"collection": _l("het einde van het verzamelen van steun")})
events.register_titles(
    "initiative",
    {
        "create": _l("Concept begonnen"),
        "discard": _l("Concept weggegooid"),
        "publish": _l("Het initiatief staat online. Er zijn %(threshold)s steunbetuigingen nodig."),
        "reach_threshold": _l("Er is genoeg steun: %(support_count)s van %(threshold)s."),
        "withdraw": _l("De schrijver trok het initiatief in"),
        "expire": _l("De termijn is voorbij. Er is niet genoeg steun: %(support_count)s van %(threshold)s."),
        "count": _l("Stand van de steun: %(support_count)s"),
        "count_corrected": _l("Telling verbeterd van %(stored)s naar %(support_count)s"),
    },
    kinds={
        "publish": "info",
        "reach_threshold": "positive",
        "expire": "warning",
        "count_corrected": "warning",
    },
)


def state_label(state: State) -> str:
    return str(STATES[state])


def timeline(found: Iterable[Event]) -> list[events.Entry]:
    """Public entries, the newest first, with the reason of a withdrawal in words."""
    rows = list(found)
    lines = zip(rows, events.entries(rows), strict=True)
    return [replace(line, by="", text=_reason(event)) for event, line in reversed(list(lines))]


def _reason(event: Event) -> str:
    known = {reason.value: text for reason, text in REASONS.items()}
    return str(known.get(event.reason_code or "", ""))


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
