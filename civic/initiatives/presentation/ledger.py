"""The Dutch words of the ledger: statuses, ways in, reasons, and what the log says about it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.events import presentation as events
from civic.initiatives.presentation import MORE_REASONS
from civic.initiatives.queries.ledger import LegalStatus
from civic.initiatives.states import SupportChannel, SupportState
from civic.initiatives.states.ledger import InvalidReason, ItemVerdict, LineVerdict, SampleState, SheetState

CHANNELS = {
    SupportChannel.ONLINE: _l("Op de site, met een mail"),
    SupportChannel.ACCOUNT: _l("Op de site, met een account"),
    SupportChannel.PAPER: _l("Op papier"),
}
SUPPORT_STATES = {
    SupportState.PENDING: _l("Verklaard, nog niet bevestigd"),
    SupportState.CONFIRMED: _l("Bevestigd"),
    SupportState.INVALIDATED: _l("Telt niet mee"),
    SupportState.WITHDRAWN: _l("Ingetrokken"),
}
COLUMNS = {
    "declared": _l("Verklaard"),
    "confirmed": _l("Bevestigd"),
    "sampled": _l("In een steekproef bekeken"),
    "invalidated": _l("Telt niet mee"),
    "withdrawn": _l("Ingetrokken"),
}
# as the person reads it whose support it was
INVALID_REASONS = {
    InvalidReason.NOT_RESIDENT: _l("De griffie denkt dat de supporter hier niet woont."),
    InvalidReason.TOO_YOUNG: _l("De griffie denkt dat de supporter nog te jong is."),
    InvalidReason.NOT_A_PERSON: _l("De griffie denkt dat een computer het formulier heeft ingevuld."),
    InvalidReason.TWICE: _l("De griffie denkt dat iemand twee keer heeft gesteund."),
    InvalidReason.NOT_GIVEN: _l("De persoon zelf zegt: ik heb dit niet gesteund."),
    InvalidReason.UNREADABLE: _l("De gegevens zijn niet te lezen of niet echt."),
}
# as everybody reads it in the timeline
PUBLIC_REASONS = {
    InvalidReason.NOT_RESIDENT: _l("Zij wonen hier niet."),
    InvalidReason.TOO_YOUNG: _l("Zij zijn nog te jong."),
    InvalidReason.NOT_A_PERSON: _l("Een computer vulde het formulier in."),
    InvalidReason.TWICE: _l("Iemand steunde twee keer."),
    InvalidReason.NOT_GIVEN: _l("De mensen zelf zeggen dat zij niet steunden."),
    InvalidReason.UNREADABLE: _l("De gegevens zijn niet te lezen of niet echt."),
}
MORE_REASONS |= {reason.value: text for reason, text in PUBLIC_REASONS.items()}
SHEET_STATES = {
    SheetState.ENTERED: _l("Wacht op een tweede paar ogen"),
    SheetState.RETURNED: _l("Terug om te verbeteren"),
    SheetState.CHECKED: _l("Klaar"),
}
SHEET_KINDS = {SheetState.ENTERED: "info", SheetState.RETURNED: "warning", SheetState.CHECKED: "positive"}
LINE_VERDICTS = {
    LineVerdict.WAITING: _l("Wacht"),
    LineVerdict.UNREADABLE: _l("Niet te lezen, of mag niet"),
    LineVerdict.ACCEPTED: _l("Telt mee"),
    LineVerdict.TWICE_ON_PAPER: _l("Staat al op een andere lijst"),
    LineVerdict.SAME_AS_ONLINE: _l("Steunde al op de site"),
    LineVerdict.NO_SIGNATURE: _l("Geen handtekening"),
    LineVerdict.WRONG: _l("Klopt niet"),
}
LINE_KINDS = {
    LineVerdict.WAITING: "info",
    LineVerdict.ACCEPTED: "positive",
    LineVerdict.TWICE_ON_PAPER: "warning",
}
SAMPLE_STATES = {
    SampleState.OPEN: _l("Bezig"),
    SampleState.FINISHED: _l("Klaar"),
    SampleState.STOPPED: _l("Gestopt, zonder uitslag"),
}
SAMPLE_KINDS = {SampleState.OPEN: "info", SampleState.FINISHED: "positive", SampleState.STOPPED: "neutral"}
ITEM_VERDICTS = {
    ItemVerdict.VALID: _l("Klopt"),
    ItemVerdict.NOT_VALID: _l("Klopt niet"),
    ItemVerdict.NOT_FOUND: _l("Niet gevonden"),
}


def status_text(status: LegalStatus) -> str:
    """The legal status in words, for the person whose support it is."""
    if status.state is SupportState.CONFIRMED and status.is_sampled:
        return str(_("Bevestigd, en bekeken in een steekproef"))
    return str(SUPPORT_STATES[status.state])


events.register_subject("support_sheet", _l("Papieren steunlijst"))
events.register_deadlines({"sheet_check": _l("een tweede paar ogen voor een papieren lijst")})
events.register_titles(
    "support_sheet",
    {
        "enter": _l("Een papieren lijst is overgetypt: %(lines)s regels"),
        "repair": _l("De lijst is verbeterd: %(lines)s regels"),
        "accept": _l("Een tweede paar ogen keek: %(accepted)s regels tellen mee, %(refused)s niet"),
        "return": _l("De lijst ging terug om te verbeteren"),
        "read_sheet": _l("De regels van de lijst zijn bekeken"),
    },
    kinds={"accept": "positive", "return": "warning"},
)
events.register_titles(
    "initiative",
    {
        "fall_back": _l("Er is weer te weinig steun: %(support_count)s van %(threshold)s."),
        "invalidate": _l("De griffie haalde steun uit de telling: %(supports)s"),
        "restore": _l("Er telt weer steun mee: %(supports)s"),
        "read_ledger": _l("Gegevens van %(rows)s mensen die steunen zijn bekeken"),
        "read_domains": _l("De namen van maildomeinen zijn bekeken"),
    },
    kinds={"fall_back": "warning", "invalidate": "warning", "restore": "info"},
)
events.register_titles(
    "initiative_place",
    {
        "draw_sample": _l("De griffie controleert een steekproef: %(size)s van %(population)s"),
        "finish_sample": _l("De steekproef is klaar: %(low)s tot %(high)s van %(population)s geldig"),
        "stop_sample": _l("De steekproef is gestopt, zonder uitslag"),
        "read_sample": _l("De gegevens van een steekproef zijn bekeken"),
    },
    kinds={"draw_sample": "info", "finish_sample": "info"},
)
