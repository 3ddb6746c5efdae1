"""The forms to follow by mail, to change that, and to ask for the link again."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField
from wtforms.fields.choices import SelectChoice

from civic.forms import EmailAddress, Needed, OneOf, squeezed
from civic.initiatives.states.follow import FollowScope, Rhythm, Subject
from civic.regions.models import Municipality

RHYTHMS = {
    Rhythm.WEEKLY: _l("Hooguit één keer per week"),
    Rhythm.DAILY: _l("Hooguit één keer per dag"),
}


def _email(description: Any) -> EmailField:
    return EmailField(
        _l("Uw mailadres"),
        filters=[squeezed],
        validators=[Needed(_l("Vul uw mailadres in.")), EmailAddress()],
        description=description,
    )


class RhythmForm(FlaskForm):
    """Also for who is signed in: their address is known."""

    rhythm = RadioField(
        _l("Hoe vaak wilt u mail?"),
        choices=[SelectChoice(one.value, text) for one, text in RHYTHMS.items()],
        validators=[OneOf(_l("Kies hoe vaak u mail wilt."))],
        validate_choice=False,
        default=Rhythm.WEEKLY.value,
        description=_l("Zonder nieuws geen mail. Een besluit van de raad mailen we meteen."),
    )

    def chosen(self) -> Rhythm:
        return Rhythm(self.rhythm.data)


class FollowForm(RhythmForm):
    email = _email(_l("We sturen u een mail om te bevestigen."))


class LinkForm(FlaskForm):
    email = _email(_l("Het adres waarop u de mail krijgt."))


class FollowMoreForm(FollowForm):
    """All initiatives of one municipality, or of the whole region."""

    what = RadioField(
        _l("Wat wilt u volgen?"),
        validators=[OneOf(_l("Kies wat u wilt volgen."))],
        validate_choice=False,
        default=FollowScope.EVERYTHING.value,
    )

    def offer(self, places: list[Municipality]) -> None:
        self.what.choices = [
            SelectChoice(FollowScope.EVERYTHING.value, str(_l("Alle initiatieven in de regio"))),
            *(SelectChoice(place.slug, place.name) for place in places),
        ]

    def subject(self, places: list[Municipality]) -> Subject:
        chosen = next((place for place in places if place.slug == self.what.data), None)
        if chosen is None:
            return Subject(FollowScope.EVERYTHING)
        return Subject(FollowScope.MUNICIPALITY, municipality_id=chosen.id)
