"""The Dutch words of the conversation: reasons, levels of participation, and what the log says of them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from civic.events import presentation as events
from civic.initiatives.states.talk import HideReason, Level, LowerReason, ReportReason, WaitReason
from civic.links import absolute

WAIT_REASONS = {
    WaitReason.FIRST_LINK: _l("Eerste reactie, met een link"),
    WaitReason.REPORTED: _l("Gemeld"),
    WaitReason.OBJECTION: _l("Schrijver is het er niet mee eens"),
}
REPORT_REASONS = {
    ReportReason.INSULT: _l("Het is een belediging of een scheldpartij."),
    ReportReason.PRIVACY: _l("Er staan privégegevens van iemand in."),
    ReportReason.SPAM: _l("Het is reclame of oplichting."),
    ReportReason.OFF_TOPIC: _l("Het gaat niet over dit voorstel."),
    ReportReason.UNTRUE: _l("Het klopt niet, en dat is schadelijk."),
    ReportReason.DANGEROUS: _l("Het is een bedreiging of het zet aan tot geweld."),
}
HIDE_REASONS = {
    HideReason.INSULT: _l("Belediging of scheldpartij"),
    HideReason.DISCRIMINATION: _l("Discriminatie"),
    HideReason.PRIVACY: _l("Privégegevens van iemand"),
    HideReason.SPAM: _l("Reclame of oplichting"),
    HideReason.OFF_TOPIC: _l("Gaat niet over dit voorstel"),
    HideReason.DANGEROUS: _l("Bedreiging of geweld"),
}
LEVELS = {
    Level.INFORM: _l("Informeren"),
    Level.CONSULT: _l("Raadplegen"),
    Level.ADVISE: _l("Adviseren"),
    Level.COPRODUCE: _l("Samen maken"),
    Level.DECIDE_TOGETHER: _l("Meebeslissen"),
}
LEVEL_TEXTS = {
    Level.INFORM: _l("De gemeente vertelt wat er gebeurt. Met de reacties besluit zij niets."),
    Level.CONSULT: _l("De gemeente leest de reacties. Zij zegt wat zij ervan meeneemt."),
    Level.ADVISE: _l("De reacties zijn een advies. Wijkt de gemeente ervan af, dan zegt zij waarom."),
    Level.COPRODUCE: _l("De gemeente en inwoners maken samen het plan."),
    Level.DECIDE_TOGETHER: _l("Inwoners beslissen mee. De gemeente voert uit wat samen is besloten."),
}
LOWER_REASONS = {
    LowerReason.LAW: _l("De wet laat het niet toe."),
    LowerReason.MONEY: _l("Er is geen geld voor."),
    LowerReason.TIME: _l("Er is te weinig tijd."),
    LowerReason.DECIDED_ELSEWHERE: _l("Een ander bestuur beslist hierover."),
}

# the log and its mails are for officials; the author has a page of their own
events.register_subject(
    "comment", _l("Reactie"), lambda row: absolute("initiatives.comment_judge", comment_id=row)
)
events.register_deadlines(
    {
        "comment_look": _l("een blik op een reactie"),
        "comment_objection": _l("een antwoord aan de schrijver van een reactie"),
    }
)
events.register_titles(
    "comment",
    {
        "comment": _l("Reactie geplaatst"),
        "edit": _l("Reactie gewijzigd"),
        "delete": _l("Reactie verwijderd door de schrijver"),
        "report": _l("Reactie gemeld"),
        "keep": _l("Bekeken: de reactie blijft staan"),
        "hide": _l("Bekeken: de reactie is weggehaald"),
        "object": _l("De schrijver is het er niet mee eens"),
    },
    kinds={"report": "warning", "hide": "warning", "keep": "positive"},
)
events.register_titles(
    "initiative",
    {
        "level_inform": _l("De gemeente belooft te informeren"),
        "level_consult": _l("De gemeente belooft inwoners te raadplegen"),
        "level_advise": _l("De gemeente belooft advies van inwoners te vragen"),
        "level_coproduce": _l("De gemeente belooft het plan samen te maken"),
        "level_decide_together": _l("De gemeente belooft dat inwoners meebeslissen"),
        "lowered_inform": _l("De gemeente neemt iets terug: zij informeert alleen nog"),
        "lowered_consult": _l("De gemeente neemt iets terug: zij raadpleegt inwoners nog wel"),
        "lowered_advise": _l("De gemeente neemt iets terug: inwoners adviseren nog wel"),
        "lowered_coproduce": _l("De gemeente neemt iets terug: het plan maken we nog wel samen"),
        "listening_on": _l("De gemeente luistert nu, en stelt alleen vragen"),
        "listening_off": _l("De gemeente praat weer mee"),
    },
    kinds={
        **{f"lowered_{level.value}": "warning" for level in Level},
        "listening_on": "info",
    },
)
