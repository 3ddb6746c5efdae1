"""The questions for a reporter: five at most, and only the story is required."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Length, Optional

from civic.aanjaagteam import wording
from civic.aanjaagteam.forms.core import ChoiceField, clean_line, clean_text, number_or_none, place_choices
from civic.aanjaagteam.models import STORY_LENGTH
from civic.aanjaagteam.models.intake import STEP_LENGTH
from civic.aanjaagteam.queries.intake import UnitChoice
from civic.aanjaagteam.states import Channel, Waiting
from civic.aanjaagteam.states.facts import ReportKind
from civic.aanjaagteam.states.intake import Origin
from civic.aanjaagteam.wording.intake import REQUIRED
from civic.calendar import add_months
from civic.regions.queries import Choice

MONTHS_BACK = 60
TOO_LONG = _l("Maak deze tekst korter. Hij mag %(max)d tekens lang zijn.")


@dataclass(frozen=True)
class Way:
    """Which form somebody has before them: it decides the questions and stands in the address."""

    channel: Channel = Channel.WEB
    kind: ReportKind = ReportKind.SLUGGISH
    is_employee: bool = False
    origin: Origin | None = None

    @property
    def is_double(self) -> bool:
        return self.kind is ReportKind.DOUBLE_QUESTION

    @property
    def address(self) -> dict[str, str]:
        """For `url_for`: the form that is sent knows which form it was."""
        found = {
            "voor": "medewerker" if self.is_employee else "",
            "soort": "dubbel" if self.is_double else "",
            "van": self.origin.link if self.origin else "",
        }
        return {name: value for name, value in found.items() if value}


@lru_cache(maxsize=8)
def _months(first: date, locale: str) -> tuple[tuple[str, str, str], ...]:
    """Value, name and year; writing sixty months out takes longer than all the rest of a form."""
    days = [add_months(first, -back) for back in range(MONTHS_BACK)]
    return tuple((f"{day:%Y-%m}", format_date(day, "MMMM y", locale=locale), str(day.year)) for day in days)


def month_choices(on: date) -> list[SelectChoice]:
    """The months of the last five years, newest first, in a group per year; then everything before.

    "Longer" is kept as the month before the oldest one in the list: the waiting time is then at least right.
    """
    first = on.replace(day=1)
    named = [
        SelectChoice(value, name, optgroup=year)
        for value, name, year in _months(first, str(get_locale() or "nl"))
    ]
    longer = SelectChoice(f"{add_months(first, -MONTHS_BACK):%Y-%m}", _("Langer dan vijf jaar"))
    return [SelectChoice("", _("Ik weet het niet")), *named, longer]


def unit_places(units: Iterable[UnitChoice], nothing: Any) -> list[SelectChoice]:
    """Units in a group per municipality."""
    region = _("De hele regio")
    named = [SelectChoice(str(unit.id), unit.name, optgroup=unit.place or region) for unit in units]
    return [SelectChoice("", nothing), *named]


def _step(label: Any, name: str) -> StringField:
    needed = DataRequired(message=REQUIRED[name])
    return StringField(label, [needed, Length(max=STEP_LENGTH, message=TOO_LONG)], filters=[clean_line])


class ReportForm(FlaskForm):
    """All questions there are; `shape` leaves at most five. `token` makes the same post twice one report."""

    story = TextAreaField(
        _l("Wat loopt er vast?"),
        [DataRequired(message=wording.REQUIRED["story"]), Length(max=STORY_LENGTH, message=TOO_LONG)],
        filters=[clean_text],
    )
    step_a = _step(_l("Wie vroeg het eerst?"), "step_a")
    step_b = _step(_l("Wie vroeg het nog een keer?"), "step_b")
    since = ChoiceField(_l("Sinds wanneer speelt dit?"), [Optional()])
    waiting = ChoiceField(
        _l("Wie wacht hierop?"),
        [Optional()],
        choices=[SelectChoice(value.value, text) for value, text in wording.WAITING.items()],
        default="unknown",
    )
    municipality = ChoiceField(_l("Welke gemeente gaat het over?"), [Optional()])
    unit = ChoiceField(_l("Om welke afdeling gaat het?"), [Optional()])
    email = EmailField(
        _l("Uw mailadres"),
        [
            Optional(),
            Length(max=190, message=_l("Dit mailadres is te lang.")),
            Email(message=_l("Schrijf een mailadres zoals naam@voorbeeld.nl.")),
        ],
        filters=[clean_line],
    )
    token = HiddenField()

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: FlaskForm) -> None:
            """Every sentence here is our own; the library would read its own from disk at each request."""

    def shape(self, way: Way) -> None:
        """Leave the questions of this way only."""
        absent = ["since", "waiting"] if way.is_double else ["step_a", "step_b"]
        absent.append("municipality" if way.is_employee else "unit")
        for name in absent:
            delattr(self, name)
        if way.is_double:
            self.story.label.text = _("Welke vraag kreeg u twee keer?")
            self.story.validators = [DataRequired(message=REQUIRED["question"]), *self.story.validators[1:]]

    def fill(self, on: date, places: Iterable[Choice], units: Iterable[UnitChoice]) -> None:
        nothing = _("Dat weet ik niet, of dat zeg ik liever niet")
        if "since" in self:
            self.since.choices = month_choices(on)
        if "municipality" in self:
            self.municipality.choices = place_choices(places, nothing)
        if "unit" in self:
            self.unit.choices = unit_places(units, nothing)

    def answer(self, name: str) -> str:
        """What was answered; "" for a question that is not on this form."""
        return str(self[name].data or "") if name in self else ""

    @property
    def since_on(self) -> date | None:
        text = self.answer("since")
        return date.fromisoformat(f"{text}-01") if text else None

    @property
    def who_waits(self) -> Waiting:
        return Waiting(self.answer("waiting") or "unknown")

    @property
    def steps(self) -> tuple[str, str] | None:
        return (self.answer("step_a"), self.answer("step_b")) if "step_a" in self else None

    @property
    def unit_id(self) -> int | None:
        return number_or_none(self.answer("unit"))
