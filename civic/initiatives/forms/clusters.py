"""The forms round clusters."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Length, Regexp

from civic.forms import Needed
from civic.initiatives.forms import at_most, clean, clean_line
from civic.initiatives.models.clusters import MEMBER_NAME_LENGTH, TEXT_LENGTH, TOPIC_LENGTH

NUMBER = Regexp(r"([1-9][0-9]{0,8})?\Z", message=_l("Schrijf alleen het nummer."))


class ClusterForm(FlaskForm):
    topic = StringField(
        _l("Onderwerp"),
        filters=[clean_line],
        validators=[Needed(_l("Geef het onderwerp een naam.")), at_most(TOPIC_LENGTH)],
        description=_l("Iedereen kan dit lezen. Noem geen personen."),
    )
    text = TextAreaField(
        _l("Wat hebben deze mensen gemeen?"),
        filters=[clean],
        validators=[Needed(_l("Schrijf wat deze mensen gemeen hebben.")), at_most(TEXT_LENGTH)],
        description=_l("Dit staat ook in de mail aan wie u uitnodigt."),
    )


class ItemForm(FlaskForm):
    initiative_id = StringField(
        _l("Nummer van een initiatief"),
        filters=[clean_line],
        validators=[NUMBER],
        description=_l("Het nummer staat in het adres van de pagina."),
    )
    report_id = StringField(_l("Nummer van een melding"), filters=[clean_line], validators=[NUMBER])

    def numbers(self) -> tuple[int | None, int | None]:
        initiative, report = self.initiative_id.data, self.report_id.data
        return (int(initiative) if initiative else None), (int(report) if report else None)


class JoinForm(FlaskForm):
    name = StringField(
        _l("Uw naam, zoals de groep die ziet"),
        filters=[clean_line],
        validators=[
            Needed(_l("Vul een naam in.")),
            Length(max=MEMBER_NAME_LENGTH, message=_l("Schrijf een kortere naam.")),
        ],
        description=_l("Alleen mensen in de groep zien deze naam."),
    )
    is_contact = BooleanField(
        _l("Ik wil het aanspreekpunt zijn"),
        description=_l("De groep en de gemeente zien dan ook uw mailadres."),
    )
