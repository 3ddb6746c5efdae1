"""Seats over municipalities and constituencies, in whole numbers and exact fractions.

apportion(populations, 150, rule="square_root", floor=3)         seats per municipality
apportion_table(populations, 150, {"a": 1, "b": 1, "c": 1})      municipality x constituency, both margins
fit_table(rows, columns, weights, floor)                         a table for margins and weights of one's own
check_apportionment(result), check_table(table)                  do the seats follow from the figures? (no
shared code)

Own code, and short, for three reasons. The engine's core takes numpy and highspy only. `apportionment` 1.0
(MIT) knows neither floors nor ceilings nor tables, and its quota check goes through floats. `biprop` 1.0.4 is
GPL, needs pandas, scales with floats and says itself that it may not end; ties, which are the rule here
(three equal thirds), are what scaling stalls on.

Sources: M. L. Balinski and H. P. Young, *Fair Representation: Meeting the Ideal of One Man, One Vote*, 2nd
ed., Brookings 2001 (methods, quota, minimum requirements); F. Pukelsheim, *Proportional Representation*, 2nd
ed., Springer 2017 (divisor methods with minimum and maximum, biproportional tables).
"""

from .check import check_apportionment, check_table
from .rules import Apportionment, Populations, Rule, Tie, apportion
from .tables import Cells, Table, apportion_table, fit_table

__all__ = [
    "Apportionment",
    "Cells",
    "Populations",
    "Rule",
    "Table",
    "Tie",
    "apportion",
    "apportion_table",
    "check_apportionment",
    "check_table",
    "fit_table",
]
