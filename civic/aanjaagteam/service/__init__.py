"""Writing: take a report in, and move it along. Every change is checked against the version that was read."""

from __future__ import annotations

from civic.aanjaagteam.service.codes import (
    ALPHABET,
    CODE_LENGTH,
    code_hash,
    is_own_token,
    new_token,
    normalised_code,
    written_code,
)
from civic.aanjaagteam.service.intake import FIRST_ANSWER, FIRST_ANSWER_TERM, NewReport, Receipt, submit
from civic.aanjaagteam.service.knots import Knot, Option, ProcessFix, decide
from civic.aanjaagteam.service.moves import (
    Ending,
    Refusal,
    Reopening,
    Triage,
    add_note,
    assign,
    change_process,
    close,
    decline,
    log_read,
    measure,
    reopen,
    triage,
)

__all__ = [
    "ALPHABET",
    "CODE_LENGTH",
    "FIRST_ANSWER",
    "FIRST_ANSWER_TERM",
    "Ending",
    "Knot",
    "NewReport",
    "Option",
    "ProcessFix",
    "Receipt",
    "Refusal",
    "Reopening",
    "Triage",
    "add_note",
    "assign",
    "change_process",
    "close",
    "code_hash",
    "decide",
    "decline",
    "is_own_token",
    "log_read",
    "measure",
    "new_token",
    "normalised_code",
    "reopen",
    "submit",
    "triage",
    "written_code",
]
