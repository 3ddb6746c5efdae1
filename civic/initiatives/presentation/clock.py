"""The Dutch words for a council's clock that stands still or is extended."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from civic.initiatives.presentation import MORE_REASONS
from civic.initiatives.states.clock import ExtendReason, SuspendReason

SUSPEND_REASONS = {
    SuspendReason.WRITER: _l("De gemeente wacht op de schrijver"),
    SuspendReason.RESEARCH: _l("De gemeente wacht op onderzoek"),
    SuspendReason.RECESS: _l("De raad heeft vakantie (reces)"),
    SuspendReason.OTHER_COUNCILS: _l("De gemeente praat met andere gemeenten"),
}
EXTEND_REASONS = {
    ExtendReason.RESEARCH: _l("Er is meer onderzoek nodig"),
    ExtendReason.ADVICE: _l("De gemeente wacht op advies"),
    ExtendReason.AGENDA: _l("De agenda van de raad is vol"),
    ExtendReason.OTHER_COUNCILS: _l("Het besluit moet samen met andere gemeenten"),
}
MORE_REASONS.update(
    {one.value: text for words in (SUSPEND_REASONS, EXTEND_REASONS) for one, text in words.items()}
)
