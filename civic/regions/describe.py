"""A rule set in plain Dutch: one line per rule, with its article. Screens and letters read it from here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from civic.regions.rules import (
    THRESHOLD_PURPOSES,
    THRESHOLD_SCOPES,
    Residence,
    Rules,
    Threshold,
    ground_sentences,
)


@dataclass(frozen=True)
class Line:
    """One rule: its key (as in `Rules.articles`), what it is about, what it says, and the article.

    The label of a condition says it all: "Het is geen klacht over de gemeente."
    """

    key: str
    label: str
    text: str
    article: str = ""
    is_condition: bool = False


@dataclass(frozen=True)
class Part:
    title: str
    lines: list[Line]

    @property
    def conditions(self) -> list[Line]:
        return [line for line in self.lines if line.is_condition]

    @property
    def facts(self) -> list[Line]:
        return [line for line in self.lines if not line.is_condition]


def describe(rules: Rules, population: int) -> list[Part]:
    """The whole rule set, in four parts, for a municipality of this size."""
    return [
        Part(_("Wie mag meedoen?"), _who(rules)),
        Part(_("Hoeveel steun is er nodig?"), _support(rules, population)),
        Part(_("Waar mag het over gaan?"), _subject(rules)),
        Part(_("Hoe lang duurt het?"), _time(rules)),
    ]


def labels() -> dict[str, str]:
    """What each rule is about; the keys are those of `Rules.articles`."""
    return {
        "initiator_age": _("Leeftijd om te starten"),
        "residence": _("Waar u woont"),
        "minimum_initiators": _("Samen of alleen"),
        "supporter_age": _("Leeftijd om te steunen"),
        "threshold_municipality": _("Steun voor de hele gemeente"),
        "threshold_district": _("Steun voor een wijk of buurt"),
        "threshold_agenda_request": _("Steun om alleen te laten praten"),
        "threshold_right_to_challenge": _("Steun om een taak over te nemen"),
        "accepts_together": _("Samen met andere gemeenten"),
        "collection_months": _("Tijd om steun te zoeken"),
        "repeat_bar": _("Niet te snel opnieuw"),
        "checks_before_publication": _("Controle vooraf door de griffie"),
        "repair_weeks": _("Tijd om iets te verbeteren"),
        "formal_check_weeks": _("Controle door de gemeente"),
        "council_weeks": _("Antwoord van de raad"),
        "challenge_weeks": _("Antwoord op wie een taak wil overnemen"),
        **ground_sentences(),
    }


def _line(rules: Rules, key: str, text: str) -> Line:
    return Line(key, labels().get(key, key), text, rules.articles.get(key, ""))


def _who(rules: Rules) -> list[Line]:
    residence = {
        Residence.MUNICIPALITY: _("U woont in deze gemeente."),
        Residence.REGION: _("U woont in deze regio."),
        Residence.ANYONE: _("Het maakt niet uit waar u woont."),
    }[rules.residence]
    initiators = ngettext(
        "U kunt het alleen doen.", "U doet het met minstens %(num)d mensen samen.", rules.minimum_initiators
    )
    return [
        _line(rules, "initiator_age", _age(rules.initiator_age)),
        _line(rules, "residence", residence),
        _line(rules, "minimum_initiators", initiators),
        _line(rules, "supporter_age", _age(rules.supporter_age)),
    ]


def _age(years: int) -> str:
    return str(
        _("U bent %(years)s jaar of ouder.", years=years) if years else _("Uw leeftijd maakt niet uit.")
    )


def _support(rules: Rules, population: int) -> list[Line]:
    lines = [
        _line(rules, f"threshold_{name}", _threshold(rules.thresholds[name], population))
        for name in (*(scope.value for scope in THRESHOLD_SCOPES[::-1]), *THRESHOLD_PURPOSES)
        if name in rules.thresholds
    ]
    months = ngettext("%(num)d maand", "%(num)d maanden", rules.collection_months)
    return [
        *lines,
        *_together(rules),
        _line(rules, "collection_months", _("U hebt %(months)s om steun te zoeken.", months=months)),
    ]


def _threshold(threshold: Threshold, population: int) -> str:
    needed = threshold.needed(population)
    people = ngettext("%(n)s persoon", "%(n)s mensen", needed, n=_count(needed))
    if threshold.number is not None:
        return f"{people}."
    share = format_decimal((threshold.share_per_mille or 0) / 10)
    if threshold.cap is None:
        sentence = _("%(share)s%% van de inwoners. Dat zijn nu %(people)s.", share=share, people=people)
    else:
        sentence = _(
            "%(share)s%% van de inwoners, en nooit meer dan %(cap)s. Dat zijn nu %(people)s.",
            share=share,
            cap=_count(threshold.cap),
            people=people,
        )
    return str(sentence)


def _count(number: int) -> str:
    return str(format_decimal(number))


def _subject(rules: Rules) -> list[Line]:
    lines = [replace(_line(rules, one, _("Geldt")), is_condition=True) for one in rules.exclusion_grounds]
    if rules.repeat_bar_years:
        text = _("De raad besloot hier de laatste %(years)s jaar niet over.", years=rules.repeat_bar_years)
    else:
        text = _("U mag altijd opnieuw beginnen over hetzelfde onderwerp.")
    return [*lines, _line(rules, "repeat_bar", text)]


def _together(rules: Rules) -> list[Line]:
    if not rules.accepts_together:
        return []
    text = _("Genoeg steun in alle gemeenten samen is hier ook genoeg.")
    return [_line(rules, "accepts_together", text)]


def _check_before(rules: Rules) -> list[Line]:
    if not rules.checks_before_publication:
        return []
    text = _(
        "De griffie kijkt binnen %(w)s naar uw voorstel. Daarna gaat het online.", w=_weeks(rules.desk_weeks)
    )
    return [_line(rules, "checks_before_publication", text)]


def _time(rules: Rules) -> list[Line]:
    return [
        *_check_before(rules),
        _line(
            rules,
            "formal_check_weeks",
            _("De gemeente controleert het binnen %(w)s.", w=_weeks(rules.formal_check_weeks)),
        ),
        _line(
            rules,
            "repair_weeks",
            _("Klopt er iets niet? Dan hebt u %(w)s om dat te verbeteren.", w=_weeks(rules.repair_weeks)),
        ),
        _line(rules, "council_weeks", _("De raad besluit binnen %(w)s.", w=_weeks(rules.council_weeks))),
        *_challenge_time(rules),
    ]


def _challenge_time(rules: Rules) -> list[Line]:
    if rules.challenge_weeks is None:
        return []
    sentence = _("Het college besluit binnen %(w)s.", w=_weeks(rules.challenge_weeks))
    return [_line(rules, "challenge_weeks", sentence)]


def _weeks(count: int) -> str:
    return str(ngettext("%(num)d week", "%(num)d weken", count))
