"""The Dutch sentence for every error code: one place, for the command line and the site alike."""

from __future__ import annotations

from .errors import ProblemError, QuotaChange

FILES = {"categories": "het bestand met quota", "respondents": "het bestand met aanmeldingen"}

SENTENCES = {
    # the question itself
    "empty_pool": "Er zijn geen aanmeldingen.",
    "size_below_one": "Het panel heeft minstens 1 plaats nodig.",
    "size_too_large": "Een panel heeft hoogstens {maximum} plaatsen.",
    "size_above_pool": "Er zijn {size} plaatsen, maar er zijn {pool} aanmeldingen.",
    "duplicate_feature": "Het kenmerk “{feature}” staat er twee keer in.",
    "duplicate_id": "Het nummer “{id}” komt {times} keer voor. Geef iedereen een eigen nummer.",
    "blank_id": "Een aanmelding heeft geen nummer ({times} keer).",
    "wrong_shape": "Niet elke aanmelding heeft een waarde voor elk kenmerk.",
    "missing_feature": "Er is een quotum voor “{feature}”, maar dat kenmerk staat niet bij de aanmeldingen.",
    "duplicate_quota": "Het quotum voor “{quota}” staat er twee keer in.",
    "negative_minimum": "Het minimum voor “{quota}” is {min}. Het kan niet onder nul zijn.",
    "min_above_max": "Voor “{quota}” is het minimum ({min}) hoger dan het maximum ({max}).",
    "feature_twice": "Het quotum “{quota}” noemt een kenmerk twee keer.",
    "unknown_value": "Bij {id}: de waarde “{value}” hoort niet bij “{feature}”.",
    "minima_above_size": "De minima van “{feature}” zijn samen {sum}. Er zijn maar {size} plaatsen.",
    "maxima_below_size": "De maxima van “{feature}” zijn samen {sum}. Er zijn {size} plaatsen te vullen.",
    "quota_short": "“{quota}”: {need} nodig, {have} aangemeld.",
    "feature_short": "Met de maxima van “{feature}” zijn {seats} van de {size} plaatsen te vullen.",
    "no_seats_left": "Er zijn {fixed} vaste leden voor {size} plaatsen. Er valt niets meer te loten.",
    "flex_inside": "Voor “{quota}” liggen {min} en {max} niet binnen de ruimte van {low} tot {high}.",
    "weight_not_positive": "Het gewicht van “{quota}” moet een getal boven nul zijn.",
    "no_constituency": "Een quotum noemt een groep, maar er staat niet bij welk kenmerk de groep aangeeft.",
    "unknown_constituency": "De groep “{constituency}” komt bij niemand voor.",
    "not_in_pool": "{id} staat niet bij de aanmeldingen.",
    "fixed_and_excluded": "{id} is een vast lid en ook uitgesloten. Dat kan niet allebei.",
    "no_addresses": "U vraagt één lid per adres, maar er staan geen adressen bij de aanmeldingen.",
    "fixed_at_one_address": "Deze vaste leden wonen op één adres: {ids}. Maak het adres een uitzondering.",
    "fixed_above_maximum": "“{quota}”: er zijn al {fixed} vaste leden, het maximum is {max}.",
    "too_few_open": "Er kunnen {seats} mensen meedoen. Er zijn {size} plaatsen.",
    # the files
    "empty_file": "Er staat niets in {file}.",
    "no_rows": "In {file} staat alleen de kop. Er zijn geen regels.",
    "wrong_encoding": "We kunnen {file} niet lezen. Sla het op als CSV UTF-8.",
    "broken_csv": "Regel {line} van {file} is niet te lezen. Kijk naar de aanhalingstekens.",
    "missing_column": "In {file} ontbreekt de kolom “{column}”.",
    "duplicate_column": "In {file} staat de kolom “{column}” twee keer.",
    "too_many_cells": "Regel {line} van {file} heeft meer vakken dan de kop.",
    "blank_cell": "Regel {line} van {file}: het vak “{column}” is leeg.",
    "formula": "Regel {line} van {file}: “{value}” is een formule. Vul de waarde zelf in.",
    "cell_too_long": "Regel {line} van {file}: het vak “{column}” is langer dan {maximum} tekens.",
    "not_a_number": "Regel {line}: “{value}” is geen heel getal voor “{column}”.",
    "min_above_max_line": "Regel {line}: het minimum ({min}) is hoger dan het maximum ({max}).",
    "duplicate_quota_line": "Regel {line}: “{quota}” staat ook al op regel {first}.",
    "unknown_value_line": "Regel {line}: de waarde “{value}” hoort niet bij “{feature}”.",
    "duplicate_id_line": "Regel {line}: het nummer “{id}” staat ook al op regel {first}.",
    # checking a draw
    "other_problem": "De uitslag hoort bij een andere vraag dan problem.json.",
    "not_in_one_group": "Aanmelding {id} staat {times} keer in een groep. Dat moet één keer zijn.",
    "unknown_member": "Nummer {id} staat in de uitslag, maar niet bij de aanmeldingen.",
    "cannot_be_drawn": "Aanmelding {id} staat in een groep, maar mag niet geloot worden.",
    "other_fixed": "De vaste leden in de uitslag zijn niet die van de vraag.",
    "group_order": "De mensen in groep {group} staan niet op volgorde van nummer.",
    "household_missing": "Deze mensen wonen samen, maar zo staan ze niet in de uitslag: {ids}.",
    "household_unknown": "In de uitslag wonen deze mensen samen, bij de aanmeldingen niet: {ids}.",
    "household_order": "De huishoudens in de uitslag staan niet op volgorde.",
    "mixed_households": "In groep {group} zitten mensen met verschillende huisgenoten.",
    "mixed_group": "In groep {group} zitten mensen die voor de quota verschillen.",
    "unknown_objective": "De loting “{objective}” kennen we niet.",
    "empty_group": "Groep {group} is leeg.",
    "panels_and_weights": "Er zijn {panels} panels en {weights} gewichten. Dat moet gelijk zijn.",
    "weights_wrong": "De kansen van de panels tellen niet op tot 1.",
    "panel_groups": "Panel {panel} noemt een groep twee keer, of een groep die er niet is.",
    "panel_seats": "Panel {panel} geeft een groep meer plaatsen dan er mensen zijn, of geen.",
    "panel_size": "Panel {panel} heeft geen {size} plaatsen.",
    "quota_missed": "Panel {panel} heeft {seats} plaatsen voor “{quota}”. Dat moet {min} tot {max} zijn.",
    "panel_twice": "Panel {panel} is hetzelfde als panel {first}.",
    "one_address": "Panel {panel} geeft {seats} plaatsen aan {homes} adressen. Elk adres mag er één.",
    "impossible_but_chosen": "{count} mensen zouden geen kans hebben, maar zitten toch in een panel.",
    "impossible_list": "Wie in geen panel past, staat niet per hele groep en op volgorde in de uitslag.",
    "bound_and_targets": "De bovengrens past niet bij de kansen per groep.",
    "above_the_bound": "De kleinste kans is groter dan de bovengrens. Dat kan niet.",
    "one_level": "Deze loting heeft 1 niveau. In de uitslag staan er {levels}.",
    "level_order": "Niveau {level} is geen kans, of is lager dan het vorige niveau.",
    "level_heads": "Niveau {level} noemt geen goede groepen, of een gewicht dat niet boven nul is.",
    "level_prices": "Niveau {level} noemt een regel twee keer, of een regel die er niet is.",
    "negative_price": "Niveau {level} heeft een prijs onder nul waar dat niet mag.",
    "not_settled_once": "Groep {group} staat in {times} niveaus. Dat moet er één zijn.",
    "target_not_level": "De kans voor groep {group} is anders dan die van haar niveau.",
    "bound_not_proved": "Niveau {level}: uit de prijzen volgt niet dat een hogere kans onmogelijk is.",
    "bound_too_high": "Niveau {level} is hoger dan wat de prijzen toelaten.",
    "cut_groups": "Hulpregel {cut} noemt een groep twee keer, of een groep die er niet is.",
    "cut_broken": "Hulpregel {cut} klopt niet: er is een panel dat zich er niet aan houdt.",
    "not_impossible": "{id} zou in geen panel passen. Er is wel een panel.",
    "file_missing": "Het bestand {file} ontbreekt.",
    "file_changed": "Het bestand {file} is veranderd. Het volgt niet uit de uitslag.",
    "claim_wrong": "Het getal “{claim}” in lottery.json volgt niet uit de panels.",
    "not_readable": "problem.json of lottery.json is niet te lezen.",
}


def sentence(error: ProblemError) -> str:
    """What is wrong, in plain Dutch. Raises KeyError for a code without a sentence (a test covers all)."""
    values = dict(error.params)
    if values.get("file") in FILES:
        values["file"] = FILES[str(values["file"])]
    text = SENTENCES[error.code].format(**values)
    return text[0].upper() + text[1:]


def proposal(change: QuotaChange) -> str:
    """One step of the smallest relaxation: old bounds and new ones."""
    old, new = change.old, change.new
    return f"“{change.label}”: van {old[0]}–{old[1]} naar {new[0]}–{new[1]}."
