"""The questions to somebody who registers: one short page each. The rules are those of the service."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, RadioField, StringField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from civic.panels.models import Feature
from civic.panels.service import registrations_rules as rules
from civic.panels.service.registrations_rules import Application, Asking, Person
from civic.panels.states import Honorarium

WHO, QUESTIONS, NEEDS, CONTACT = "gegevens", "vragen", "wensen", "contact"
NOT_SAID = "0"
# marks that turn the direction of the text round them
DIRECTION_MARKS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
Part = dict[str, Any]
Parts = dict[str, Part]


def clean_line(text: str | None) -> str:
    """What was typed on one line, without control signs."""
    bare = (text or "").translate(DIRECTION_MARKS)
    return " ".join("".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in bare).split())


class Needed:
    """Must be filled in; shown as required, and said in our own words."""

    field_flags = {"required": True}

    def __init__(self, sentence: Any) -> None:
        self.sentence = sentence

    def __call__(self, _form: Any, field: Any) -> None:
        if not field.data:
            raise ValidationError(str(self.sentence))


class AtMost:
    def __init__(self, most: int) -> None:
        self.most = most
        self.field_flags = {"maxlength": most}

    def __call__(self, _form: Any, field: Any) -> None:
        if len(field.data or "") > self.most:
            raise ValidationError(rules.too_long(self.most))


def no_account(_form: Any, field: Any) -> None:
    # a book is refused for its length already
    if len(field.data or "") <= rules.EMAIL_LENGTH and rules.holds_number_of_account(field.data or ""):
        raise ValidationError(rules.no_account())


class PartForm(FlaskForm):
    """One page. `draft` says which form it belongs to: another window may have begun a new one."""

    draft = HiddenField()

    def stored(self) -> Part:
        return {field.name: field.data for field in self if field.name not in {"csrf_token", "draft"}}

    def ask(self, asking: Asking, today: date) -> None:
        """Tell the form what it needs to know of the panel."""


class CodeForm(FlaskForm):
    code = StringField(
        _l("Uw code"),
        filters=[clean_line],
        validators=[Needed(_l("Vul de code in die op uw brief staat."))],
        description=_l(
            "Twaalf letters en cijfers, bijvoorbeeld K7QM-3XDP-WT5R. Hoofdletters zijn niet nodig."
        ),
    )


class LostForm(FlaskForm):
    code = StringField(
        _l("De code op uw brief"),
        filters=[clean_line],
        validators=[Needed(_l("Vul de code in die op uw brief staat."))],
        description=_l("Twaalf letters en cijfers, bijvoorbeeld K7QM-3XDP-WT5R."),
    )
    birth_date = StringField(
        _l("Uw geboortedatum"),
        filters=[clean_line],
        validators=[Needed(_l("Vul uw geboortedatum in."))],
        description=_l("Bijvoorbeeld 31-03-1957."),
    )

    def validate_birth_date(self, field: StringField) -> None:
        if field.data and rules.parse_birth_date(field.data) is None:
            raise ValidationError(_("Schrijf uw geboortedatum als dag, maand en jaar: 31-03-1957."))


class EntranceForm(FlaskForm):
    """Without a letter: which group, and which municipality."""

    source = RadioField(
        _l("Voor welke groep meldt u zich aan?"),
        validators=[InputRequired(_l("Kies een groep."))],
        validate_choice=False,
    )
    municipality = RadioField(
        _l("In welke gemeente woont u?"),
        validators=[InputRequired(_l("Kies uw gemeente."))],
        validate_choice=False,
    )

    def offer(self, sources: list[tuple[int, str]], places: list[tuple[int, str]]) -> None:
        self.source.choices = [SelectChoice(str(number), name) for number, name in sources]
        self.municipality.choices = [SelectChoice(str(number), name) for number, name in places]
        if len(sources) == 1 and not self.source.data:
            self.source.data = str(sources[0][0])

    def validate_source(self, field: RadioField) -> None:
        _one_of(field, _("Kies een groep uit de lijst."))

    def validate_municipality(self, field: RadioField) -> None:
        _one_of(field, _("Kies een gemeente uit de lijst."))


def _one_of(field: RadioField, sentence: str) -> None:
    if field.data not in {choice.value for choice in field.choices or []}:
        raise ValidationError(sentence)


class WhoForm(PartForm):
    name = StringField(
        _l("Uw naam"),
        filters=[clean_line],
        validators=[Needed(_l("Vul uw naam in.")), AtMost(rules.NAME_LENGTH), no_account],
        description=_l("Voornaam en achternaam."),
    )
    birth_date = StringField(
        _l("Uw geboortedatum"),
        filters=[clean_line],
        validators=[Needed(_l("Vul uw geboortedatum in."))],
        description=_l("Dag, maand en jaar. Bijvoorbeeld 31-03-1957."),
    )
    street = StringField(
        _l("Straat"),
        filters=[clean_line],
        validators=[Needed(_l("Vul uw straat in.")), AtMost(rules.STREET_LENGTH), no_account],
    )
    number = StringField(
        _l("Huisnummer"),
        filters=[clean_line],
        validators=[Needed(_l("Vul uw huisnummer in."))],
        description=_l("Bijvoorbeeld 12 of 12 A."),
    )
    postcode = StringField(
        _l("Postcode"),
        filters=[clean_line, rules.written_postcode],
        validators=[Needed(_l("Vul uw postcode in."))],
        description=_l("Bijvoorbeeld 8232 AB."),
    )
    place = StringField(
        _l("Woonplaats"),
        filters=[clean_line],
        validators=[Needed(_l("Vul uw woonplaats in.")), AtMost(rules.PLACE_LENGTH), no_account],
    )

    def ask(self, asking: Asking, today: date) -> None:
        self._minimum_age, self._today = asking.minimum_age, today

    def validate_name(self, field: StringField) -> None:
        if field.data and not any(sign.isalpha() for sign in field.data):
            raise ValidationError(_("Schrijf uw naam met letters."))

    def validate_street(self, field: StringField) -> None:
        if field.data and not any(sign.isalpha() for sign in field.data):
            raise ValidationError(_("Schrijf uw straat met letters."))

    def validate_place(self, field: StringField) -> None:
        if field.data and not any(sign.isalpha() for sign in field.data):
            raise ValidationError(_("Schrijf uw woonplaats met letters."))

    def validate_birth_date(self, field: StringField) -> None:
        if not field.data:
            return
        day = rules.parse_birth_date(field.data)
        if day is None:
            raise ValidationError(_("Schrijf uw geboortedatum als dag, maand en jaar: 31-03-1957."))
        if sentence := rules.age_problem(day, self._minimum_age, self._today):
            raise ValidationError(sentence)

    def validate_number(self, field: StringField) -> None:
        if field.data and not rules.is_number(field.data):
            raise ValidationError(rules.no_number())

    def validate_postcode(self, field: StringField) -> None:
        if field.data and not rules.POSTCODE.match(field.data):
            raise ValidationError(rules.no_postcode())


class NeedsForm(PartForm):
    wants_interpreter = BooleanField(_l("Een tolk"))
    interpreter = StringField(
        _l("In welke taal?"),
        filters=[clean_line],
        validators=[AtMost(rules.LANGUAGE_LENGTH), no_account],
        description=_l("Alleen als u een tolk wilt. Ook gebarentaal kan."),
    )
    travel = BooleanField(_l("Hulp bij de reis, of geld voor de reis"))
    childcare = BooleanField(_l("Kinderopvang"))
    step_free = BooleanField(_l("Een zaal zonder trappen of drempels"))
    other = TextAreaField(
        _l("Iets anders"),
        filters=[clean_line],
        validators=[AtMost(rules.OTHER_LENGTH), no_account],
        description=_l("Vertel geen medische dingen. Zeg alleen wat wij moeten regelen."),
    )
    honorarium = RadioField(
        _l("Hoe wilt u de vergoeding krijgen?"),
        choices=[
            SelectChoice(Honorarium.LATER.value, _l("Dat zeg ik later")),
            SelectChoice(Honorarium.MONEY.value, _l("Als geld")),
            SelectChoice(Honorarium.VOUCHER.value, _l("Als cadeaubon")),
            SelectChoice(Honorarium.WAIVED.value, _l("Ik zie ervan af")),
        ],
        default=Honorarium.LATER.value,
        validators=[Needed(_l("Kies hoe u de vergoeding wilt krijgen."))],
        validate_choice=False,
    )

    def validate_interpreter(self, field: StringField) -> None:
        if self.wants_interpreter.data and not field.data:
            raise ValidationError(_("Vul in welke taal de tolk moet spreken."))

    def validate_honorarium(self, field: RadioField) -> None:
        if field.data:
            _one_of(field, _("Kies een van de antwoorden uit de lijst."))


class ContactForm(PartForm):
    email = EmailField(
        _l("Uw mailadres"),
        filters=[clean_line],
        description=_l("Dan krijgt u een bewijs en uw eigen link per mail."),
    )
    phone = TelField(
        _l("Uw telefoonnummer"),
        filters=[clean_line, rules.written_phone],
        description=_l("Dan kunnen wij u bellen als u bent geloot."),
    )

    def validate_email(self, field: EmailField) -> None:
        if field.data and not rules.is_email(field.data):
            raise ValidationError(rules.no_email())

    def validate_phone(self, field: TelField) -> None:
        if field.data and not rules.PHONE.match(field.data):
            raise ValidationError(rules.no_phone())


class ContactWithoutLetterForm(ContactForm):
    """Without a letter the mail is the proof, so an address is needed."""

    email = EmailField(
        _l("Uw mailadres"),
        filters=[clean_line],
        validators=[Needed(_l("Vul uw mailadres in. U krijgt een mail om uw aanmelding te bevestigen."))],
        description=_l("U krijgt een mail om uw aanmelding te bevestigen."),
    )


class SendForm(FlaskForm):
    """Nothing but the button."""

    draft = HiddenField()


def questions_form(asking: Asking) -> type[PartForm]:
    """A form with the questions of this panel, each with its consent beside it."""
    texts = rules.consent_texts(asking)
    fields: dict[str, Any] = {}
    if rules.CONSTITUENCY in texts:
        fields["consent_constituency"] = BooleanField(
            texts[rules.CONSTITUENCY], validators=[Needed(rules.no_consent())]
        )
    for feature in asking.asked:
        fields[f"feature_{feature.id}"] = _question(feature)
        if rules.subject_of(feature) in texts:
            fields[f"consent_{feature.id}"] = BooleanField(texts[rules.subject_of(feature)])
    return type("QuestionsForm", (PartForm,), fields)


def _question(feature: Feature) -> RadioField:
    values = [SelectChoice(str(value.number), _capital(value.value)) for value in feature.values]

    def _listed(_form: Any, field: RadioField) -> None:
        if field.data:
            _one_of(field, _("Kies een van de antwoorden uit de lijst."))

    return RadioField(
        feature.question or _capital(feature.name),
        choices=[*values, SelectChoice(NOT_SAID, _("Wil ik niet zeggen"))],
        validators=[Needed(rules.no_answer()), _listed],
        validate_choice=False,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def form_of(part: str, asking: Asking, *, by_letter: bool) -> type[PartForm]:
    if part == QUESTIONS:
        return questions_form(asking)
    if part == CONTACT:
        return ContactForm if by_letter else ContactWithoutLetterForm
    return {WHO: WhoForm, NEEDS: NeedsForm}[part]


def parts_of(asking: Asking) -> list[str]:
    """The pages of this panel; nobody gets a page without questions."""
    return [WHO, *([QUESTIONS] if asking.has_questions else []), NEEDS, CONTACT]


def application_of(parts: Parts, asking: Asking) -> Application:
    """The answers of all pages as one application; the pages were checked before."""
    who, contact, needs, said = (parts.get(one, {}) for one in (WHO, CONTACT, NEEDS, QUESTIONS))
    person = Person(
        **{name: str(who.get(name) or "") for name in ("name", "street", "number", "postcode", "place")},
        birth_date=rules.parse_birth_date(str(who.get("birth_date") or "")) or date.max,
        email=str(contact.get("email") or ""),
        phone=str(contact.get("phone") or ""),
    )
    return Application(
        person=person,
        answers=_answers(said, asking),
        needs={**needs, "interpreter": needs.get("interpreter") if needs.get("wants_interpreter") else ""},
        honorarium=Honorarium(needs.get("honorarium") or Honorarium.LATER.value),
        consents=_consents(said, asking),
    )


def _answers(said: Part, asking: Asking) -> dict[int, str | None]:
    found: dict[int, str | None] = {}
    for feature in asking.asked:
        chosen = said.get(f"feature_{feature.id}")
        if chosen:
            by_number = {str(value.number): value.value for value in feature.values}
            found[feature.id] = by_number.get(chosen)
    return found


def _consents(said: Part, asking: Asking) -> frozenset[str]:
    subjects = {"consent_constituency": rules.CONSTITUENCY}
    subjects |= {f"consent_{one.id}": rules.subject_of(one) for one in asking.asked if one.is_sensitive}
    return frozenset(subject for name, subject in subjects.items() if said.get(name))


def parts_from(application: Application, asking: Asking) -> Parts:
    """The other way round: the pages, filled in with what is stored."""
    person, needs = application.person, application.needs
    return {
        WHO: {
            **{name: getattr(person, name) for name in ("name", "street", "number", "postcode", "place")},
            "birth_date": person.birth_date.strftime("%d-%m-%Y"),
        },
        QUESTIONS: _said(application, asking),
        NEEDS: {
            **needs,
            "wants_interpreter": bool(needs.get("interpreter")),
            "honorarium": application.honorarium.value,
        },
        CONTACT: {"email": person.email, "phone": person.phone},
    }


def _said(application: Application, asking: Asking) -> Part:
    said: Part = {"consent_constituency": rules.CONSTITUENCY in application.consents}
    for feature in asking.asked:
        numbers = {value.value: str(value.number) for value in feature.values}
        answer = application.answers.get(feature.id)
        said[f"feature_{feature.id}"] = numbers.get(answer or "", NOT_SAID)
        if feature.is_sensitive:
            said[f"consent_{feature.id}"] = rules.subject_of(feature) in application.consents
    return said
