"""The lottery engine: fair selection of a panel from a pool, under quotas. Pure: no Flask, no database, no
network.

problem = Problem(pool, quotas, size=110)         # raises InvalidProblem with everything that is wrong
lottery = solve(problem, seed=1)                  # leximin; raises ImpossibleQuotas with a proposal
report = verify(problem, lottery)                 # shares no code with solve
members = lottery.panel(lottery.pick())           # a practice draw
public = uniform(problem, lottery, panels=1000)   # numbered panels of equal chance, for a public number
"""

from . import messages
from .errors import Cancelled, ImpossibleQuotas, InvalidProblem, ProblemError, QuotaChange, SortitionError
from .lottery import Lottery
from .problem import Problem
from .progress import Progress
from .question import Pool, Question, Quota
from .solve import solve
from .uniform import UniformLottery, uniform
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
    "Question",
    "Quota",
    "QuotaChange",
    "Report",
    "SortitionError",
    "UniformLottery",
    "messages",
    "solve",
    "uniform",
    "verify",
]
