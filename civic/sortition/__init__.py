"""The lottery engine: fair selection of a panel from a pool, under quotas. Pure: no Flask, no database, no
network.

problem = Problem(pool, quotas, size=110)         # raises InvalidProblem with everything that is wrong
lottery = solve(problem, seed=1)                  # leximin; raises ImpossibleQuotas with a proposal
report = verify(problem, lottery)                 # shares no code with solve
members = lottery.panel(lottery.pick())           # a practice draw
"""

from . import messages
from .errors import Cancelled, ImpossibleQuotas, InvalidProblem, ProblemError, QuotaChange, SortitionError
from .lottery import Lottery
from .problem import Pool, Problem, Quota
from .progress import Progress
from .solve import solve
from .verify import Report, verify

__all__ = [
    "Cancelled",
    "ImpossibleQuotas",
    "InvalidProblem",
    "Lottery",
    "Pool",
    "Problem",
    "ProblemError",
    "Progress",
    "Quota",
    "QuotaChange",
    "Report",
    "SortitionError",
    "messages",
    "solve",
    "verify",
]
