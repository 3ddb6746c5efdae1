"""What people read about knots, checks and promised dates."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from civic.aanjaagteam.states.knots import CheckResult, OptionKind, ProcessOutcome, RuleUse, TermChoice
from civic.aanjaagteam.wording.core import FIELDS, REQUIRED, Words
from civic.events.presentation import register_deadlines, register_titles

__all__ = [
    "CHECK_KINDS",
    "CHECK_RESULTS",
    "OPTION_KINDS",
    "PROCESS_KINDS",
    "PROCESS_OUTCOMES",
    "REQUIRED",
    "RULE_USES",
    "TERM_CHOICES",
]

OPTION_KINDS: Words = {
    OptionKind.WANTED: _l("Wat nodig is"),
    OptionKind.RULE: _l("Wat de regel zegt"),
    OptionKind.OTHER: _l("Een andere mogelijkheid"),
}
RULE_USES: Words = {
    RuleUse.SPIRIT: _l("De geest van de regel: waar de regel voor bedoeld is"),
    RuleUse.LETTER: _l("De letter van de regel: precies zoals hij er staat"),
    RuleUse.NO_RULE: _l("Er is geen regel"),
}
PROCESS_OUTCOMES: Words = {
    ProcessOutcome.CHANGED: _l("Het proces is al aangepast"),
    ProcessOutcome.FOLLOWS: _l("Het proces wordt nog aangepast"),
    ProcessOutcome.NOT_NEEDED: _l("Het proces hoeft niet anders"),
}
PROCESS_KINDS: dict[ProcessOutcome, str] = {
    ProcessOutcome.CHANGED: "positive",
    ProcessOutcome.FOLLOWS: "warning",
    ProcessOutcome.NOT_NEEDED: "neutral",
}
CHECK_RESULTS: Words = {
    CheckResult.DONE: _l("Ja, het is uitgevoerd"),
    CheckResult.PARTLY: _l("Voor een deel"),
    CheckResult.NOT_DONE: _l("Nee, het is niet uitgevoerd"),
}
TERM_CHOICES: Words = {
    TermChoice.PROLONGED: _l("Het geldt langer"),
    TermChoice.LAPSES: _l("Het mag aflopen"),
}
CHECK_KINDS: dict[CheckResult, str] = {
    CheckResult.DONE: "positive",
    CheckResult.PARTLY: "warning",
    CheckResult.NOT_DONE: "negative",
}

REQUIRED.update(
    {
        "options": _l("Schrijf minstens één mogelijkheid op."),
        "rule_use": _l("Kies of u de geest of de letter van de regel volgde."),
        "process_outcome": _l("Kies wat er met het proces gebeurt."),
        "process_change": _l("Schrijf op wat er met het proces gebeurt, of waarom niets."),
        "process_owner": _l("Kies wie het proces aanpast."),
        "process_due_on": _l("Kies de dag waarop het proces is aangepast."),
        "check_on": _l("Kies de dag waarop u kijkt of het is uitgevoerd."),
        "reversal_reason": _l("Schrijf op waarom het vorige besluit niet meer geldt."),
        "chosen": _l("Kies welke mogelijkheid het is geworden."),
        "result": _l("Kies of het besluit is uitgevoerd."),
        "explanation": _l("Schrijf op wat er nog niet is gebeurd."),
        "next_on": _l("Kies de dag waarop u opnieuw kijkt."),
        "due_on": _l("Kies de dag waarop de melder het hoort."),
        "term_choice": _l("Kies wat er met het besluit gebeurt."),
        "until": _l("Kies tot en met welke dag het besluit geldt."),
        "term_reason": _l("Schrijf op waarom."),
    }
)
FIELDS.update(
    {
        "options": _l("Mogelijkheden"),
        "signer": _l("Wie tekent"),
        "member": _l("Gekozen mandaat (nummer)"),
        "rule_use": _l("Geest of letter van de regel"),
        "valid_until": _l("Geldt tot en met"),
        "dissent": _l("Wie het er niet mee eens was"),
        "reversal_reason": _l("Waarom het vorige besluit niet meer geldt"),
        "process_outcome": _l("Wat er met het proces gebeurt"),
        "process_owner": _l("Wie het proces aanpast (nummer)"),
        "process_due_on": _l("Proces aangepast op"),
        "execute_on": _l("Moet klaar zijn op"),
        "check_on": _l("Kijken of het is uitgevoerd"),
        "shows_costs": _l("Bedragen op de site"),
        "chosen": _l("Gekozen mogelijkheid"),
        "result": _l("Uitgevoerd"),
        "explanation": _l("Uitleg"),
        "next_on": _l("Opnieuw kijken op"),
        "due_on": _l("Beloofde dag"),
        "choice": _l("Wat er met het besluit gebeurt"),
        "until": _l("Geldt voortaan tot en met"),
    }
)

register_deadlines(
    {
        "execution_check": _l("kijken of het besluit is uitgevoerd"),
        "process_change": _l("het proces aanpassen"),
        "promise": _l("de melder laten weten wat er gebeurt"),
    }
)
register_titles(
    "report",
    {
        "execution_checked": _l("Gekeken of het besluit is uitgevoerd"),
        "process_changed_later": _l("Proces aangepast, zoals beloofd"),
        "promise_made": _l("De melder een dag beloofd"),
        "promise_kept": _l("Belofte aan de melder nagekomen"),
        "promise_broken": _l("Belofte aan de melder niet nagekomen"),
        "decision_prolonged": _l("Het besluit geldt langer"),
        "decision_lapses": _l("Het besluit mag aflopen"),
        "decision_expired": _l("Het besluit is verlopen"),
    },
    kinds={
        "execution_checked": "info",
        "process_changed_later": "positive",
        "promise_kept": "positive",
        "promise_broken": "negative",
        "decision_prolonged": "info",
        "decision_expired": "warning",
    },
)
