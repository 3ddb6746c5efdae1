"""A reserve list (alternates) chosen together with the panel, so that likely drop-outs can be replaced
without breaking quotas.

alternates = choose_alternates(problem, panel, 12, rates={(): 0.2, ("age", "16-24"): 0.3}, seed=1)
replacement = fill(problem, panel, alternates.ids, dropped_out)

What a list is *for* decides which types are on it; only who of a type is on it, and in what order, is by
lot. So a reserve list is not a fair lottery over the pool, and nobody's chance of being on it is promised.
"""

from .choose import Alternates, Settings, choose_alternates
from .dropouts import Rates, draw_dropouts, member_rates
from .fill import Missed, Replacement, expected_loss, fill
from .people import Loss
from .recourse import Limits

__all__ = [
    "SENTENCES",
    "Alternates",
    "Limits",
    "Loss",
    "Missed",
    "Rates",
    "Replacement",
    "Settings",
    "choose_alternates",
    "draw_dropouts",
    "expected_loss",
    "fill",
    "member_rates",
]

SENTENCES: dict[str, str] = {
    "alternates_no_panel": "Er is nog geen panel. Kies eerst een panel, dan de reserves.",
    "alternates_unknown": "Nummer {id} staat niet bij de aanmeldingen.",
    "alternates_twice": "Nummer {id} staat er {times} keer in. Dat moet één keer zijn.",
    "alternates_panel_size": "Het panel heeft {have} mensen. Er zijn maar {size} plaatsen.",
    "alternates_too_few": "Kies minstens 1 reserve.",
    "alternates_too_many": "U vraagt {number} reserves. Er kunnen er hoogstens {most} zijn.",
    "alternates_scenarios": "Reken met 1 tot {maximum} keer uitval, niet met {number}.",
    "alternates_loss": "De maat “{loss}” voor gemiste quota kennen we niet.",
    "alternates_rate": "De kans op uitval van “{group}” is {rate}. Kies een getal van 0 tot en met 1.",
    "alternates_rate_feature": "De kans op uitval van “{group}” noemt een kenmerk dat niet bestaat.",
    "alternates_rate_nobody": "Er is een kans op uitval voor “{group}”, maar niemand hoort daarbij.",
    "alternates_rate_missing": "Voor {count} mensen is geen kans op uitval bekend. Geef die ook.",
    "alternates_seated": "Nummer {id} is reserve, maar zit al in het panel.",
    "alternates_not_in_panel": "Nummer {id} valt uit, maar zit niet in het panel.",
    "alternates_address": "Reserve {id} woont op het adres van een panellid of een andere reserve.",
}
