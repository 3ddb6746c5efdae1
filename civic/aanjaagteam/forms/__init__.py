"""The forms: shape and wording."""

from __future__ import annotations

from civic.aanjaagteam.forms.core import (
    UNWANTED,
    AssignForm,
    ChangeForm,
    ChoiceField,
    CloseForm,
    CodeForm,
    DeclineForm,
    NoteForm,
    OneOfField,
    RevisionForm,
    TriageForm,
    clean_line,
    clean_text,
    first_value,
    number_or_none,
    place_choices,
    put_errors,
)
from civic.aanjaagteam.forms.knots import DecideForm

__all__ = [
    "UNWANTED",
    "AssignForm",
    "ChangeForm",
    "ChoiceField",
    "CloseForm",
    "CodeForm",
    "DecideForm",
    "DeclineForm",
    "NoteForm",
    "OneOfField",
    "RevisionForm",
    "TriageForm",
    "clean_line",
    "clean_text",
    "first_value",
    "number_or_none",
    "place_choices",
    "put_errors",
]
