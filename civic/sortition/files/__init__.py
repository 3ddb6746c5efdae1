"""The two tables that practitioners use, as CSV or as an Excel workbook (.xlsx): read with everything that is
wrong at once, and written so that no cell can act as a formula.

Categories: one row a quota
    category,feature,min,max      or      feature,value,min,max
    and, when wanted: min_flex,max_flex (how far a proposal may go), constituencies (which ones the quota
    binds: names with | between them; blank is all), weight (price per seat of moving it, from 0.001 to 1000;
    blank is 1)

A quota on several features at once has a plus between blanks, in both cells and as often:
    leeftijd + wijk,16-34 + Noord,2,4
Where the category has no such plus, the value is taken as it is: `studie,mbo + hbo,1,3` is one value. A plus
between blanks that belongs to the *name of a feature*, or to a *value of a joint quota*, is doubled: `++`
(and `++` becomes `+++`). A plus without blanks around it (65+, A+B) never needs anything.

Respondents: one row a person, a column for every feature of the quotas; other columns are left alone. A
column `id` names the people; without it they are numbered from 1 in the order of the file. Address columns
are chosen by the caller.

Text     separators `,` `;` and tab (also Excel's `sep=;` line); UTF-8 with or without a mark, UTF-16 with a
         mark (Excel's "Unicode text") and Windows-1252 (what Excel saves as CSV in Dutch). A cell that starts
         with = or @ is a formula and refused; an apostrophe before it, as `write_table` puts there, makes it
         text.
Excel    .xlsx and .xlsm. The sheet named categories or respondents, otherwise the first one whose header
         (the first row with anything in it) fits best; both tables may live in one workbook. Hidden sheets
         are not read. Hidden rows with anything in them (a filter hides rows too) and hidden columns that are
         needed are errors, because nobody can see what is read; so are merged cells in the table, formulas
         and values like #N/A in columns that are needed. Numbers as people see them: 5, not 5.0, and 007 in
         the format 000; dates as 2031-05-01; TRUE and FALSE. Bounds on size and number of cells are checked
         before anything is parsed.

In both: names of the fixed columns in any case, blanks around cells are dropped, line breaks in a cell become
one character, letters are composed (NFC), so that the same name typed on two computers is the same name.
Nothing is half read: where there are errors there is no pool.
"""

from __future__ import annotations

from .archive import is_workbook
from .categories import read_categories
from .reading import line_count
from .respondents import ADDRESS_COLUMN, ID_COLUMN, read_respondents
from .table import CATEGORIES, LONGEST_CELL, RESPONDENTS, Row, Source, Table
from .write import write_categories, write_respondents, write_table

__all__ = [
    "ADDRESS_COLUMN",
    "CATEGORIES",
    "ID_COLUMN",
    "LONGEST_CELL",
    "RESPONDENTS",
    "Row",
    "Source",
    "Table",
    "is_workbook",
    "line_count",
    "read_categories",
    "read_respondents",
    "write_categories",
    "write_respondents",
    "write_table",
]
