"""Shape and wording of the forms. What the database must judge is in the services."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from civic.initiatives.models import (
    DISTRICT_LENGTH,
    NAME_LENGTH,
    PLAN_LENGTH,
    TITLE_LENGTH,
    WISH_LENGTH,
    Initiative,
)
from civic.initiatives.presentation import REASONS, SOLUTION_OWNERS
from civic.initiatives.queries import STATEMENTS_ASKED
from civic.initiatives.service import Answers, Edit
from civic.initiatives.states import SolutionOwner, WithdrawReason
from civic.regions import queries as regions
from civic.regions.models import Municipality
from civic.regions.rules import Facts, Residence, Rules, Scope, check

POSTCODE = re.compile(r"([1-9][0-9]{3}) ?([A-Za-z]{2})\Z")
CODE = re.compile(r"[0-9]{6}\Z")
TAB = re.compile(r"[0-9a-f]{32}\Z")
REVISION = re.compile(r"[0-9]{1,9}\Z")
# marks that turn the direction of the text round them: in a title they would disturb the whole page
DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean(text: str | None) -> str:
    """What was typed without control signs (PostgreSQL refuses NUL), with one kind of line break."""
    unified = DIRECTION_MARKS.sub("", text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in unified if sign in "\n\t" or unicodedata.category(sign) != "Cc").strip()


def clean_line(text: str | None) -> str:
    return " ".join(clean(text).split())


def clean_postcode(text: str | None) -> str:
    found = POSTCODE.match(clean_line(text))
    return f"{found[1]} {found[2].upper()}" if found else clean_line(text)


class Asked:
    """Must be answered in the end: the service says so at publication, a draft may still lack it.

    Also for what only some must answer: "not required" would be untrue, so the description says who.
    """

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        return None


def at_most(limit: int) -> Length:
    return Length(max=limit, message=_l("Schrijf het korter: gebruik hoogstens %(max)d tekens."))


def is_postcode(_form: Any, field: Any) -> None:
    if field.data and not POSTCODE.match(field.data):
        raise ValidationError(_("Schrijf uw postcode als 1234 AB."))


class StartForm(FlaskForm):
    """The first question only; the draft exists from here on."""

    title = StringField(
        _l("Titel"),
        filters=[clean_line],
        validators=[DataRequired(_l("Geef uw voorstel een titel.")), at_most(TITLE_LENGTH)],
        description=_l("Zeg in één zin wat er moet gebeuren."),
    )
    wish = TextAreaField(
        _l("Wat wilt u bereiken?"),
        filters=[clean],
        validators=[DataRequired(_l("Vul in wat u wilt bereiken.")), at_most(WISH_LENGTH)],
        description=_l("Voor wie is het? Wat wordt er beter? Een paar zinnen zijn genoeg."),
    )


class DraftForm(FlaskForm):
    """The whole proposal. Only lengths and formats are checked here, so unfinished text can be saved."""

    title = StringField(
        _l("Titel"),
        filters=[clean_line],
        validators=[Asked(), at_most(TITLE_LENGTH)],
        description=_l("Zeg in één zin wat er moet gebeuren."),
    )
    wish = TextAreaField(
        _l("Wat wilt u bereiken?"),
        filters=[clean],
        validators=[Asked(), at_most(WISH_LENGTH)],
        description=_l("Voor wie is het? Wat wordt er beter?"),
    )
    plan = TextAreaField(
        _l("Hoe ziet uw plan eruit?"),
        filters=[clean],
        validators=[Asked(), at_most(PLAN_LENGTH)],
        description=_l(
            "Wat moet er gebeuren, en wat kost het ongeveer? Een lege regel maakt een nieuwe alinea."
        ),
    )
    solution_owner = RadioField(
        _l("Wie gaat de oplossing dragen?"),
        choices=[SelectChoice(owner.value, text) for owner, text in SOLUTION_OWNERS.items()],
        validators=[Asked()],
        validate_choice=False,
    )
    place_ids = SelectMultipleField(
        _l("Voor welke gemeente is uw plan?"),
        validators=[Asked()],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Kiest u er meer? Dan is er in elke gemeente genoeg steun nodig."),
    )
    scope = RadioField(
        _l("Voor wie is het?"),
        choices=[
            SelectChoice(Scope.MUNICIPALITY.value, _l("Voor de hele gemeente")),
            SelectChoice(Scope.DISTRICT.value, _l("Voor één wijk of dorp")),
        ],
        default=Scope.MUNICIPALITY.value,
        validators=[Asked()],
        validate_choice=False,
    )
    district_name = StringField(
        _l("Naam van de wijk of het dorp"),
        filters=[clean_line],
        validators=[Asked(), at_most(DISTRICT_LENGTH)],
        description=_l("Alleen nodig als uw plan voor één wijk of dorp is."),
    )
    author_name = StringField(
        _l("Uw naam"),
        filters=[clean_line],
        validators=[Asked(), at_most(NAME_LENGTH)],
        description=_l("Uw naam komt op de site bij het initiatief te staan."),
    )
    author_postcode = StringField(
        _l("Uw postcode"),
        filters=[clean_postcode],
        validators=[Asked(), at_most(20), is_postcode],
        description=_l("Bijvoorbeeld 8232 AB. We tonen uw postcode aan niemand."),
    )
    confirmed_rules = SelectMultipleField(
        _l("Wat klopt er voor uw voorstel?"),
        validators=[Asked()],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l(
            "Kruis alles aan wat klopt. Klopt iets niet? Dan leggen we uit waar u wel terechtkunt."
        ),
    )
    revision = HiddenField()
    tab = HiddenField()

    def offer(self, places: list[Municipality], rules: Rules) -> None:
        """Fill in the choices that depend on the region and on the municipality's rules."""
        self.place_ids.choices = [SelectChoice(str(place.id), place.name) for place in places]
        self.confirmed_rules.choices = statements(rules)

    def answers(self) -> Answers:
        """What was filled in; a choice that was never offered counts as not chosen."""
        offered = {choice.value for choice in self.confirmed_rules.choices or []}
        return Answers(
            title=self.title.data or "",
            wish=self.wish.data or "",
            plan=self.plan.data or "",
            place_ids=_chosen_ids(self.place_ids),
            is_district=self.scope.data == Scope.DISTRICT.value,
            district_name=self.district_name.data or "",
            solution_owner=_chosen_owner(self.solution_owner.data),
            author_name=self.author_name.data or "",
            author_postcode=self.author_postcode.data or "",
            confirmed_rules=tuple(code for code in self.confirmed_rules.data or [] if code in offered),
        )

    def edit(self) -> Edit:
        """Where this was typed. Something unreadable counts as another tab with an old revision."""
        tab = self.tab.data or ""
        return Edit(revision=revision_of(self.revision), tab=tab if TAB.match(tab) else "-")


def revision_of(field: Any) -> int:
    """The number in a hidden field; 0, which no draft has, for anything else."""
    text = field.data or ""
    return int(text) if REVISION.match(text) else 0


def draft_values(initiative: Initiative) -> dict[str, Any]:
    """A draft as the form shows it."""
    owner = initiative.solution_owner
    return {
        "title": initiative.title,
        "wish": initiative.wish,
        "plan": initiative.plan,
        "solution_owner": owner.value if owner else None,
        "place_ids": [str(place.municipality_id) for place in initiative.places],
        "scope": (Scope.DISTRICT if initiative.scope is Scope.DISTRICT else Scope.MUNICIPALITY).value,
        "district_name": initiative.district_name,
        "author_name": initiative.author_name or "",
        "author_postcode": initiative.author_postcode or "",
        "confirmed_rules": initiative.confirmed_rules,
        "revision": str(initiative.revision),
    }


def statements(rules: Rules) -> list[SelectChoice]:
    """What the author declares, in the words of the rule check itself."""
    nothing_known = Facts(initiator_is_old_enough=True, lives_in_municipality=True, lives_in_region=True)
    asked = (*STATEMENTS_ASKED, *rules.exclusion_grounds)
    return [SelectChoice(one.rule, one.sentence) for one in check(rules, nothing_known) if one.rule in asked]


def _chosen_ids(field: Any) -> tuple[int, ...]:
    offered = {choice.value for choice in field.choices}
    return tuple(int(value) for value in field.data or [] if value in offered)


def _chosen_owner(value: str | None) -> SolutionOwner | None:
    return next((owner for owner in SolutionOwner if owner.value == value), None)


class PublishForm(FlaskForm):
    """Consent, and the revision that the author checked."""

    consents = BooleanField(
        _l("Ik vind het goed dat mijn naam op de site bij dit initiatief staat."),
        validators=[InputRequired(_l("Kruis aan dat u dit goed vindt. Anders kan het niet online."))],
    )
    revision = HiddenField()


class WithdrawForm(FlaskForm):
    """Why an initiative stops, from a fixed list: the reason is public."""

    reason = RadioField(
        _l("Waarom stopt u?"),
        choices=[SelectChoice(reason.value, text) for reason, text in REASONS.items()],
        validators=[InputRequired(_l("Kies waarom u stopt."))],
        validate_choice=False,
        description=_l("Iedereen kan deze reden lezen."),
    )

    def validate_reason(self, field: Any) -> None:
        if field.data not in {reason.value for reason in WithdrawReason}:
            raise StopValidation(_("Kies waarom u stopt."))


class ConfirmForm(FlaskForm):
    """A page with one button."""


EMAIL_MESSAGE = _l("Schrijf uw mailadres als naam@voorbeeld.nl.")


class SupportForm(FlaskForm):
    """Supporting without an account."""

    name = StringField(
        _l("Uw naam"),
        filters=[clean_line],
        validators=[InputRequired(_l("Vul uw naam in.")), at_most(NAME_LENGTH)],
        description=_l("Uw naam komt niet op de site."),
    )
    email = EmailField(
        _l("Uw mailadres"),
        filters=[clean_line],
        validators=[
            InputRequired(_l("Vul uw mailadres in.")),
            Length(max=200, message=EMAIL_MESSAGE),
            Email(EMAIL_MESSAGE),
        ],
        description=_l("We sturen u een mail om uw steun te bevestigen."),
    )
    postcode = StringField(
        _l("Uw postcode"),
        filters=[clean_postcode],
        validators=[InputRequired(_l("Vul uw postcode in.")), at_most(20), is_postcode],
        description=_l("Bijvoorbeeld 8232 AB."),
    )
    declares = BooleanField(
        validators=[InputRequired(_l("Kruis dit aan als het klopt. Anders kunt u niet steunen."))]
    )

    def validate_name(self, field: Any) -> None:
        if not field.data:
            raise StopValidation(_("Vul uw naam in."))

    def ask_for(self, rules: list[Rules], places: str) -> None:
        """Word the statement as its rule sets have it: the widest door, the highest age."""
        doors = {one.residence for one in rules}
        door = next(
            one for one in (Residence.ANYONE, Residence.REGION, Residence.MUNICIPALITY) if one in doors
        )
        self.declares.label.text = {
            Residence.MUNICIPALITY: _("Ik woon in %(place)s en ik ben %(age)s jaar of ouder."),
            Residence.REGION: _("Ik woon in deze regio en ik ben %(age)s jaar of ouder."),
            Residence.ANYONE: _("Ik ben %(age)s jaar of ouder."),
        }[door] % {"place": places, "age": max(one.supporter_age for one in rules)}


class CodeForm(FlaskForm):
    """The other way to confirm, for who cannot open the link."""

    email = EmailField(
        _l("Uw mailadres"),
        filters=[clean_line],
        validators=[
            InputRequired(_l("Vul uw mailadres in.")),
            Length(max=200, message=EMAIL_MESSAGE),
            Email(EMAIL_MESSAGE),
        ],
        description=_l("Het adres waarmee u steunde."),
    )
    code = StringField(
        _l("Code uit de mail"),
        filters=[lambda text: "".join(clean(text).split())],
        validators=[InputRequired(_l("Vul de code van zes cijfers in."))],
        description=_l("De code is zes cijfers. Gebruik de nieuwste mail."),
    )

    def validate_code(self, field: Any) -> None:
        if not CODE.match(field.data or ""):
            raise StopValidation(_("De code is zes cijfers, bijvoorbeeld 123456."))


def rules_of_draft(initiative: Initiative, places: list[Municipality], day: Any) -> Rules:
    """The rules to word the statements by: of all chosen places together, or else of the first."""
    wanted = [one.municipality_id for one in initiative.places] or [places[0].id]
    found = [Rules.from_data(regions.rule_set_on(number, day).rules) for number in wanted]
    grounds = dict.fromkeys(ground for rules in found for ground in rules.exclusion_grounds)
    return replace(
        found[0],
        initiator_age=max(rules.initiator_age for rules in found),
        repeat_bar_years=max(rules.repeat_bar_years for rules in found),
        exclusion_grounds=tuple(grounds),
    )
