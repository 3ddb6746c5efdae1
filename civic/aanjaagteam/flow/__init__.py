"""The figures of the aanjaagteam: from the event log to cases, from cases to numbers.

Pure: no web and no database. numpy does the counting, so import this package where it is used, not when
the site starts. The definitions are those of docs/cijfers-aanjaagteam.md; a slow second implementation in
tests/aanjaagteam/slow_flow.py must give the same numbers on any history.
"""
