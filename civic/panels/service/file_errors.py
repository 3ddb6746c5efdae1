"""One sentence for one error in a file of a panel. The file comes first, and always in the same way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:
    from civic.sortition.errors import ProblemError

# the engine's own sentences for these name the file halfway, and not as the upload page calls it
SENTENCES = {
    "empty_file": _l("%(file)s: het bestand is leeg."),
    "no_rows": _l("%(file)s: er staat alleen een kop in. Er zijn geen regels."),
    "wrong_encoding": _l("%(file)s: we kunnen dit niet lezen. Sla het op als CSV UTF-8."),
    "broken_csv": _l("%(file)s, regel %(line)s: dit is niet te lezen. Kijk naar de aanhalingstekens."),
    "missing_column": _l("%(file)s: de kolom “%(column)s” ontbreekt."),
    "duplicate_column": _l("%(file)s: de kolom “%(column)s” staat er twee keer in."),
    "too_many_cells": _l("%(file)s, regel %(line)s: er zijn meer vakken dan in de kop."),
    "blank_cell": _l("%(file)s, regel %(line)s: het vak “%(column)s” is leeg."),
    "formula": _l("%(file)s, regel %(line)s: “%(value)s” is een formule. Vul de waarde zelf in."),
    "cell_too_long": _l("%(file)s, regel %(line)s: het vak “%(column)s” is langer dan %(maximum)s tekens."),
}


def sentence_of(file: str, error: ProblemError) -> str:
    """`file` is the name as the page shows it, or empty where the error is about both files together."""
    # the engine brings a solver along: loaded when somebody uploads, not when a web process starts
    from civic.sortition import messages

    if "cell" in error.params:
        # in a workbook the cell as well: "regel 7 (C7)"
        others = {name: value for name, value in error.params.items() if name != "cell"}
        place = f"{error.params['line']} ({error.params['cell']})"
        error = replace(error, params={**others, "line": place})
    own = SENTENCES.get(error.code)
    if own is not None:
        return str(own) % {**error.params, "file": file}
    sentence = messages.sentence(error)
    if not file:
        return sentence
    separator = ", " if "line" in error.params else ": "
    return f"{file}{separator}{sentence[0].lower()}{sentence[1:]}"
