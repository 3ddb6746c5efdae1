"""The public proof of a draw: commit, public number, reveal (security.md section 6).

secrets = make_secrets(ids, "flevoland-2027-1")          # from the operating system
draw = Draw(identifier, sequence, entrants, panels, rules, secrets, procedure)
commitment = write(folder, draw)                         # refuses what its own verifier would refuse
write_confidential(safe, draw)                           # the auditor's list and the receipts
write_result(folder, Beacon(signature))                  # after the round
report = check(folder, pool=safe / "pool.json")          # `verify_draw.py`: shares no code
"""

from .draw import (
    Draw,
    Entrant,
    Hashes,
    Procedure,
    Round,
    Rule,
    Rules,
    entrants_of,
    parts_per_billion,
    practice,
    rules_of,
)
from .encoding import PRACTICE_CHAIN, QUICKNET, NotCanonical, Secret, make_secrets, practice_signature
from .folder import (
    Beacon,
    Refused,
    check,
    read_secrets,
    write,
    write_confidential,
    write_log,
    write_result,
    write_secrets,
)
from .verify_draw import Report

__all__ = [
    "PRACTICE_CHAIN",
    "QUICKNET",
    "Beacon",
    "Draw",
    "Entrant",
    "Hashes",
    "NotCanonical",
    "Procedure",
    "Refused",
    "Report",
    "Round",
    "Rule",
    "Rules",
    "Secret",
    "check",
    "entrants_of",
    "make_secrets",
    "parts_per_billion",
    "practice",
    "practice_signature",
    "read_secrets",
    "rules_of",
    "write",
    "write_confidential",
    "write_log",
    "write_result",
    "write_secrets",
]
