"""Typing a paper sheet over: a grid of lines, with everything that is wrong said at once, on its own line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, StopValidation

from civic.calendar import today
from civic.db import now
from civic.forms import Needed
from civic.initiatives.forms import POSTCODE, clean, clean_line, clean_postcode
from civic.initiatives.models import NAME_LENGTH, SupportSheet
from civic.initiatives.models.ledger import NOTE_LENGTH
from civic.initiatives.presentation.ledger import LINE_VERDICTS
from civic.initiatives.service.sheets import MOST_LINES, Line
from civic.initiatives.sheet import LINES
from civic.initiatives.sheet.codes import parse
from civic.initiatives.states.ledger import REFUSALS, LineVerdict

DAY = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})\Z")
ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\Z")
EARLIEST = 1900
MOST_PASTED = 20_000


def read_day(text: str) -> date | None:
    """A birth date as people write it; None when it is no day."""
    found, iso = DAY.match(text), ISO.match(text)
    parts = (found[3], found[2], found[1]) if found else (iso[1], iso[2], iso[3]) if iso else None
    try:
        return date(*(int(part) for part in parts)) if parts else None
    except ValueError:
        return None


def _number(field: Any) -> int:
    """Of the line this field stands on: "lines-2-name" is on line 3."""
    return int(field.name.split("-")[1]) + 1


class LineForm(Form):
    """One line of the paper. An empty one is no line; a marked one needs nothing more."""

    name = StringField(_l("Naam"), filters=[clean_line])
    birth_date = StringField(_l("Geboortedatum"), filters=[clean_line])
    postcode = StringField(_l("Postcode"), filters=[clean_postcode])
    is_skipped = BooleanField(_l("Telt niet"))

    @property
    def is_empty(self) -> bool:
        return not (self.name.data or self.birth_date.data or self.postcode.data or self.is_skipped.data)

    def validate_name(self, field: Any) -> None:
        if self._is_read() and not field.data:
            raise StopValidation(_("Regel %(number)s: vul de naam in.", number=_number(field)))
        if len(field.data or "") > NAME_LENGTH:
            raise StopValidation(_("Regel %(number)s: schrijf de naam korter.", number=_number(field)))

    def validate_birth_date(self, field: Any) -> None:
        if not self._is_read():
            return
        day = read_day(field.data or "")
        if day is None:
            raise StopValidation(
                _("Regel %(number)s: schrijf de geboortedatum als 31-12-1980.", number=_number(field))
            )
        if not day.year >= EARLIEST or day > today(now()):
            raise StopValidation(_("Regel %(number)s: kijk nog eens naar het jaar.", number=_number(field)))

    def validate_postcode(self, field: Any) -> None:
        if self._is_read() and not POSTCODE.match(field.data or ""):
            raise StopValidation(
                _("Regel %(number)s: schrijf de postcode als 1234 AB.", number=_number(field))
            )

    def _is_read(self) -> bool:
        return not self.is_empty and not self.is_skipped.data


class SheetForm(FlaskForm):
    """Twelve lines, and more when somebody pastes them. The code stands at the bottom of the paper."""

    code = StringField(
        _l("Code van de lijst"),
        filters=[clean_line],
        validators=[Needed(_l("Vul de code in. Die staat onder aan het vel.")), Length(max=40)],
        description=_l("Rechts onder aan het vel, bijvoorbeeld ABC-DEF-G."),
    )
    lines = FieldList(FormField(LineForm), min_entries=LINES, max_entries=MOST_LINES)
    pasted = TextAreaField(
        _l("Of plak regels uit een rekenblad"),
        validators=[Optional(), Length(max=MOST_PASTED, message=_l("Plak hoogstens 40 regels tegelijk."))],
        description=_l("Per regel: naam, geboortedatum en postcode. Zet er een tab of puntkomma tussen."),
    )
    revision = HiddenField()

    def __init__(self, initiative_id: int, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initiative_id = initiative_id
        if self.is_submitted():
            self._take_pasted()

    def validate_code(self, field: Any) -> None:
        found = parse(self.initiative_id, field.data or "")
        if found is None:
            raise StopValidation(_("Deze code klopt niet. Is het wel een lijst van dit initiatief?"))
        field.data = found

    def _take_pasted(self) -> None:
        """What was pasted goes to the first free lines, and is judged with the others."""
        rows = [row for row in clean(self.pasted.data).split("\n") if row.strip()]
        if len(self.pasted.data or "") > MOST_PASTED:
            return
        free = [entry for entry in self.lines.entries if entry.form.is_empty]
        room = len(free) + MOST_LINES - len(self.lines.entries)
        if len(rows) > room:
            return  # kept in its box; `validate_pasted` says why
        for row in rows:
            entry = free.pop(0) if free else self.lines.append_entry()
            _fill(entry.form, row)
        self.pasted.data = ""

    def validate_pasted(self, field: Any) -> None:
        if field.data:
            raise StopValidation(_("Op één lijst passen hoogstens %(most)s regels.", most=MOST_LINES))

    def typed_lines(self) -> list[Line]:
        forms = [entry.form for entry in self.lines.entries]
        return [_line(number, form) for number, form in enumerate(forms, start=1) if not form.is_empty]

    def put_line_errors(self, errors: Mapping[str, Iterable[str]]) -> None:
        """What the rules of the place refuse, on the line it is about."""
        for name, sentences in errors.items():
            _lines, number, field = name.split("-")
            found = self.lines.entries[int(number)].form[field]
            said = [_("Regel %(number)s: %(text)s", number=int(number) + 1, text=one) for one in sentences]
            found.errors = [*found.errors, *said]
        self.lines.errors = [entry.errors for entry in self.lines.entries if entry.errors]


def _fill(form: Any, row: str) -> None:
    parts = [clean_line(part) for part in re.split(r"[\t;]", row)]
    parts += [""] * 3
    form.name.data, form.birth_date.data, form.postcode.data = parts[0], parts[1], clean_postcode(parts[2])


def _line(number: int, form: Any) -> Line:
    if form.is_skipped.data:
        return Line(number, is_skipped=True)
    return Line(number, form.name.data, read_day(form.birth_date.data), form.postcode.data)


def filled_form(initiative_id: int, sheet: SupportSheet) -> SheetForm:
    """A returned sheet, with what was typed the first time, each line where it stood."""
    form = SheetForm(initiative_id, formdata=None, data={"code": sheet.code})
    form.revision.data = str(sheet.revision)
    while len(form.lines.entries) < max((line.number for line in sheet.lines), default=0):
        form.lines.append_entry()
    for line in sheet.lines:
        entry = form.lines.entries[line.number - 1].form
        entry.is_skipped.data = line.verdict is LineVerdict.UNREADABLE
        entry.name.data, entry.postcode.data = line.name or "", line.postcode or ""
        entry.birth_date.data = written_day(line.birth_date)
    return form


def written_day(iso: str | None) -> str:
    day = read_day(iso or "")
    return f"{day:%d-%m-%Y}" if day else ""


class ReturnSheetForm(FlaskForm):
    note = TextAreaField(
        _l("Wat moet er anders?"),
        filters=[clean],
        validators=[
            Needed(_l("Schrijf wat er anders moet.")),
            Length(max=NOTE_LENGTH, message=_l("Schrijf het korter: gebruik hoogstens %(max)d tekens.")),
        ],
        description=_l("Noem alleen het nummer van de regel, geen namen."),
    )
    revision = HiddenField()


class CheckSheetForm(FlaskForm):
    """One choice per line that waits; the fields are made for the sheet (`check_form`)."""

    revision = HiddenField()


def check_form(sheet: SupportSheet) -> Any:
    """A form class with a field per waiting line, named by the number of the line."""
    choices = [
        SelectChoice("", _l("Kies")),
        *(SelectChoice(one.value, LINE_VERDICTS[one]) for one in _OFFERED),
    ]

    class OneSheetForm(CheckSheetForm):
        pass

    for line in sheet.lines:
        if line.verdict is LineVerdict.WAITING:
            label = _l("Regel %(number)s", number=line.number)
            setattr(OneSheetForm, f"line-{line.number}", SelectField(label, choices=choices, default=""))
    return OneSheetForm


_OFFERED = (LineVerdict.ACCEPTED, *REFUSALS)


def chosen(form: Any) -> dict[int, LineVerdict]:
    """Line number → verdict, for the lines where something was chosen."""
    known = {one.value: one for one in _OFFERED}
    fields = [field for field in form if field.name.startswith("line-")]
    return {int(f.name.removeprefix("line-")): known[f.data] for f in fields if f.data in known}
