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
