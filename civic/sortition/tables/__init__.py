"""Tables: seat people at mixed tables, round after round, so that they meet as many others as can be.

plan = TablePlan(pool, sizes=(5, 5, 5, 10), facilitators=staff, apart=(("p1", "p7"),))   # InvalidProblem
seating = seat(plan, seed=1)                       # seating.rounds[r][t] are ids
errors = check_seating(plan, seating)              # shares no code with seat; () means right
"""

from .arrange import seat
from .check import check_seating
from .plan import FixedPlace, TablePlan
from .seating import Seating, Statistics

__all__ = ["FixedPlace", "Seating", "Statistics", "TablePlan", "check_seating", "seat"]
