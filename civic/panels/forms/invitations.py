"""Shape and wording of the forms about letters, codes and what left a registry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, ValidationError
from wtforms.widgets import CheckboxInput

from civic.forms import Between, Needed, OneOf, squeezed
from civic.panels.service.invitations import LONGEST_REASON, MOST_LETTERS
from civic.panels.service.invitations_extractions import MOST_PEOPLE

# "5550", or "5.550" with the dot where a thousand ends; "5.5" is a mistake, not 55
NUMBER = re.compile(r"\d{1,9}\Z|\d{1,3}(\.\d{3}){1,2}\Z", re.ASCII)
BLOCK_REASONS = ("lost", "deceased", "moved", "refused", "other")


class Count(IntegerField):
    """A whole number as people write it in Dutch; what cannot be read stays in the box."""

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = valuelist[0].strip() if valuelist else ""
        if typed and not NUMBER.match(typed):
            raise ValueError(self.complaint())
        self.data = int(typed.replace(".", "")) if typed else None

    def complaint(self) -> str:
        return str(_("Schrijf een heel getal, zoals 1.250."))


class Box(Count):
    """One of many numbers on a page: the sentence above the form must say which one is wrong."""

    def complaint(self) -> str:
        return str(_("%(box)s: schrijf een heel getal, zoals 1.250.", box=self.label.text))

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data > MOST_LETTERS:
            raise ValidationError(_("%(box)s: kies een getal van 0 tot 200.000.", box=self.label.text))


class Day(DateField):
    """A day as browsers send it, or as people write it."""

    data: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, format=["%Y-%m-%d", "%d-%m-%Y"], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        try:
            super().process_formdata([one.strip() for one in valuelist if one.strip()])
        except ValueError:
            raise ValueError(_("Schrijf de datum zo: 23-11-2026.")) from None


class WaveForm(FlaskForm):
    """A closing day, a reason for a later wave, and a number per municipality and source (`wave_form`)."""

    # the number the wave gets: a form that is sent twice makes one wave
    number = Count(_l("Ronde"))
    closes_on = Day(
        _l("Laatste dag om u aan te melden"),
        validators=[Needed(_l("Kies tot en met welke dag een code werkt."))],
    )
    reason = TextAreaField(
        _l("Waarom is er nog een ronde nodig?"),
        filters=[squeezed],
        validators=[Length(max=LONGEST_REASON, message=_l("Gebruik hooguit 300 tekens."))],
    )

    def letters(self) -> dict[tuple[int, int], int]:
        """(municipality id, source id) → letters, without the empty boxes."""
        found = {}
        for field in self:
            pair = _pair(field.name)
            if pair is not None and field.data:
                found[pair] = int(field.data)
        return found

    def letters_field(self, municipality_id: int, source_id: int) -> Any:
        return getattr(self, _name(municipality_id, source_id), None)


def _name(municipality_id: int, source_id: int) -> str:
    return f"letters_{municipality_id}_{source_id}"


def _pair(name: str) -> tuple[int, int] | None:
    parts = name.split("_")
    return (int(parts[1]), int(parts[2])) if parts[0] == "letters" and len(parts) == 3 else None


def wave_form(
    labels: Mapping[tuple[int, int], str], letters: Mapping[tuple[int, int], int], **values: Any
) -> WaveForm:
    """A form with one box per (municipality id, source id), filled with `letters`."""
    boxes = {_name(*pair): Box(label) for pair, label in labels.items()}
    kind = type("WaveFormWithBoxes", (WaveForm,), boxes)
    form: WaveForm = kind(data={**values, **{_name(*pair): letters.get(pair, 0) for pair in labels}})
    return form


class BlockForm(FlaskForm):
    code = StringField(_l("De code op de brief"), validators=[Needed(_l("Vul de code in."))])
    action = RadioField(
        _l("Wat wilt u doen?"),
        choices=[SelectChoice("block", _l("Blokkeren")), SelectChoice("unblock", _l("Weer vrijgeven"))],
        default="block",
        validate_choice=False,
        validators=[OneOf(_l("Kies wat u wilt doen."))],
    )
    reason = RadioField(
        _l("Waarom?"),
        choices=[
            SelectChoice("lost", _l("De brief is kwijt")),
            SelectChoice("deceased", _l("De persoon is overleden")),
            SelectChoice("moved", _l("De persoon woont er niet meer")),
            SelectChoice("refused", _l("De persoon wil geen brief")),
            SelectChoice("other", _l("Iets anders")),
        ],
        default="lost",
        validate_choice=False,
        validators=[OneOf(_l("Kies waarom."))],
    )


GROUNDS = (
    SelectChoice("brp", _l("Artikel 3.8 van de Wet BRP")),
    SelectChoice("other", _l("Een andere grond")),
)
BRP = "Artikel 3.8 Wet BRP"


class ExtractionForm(FlaskForm):
    ground = RadioField(
        _l("Op welke grond?"),
        choices=list(GROUNDS),
        default="brp",
        validate_choice=False,
        validators=[OneOf(_l("Kies de grond."))],
    )
    explanation = StringField(
        _l("Welke verordening, of welke andere grond?"),
        filters=[squeezed],
        validators=[
            Needed(_l("Noem de verordening, of leg de grond uit.")),
            Length(5, 150, _l("Gebruik 5 tot 150 tekens.")),
        ],
    )
    purpose = StringField(
        _l("Waarvoor?"),
        filters=[squeezed],
        validators=[
            Needed(_l("Schrijf waarvoor u de gegevens gebruikt.")),
            Length(5, 300, _l("Gebruik 5 tot 300 tekens.")),
        ],
    )
    fields = SelectMultipleField(
        _l("Welke gegevens?"),
        validate_choice=False,
        option_widget=CheckboxInput(),
        validators=[Needed(_l("Kies welke gegevens u uit het register haalde."))],
    )
    people = Count(
        _l("Van hoeveel mensen?"),
        validators=[
            Needed(_l("Vul in van hoeveel mensen u gegevens haalde.")),
            Between(1, MOST_PEOPLE, _l("Kies een getal van 1 tot 200.000.")),
        ],
    )
    recipient = StringField(
        _l("Wie kreeg de gegevens?"),
        filters=[squeezed],
        validators=[
            Needed(_l("Schrijf welke afdeling of drukker de gegevens kreeg.")),
            Length(2, 200, _l("Gebruik 2 tot 200 tekens.")),
        ],
    )
    extracted_on = Day(_l("Op welke dag haalde u de gegevens?"), validators=[Needed(_l("Kies de dag."))])
    destroyed_on = Day(_l("Op welke dag zijn ze vernietigd?"))

    def ground_text(self) -> str:
        words = self.explanation.data or ""
        return f"{BRP}: {words}" if self.ground.data == "brp" else words


class DestroyedForm(FlaskForm):
    destroyed_on = Day(
        _l("Op welke dag zijn de gegevens vernietigd?"), validators=[Needed(_l("Kies de dag."))]
    )
