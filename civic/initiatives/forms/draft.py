"""The forms of who writes: the first question, and the whole proposal. A draft may lack anything."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from civic.initiatives.forms import (
    TAB,
    Asked,
    at_most,
    clean,
    clean_line,
    clean_postcode,
    is_postcode,
    revision_of,
)
from civic.initiatives.models import (
    DISTRICT_LENGTH,
    NAME_LENGTH,
    PLAN_LENGTH,
    TITLE_LENGTH,
    WISH_LENGTH,
    Initiative,
)
from civic.initiatives.presentation import SOLUTION_OWNERS
from civic.initiatives.presentation.kinds import AGE_BANDS, KIND_WISHES
from civic.initiatives.queries import STATEMENTS_ASKED
from civic.initiatives.queries.doors import rules_together
from civic.initiatives.service import Answers, Edit
from civic.initiatives.states import InitiativeKind, SolutionOwner
from civic.initiatives.states.kinds import ASKED_OF_MUNICIPALITY
from civic.initiatives.states.people import AgeBand
from civic.regions.models import Municipality
from civic.regions.rules import Facts, Rules, Scope, check


def wish_field(needed: Any) -> TextAreaField:
    """The question that everything begins with."""
    return TextAreaField(
        _l("Wat wilt u bereiken?"),
        filters=[clean],
        validators=[needed, at_most(WISH_LENGTH)],
        description=_l("Voor wie is het? Wat wordt er beter? Een paar zinnen zijn genoeg."),
    )


def tab_of(form: Any) -> Edit:
    """Where this was typed. Something unreadable counts as another tab with an old revision."""
    tab = form.tab.data or ""
    return Edit(revision=revision_of(form.revision), tab=tab if TAB.match(tab) else "-")


class StartForm(FlaskForm):
    """The first question only; nothing is stored yet."""

    wish = wish_field(DataRequired(_l("Vul in wat u wilt bereiken.")))


class DraftForm(FlaskForm):
    """The whole proposal. Only lengths and formats are checked here, so unfinished text can be saved."""

    kind = RadioField(
        _l("Hoe wilt u dat bereiken?"),
        choices=[SelectChoice(kind.value, text) for kind, text in KIND_WISHES.items()],
        validators=[Asked()],
        validate_choice=False,
    )
    title = StringField(
        _l("Titel"),
        filters=[clean_line],
        validators=[Asked(), at_most(TITLE_LENGTH)],
        description=_l("Zeg in één zin wat er moet gebeuren."),
    )
    wish = wish_field(Asked())
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
    wants_buddy = BooleanField(_l("Wij willen graag een maatje van de gemeente dat ons op weg helpt."))
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
        render_kw={"list": "bekende-wijken"},  # tilemap/_districts.html
    )
    author_name = StringField(
        _l("Uw naam"),
        filters=[clean_line],
        validators=[Asked(), at_most(NAME_LENGTH)],
        description=_l("Uw naam komt op de site bij het initiatief te staan."),
    )
    age_band = RadioField(
        _l("Hoe oud bent u?"),
        choices=[SelectChoice(band.value, text) for band, text in AGE_BANDS.items()],
        validators=[Asked()],
        validate_choice=False,
        description=_l("Bent u jonger dan 18? Dan vragen we uw ouder of voogd of het goed is."),
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

    def offer(
        self, initiative: Initiative, places: list[Municipality], rules: Rules, is_author: bool
    ) -> None:
        """Leave out what is not asked of this kind or of who writes along, and fill in the choices."""
        if not is_author:
            del self.author_name, self.author_postcode, self.age_band
        if initiative.kind in ASKED_OF_MUNICIPALITY:
            del self.wants_buddy
        else:
            del self.confirmed_rules
        if "author_postcode" in self and initiative.kind not in ASKED_OF_MUNICIPALITY:
            del self.author_postcode
        self.place_ids.choices = [SelectChoice(str(place.id), place.name) for place in places]
        if "confirmed_rules" in self:
            self.confirmed_rules.choices = statements(rules)

    def answers(self, initiative: Initiative) -> Answers:
        """What was filled in; a choice that was never offered counts as not chosen.

        What is not on this page stays as it was.
        """
        return Answers(
            title=self.title.data or "",
            wish=self.wish.data or "",
            plan=self.plan.data or "",
            place_ids=_chosen_ids(self.place_ids),
            is_district=self.scope.data == Scope.DISTRICT.value,
            district_name=self.district_name.data or "",
            solution_owner=_chosen(SolutionOwner, self.solution_owner.data),
            author_name=self._line("author_name"),
            author_postcode=self._line("author_postcode"),
            confirmed_rules=self._confirmed(initiative),
            kind=_chosen(InitiativeKind, self.kind.data),
            age_band=_chosen(AgeBand, self.age_band.data) if "age_band" in self else None,
            wants_buddy=bool(self.wants_buddy.data) if "wants_buddy" in self else None,
        )

    def _line(self, name: str) -> str | None:
        return (self[name].data or "") if name in self else None

    def _confirmed(self, initiative: Initiative) -> tuple[str, ...]:
        if "confirmed_rules" not in self:
            return tuple(initiative.confirmed_rules)
        offered = {choice.value for choice in self.confirmed_rules.choices or []}
        return tuple(code for code in self.confirmed_rules.data or [] if code in offered)

    def edit(self) -> Edit:
        return tab_of(self)


def draft_values(initiative: Initiative) -> dict[str, Any]:
    """A draft as the form shows it."""
    owner, band = initiative.solution_owner, initiative.age_band
    return {
        "kind": initiative.kind.value,
        "title": initiative.title,
        "wish": initiative.wish,
        "plan": initiative.plan,
        "solution_owner": owner.value if owner else None,
        "wants_buddy": initiative.project.wants_buddy if initiative.project else False,
        "place_ids": [str(place.municipality_id) for place in initiative.places],
        "scope": (Scope.DISTRICT if initiative.scope is Scope.DISTRICT else Scope.MUNICIPALITY).value,
        "district_name": initiative.district_name,
        "author_name": initiative.author_name or "",
        "age_band": band.value if band else None,
        "author_postcode": initiative.author_postcode or "",
        "confirmed_rules": initiative.confirmed_rules,
        "revision": str(initiative.revision),
    }


def statements(rules: Rules) -> list[SelectChoice]:
    """What the author declares, in the words of the rule check itself."""
    nothing_known = Facts(initiator_is_old_enough=True, lives_in_municipality=True, lives_in_region=True)
    asked = (*STATEMENTS_ASKED, *rules.exclusion_grounds)
    return [SelectChoice(one.rule, one.sentence) for one in check(rules, nothing_known) if one.rule in asked]


def rules_of_draft(initiative: Initiative, places: list[Municipality], day: Any) -> Rules:
    """The rules to word the statements by: of all chosen places together, or else of the first."""
    chosen = [one.municipality for one in initiative.places] or places[:1]
    return rules_together(chosen, initiative.kind, day)


def _chosen_ids(field: Any) -> tuple[int, ...]:
    offered = {choice.value for choice in field.choices}
    return tuple(int(value) for value in field.data or [] if value in offered)


def _chosen(options: Any, value: str | None) -> Any:
    return next((one for one in options if one.value == value), None)
