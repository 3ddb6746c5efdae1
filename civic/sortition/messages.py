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
    "weight_range": "Het gewicht van “{quota}” moet een getal van 0,001 tot en met 1000 zijn.",
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
    "impossible_but_chosen": "Wie geen kans zou hebben, zit toch in een panel of in geen groep ({count}).",
    "impossible_list": "Wie in geen panel past, staat niet per hele groep en op volgorde in de uitslag.",
    "bound_and_targets": "De bovengrens past niet bij de kansen per groep.",
    "bound_raised": "De bovengrens is hoger dan het eerste niveau.",
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
    "optimal_not_proved": "Niveau {level}: het is niet bewezen dat deze loting de best mogelijke is.",
    "cut_groups": "Hulpregel {cut} noemt een groep twee keer, of een groep die er niet is.",
    "cut_broken": "Hulpregel {cut} klopt niet: er is een panel dat zich er niet aan houdt.",
    "not_impossible": "{id} zou in geen panel passen. Er is wel een panel.",
    "file_missing": "Het bestand {file} ontbreekt.",
    "file_changed": "Het bestand {file} is veranderd. Het volgt niet uit de uitslag.",
    "question_changed": "problem.json is na de loting veranderd: bij de aanmeldingen of bij de quota.",
    "member_moved": "De groepen in lottery.json zijn veranderd: iemand is verwisseld, weg of erbij.",
    "panel_dropped": "Er is een panel weggehaald: het waren er {claim}, nu zijn het er {panels}.",
    "weight_changed": "De kans van een panel is veranderd in lottery.json.",
    "panel_member": "In panel.csv staat {id}, maar niet die persoon is geloot: {drawn} is geloot.",
    "chance_misreported": "De kans van {id} is in probabilities.csv {given}. Uit de panels volgt {found}.",
    "hash_stale": "De hash in lottery.json hoort niet bij de inhoud.",
    "claim_wrong": "Het getal “{claim}” in lottery.json volgt niet uit de panels.",
    "not_readable": "problem.json of lottery.json is niet te lezen.",
    # quota from shares
    "quota_no_features": "Er zijn geen kenmerken om quota voor te maken.",
    "quota_blank_name": "Bij het kenmerk “{feature}” ontbreekt een naam.",
    "quota_share_no_number": "“{feature}: {value}”: “{share}” is geen getal.",
    "quota_share_negative": "“{feature}: {value}”: {share} kan niet onder nul zijn.",
    "quota_no_shares": "Voor “{feature}” is geen enkel aandeel bekend.",
    "quota_tolerance_share": "De marge “{number}” moet een deel van 0 tot en met 1 zijn.",
    "quota_tolerance_seats": "De marge in plaatsen is “{number}”. Dat moet 0 of meer zijn.",
    "quota_no_share": (
        "“{feature}: {value}” heeft geen aandeel, maar er zijn {have} aanmeldingen met die waarde."
    ),
    # seats over municipalities: the question
    "apportion_no_names": "Er zijn geen gemeenten om de plaatsen over te verdelen.",
    "apportion_name_twice": "“{name}” staat er {times} keer in. Dat mag één keer.",
    "apportion_blank_name": "Een gemeente heeft geen naam.",
    "apportion_unknown_name": "Er is een grens voor “{name}”, maar die naam staat niet in de lijst.",
    "apportion_population": "Bij “{name}” staat het aantal {population}. Dat moet minstens 1 zijn.",
    "apportion_no_seats": "Er zijn {seats} plaatsen. Dat moet minstens 1 zijn.",
    "apportion_unknown_rule": "De verdeelregel “{rule}” kennen we niet.",
    "apportion_floor_negative": "De ondergrens van “{name}” is {floor}. Die kan niet onder nul zijn.",
    "apportion_floor_above_ceiling": (
        "Voor “{name}” is de ondergrens ({floor}) hoger dan de bovengrens ({ceiling})."
    ),
    "apportion_floors_above_seats": "De ondergrenzen zijn samen {floors}. Er zijn maar {seats} plaatsen.",
    "apportion_ceilings_below_seats": (
        "De bovengrenzen zijn samen {ceilings}. Er zijn {seats} plaatsen te verdelen."
    ),
    "table_empty": "De tabel heeft minstens één gemeente en één geleding nodig.",
    "table_totals_differ": (
        "De gemeenten hebben samen {rows} plaatsen en de geledingen {columns}. Dat moet gelijk zijn."
    ),
    "table_negative": "Bij “{name}” staat {number}. Dat kan niet onder nul zijn.",
    "table_weights_missing": "Er is geen aantal mensen bekend voor “{row}” bij “{column}”.",
    "table_row_too_small": (
        "“{name}” heeft {seats} plaatsen. Voor de ondergrens van {floor} zijn er {need} nodig."
    ),
    "table_impossible": (
        "De plaatsen van {rows} passen niet in {columns}. Ergens anders wonen daarvoor geen mensen."
    ),
    # seats over municipalities: checking the answer
    "check_names": "De namen in de verdeling horen niet bij de vraag.",
    "check_total": "De verdeling geeft {given} plaatsen. Dat moeten er {seats} zijn.",
    "check_bounds": "“{name}” krijgt {seats} plaatsen. Dat moet {floor} tot {ceiling} zijn.",
    "check_quotas": "Het precieze aandeel van “{name}” klopt niet.",
    "check_shares": "Het aandeel van “{name}” met de grenzen klopt niet.",
    "check_rounding": (
        "“{name}” krijgt {seats} plaatsen. Dat is niet het aandeel, naar boven of beneden afgerond."
    ),
    "check_order": "“{loser}” had eerder recht op een plaats dan “{winner}”.",
    "check_plain": "De verdeling zonder grenzen klopt niet.",
    "check_ties": "Wie gelijk eindigden, klopt niet.",
    "check_margin": "“{name}” krijgt in de tabel {given} plaatsen. Dat moeten er {seats} zijn.",
    "check_cell": "“{row}” bij “{column}”: {seats} plaatsen past niet bij de deelgetallen.",
    "check_cell_floor": "“{row}” bij “{column}”: {seats} plaatsen is niet wat de ondergrens toestaat.",
    "check_multipliers": "De deelgetallen van de tabel moeten groter dan nul zijn.",
    # invitations: the list
    "address_yes_or_no": "Regel {line}: “{value}” is geen ja of nee.",
    # invitations: how many letters
    "letters_no_municipalities": "Er zijn geen gemeenten om brieven voor te tellen.",
    "letters_ratio": "Het aantal aanmeldingen per plaats moet 1 of meer zijn.",
    "letters_seats": "{municipality} heeft {seats} plaatsen. Dat kan niet onder nul zijn.",
    "letters_response": (
        "Voor {municipality} is geen goede respons bekend. Geef een deel boven 0 en hoogstens 1, zoals 4%."
    ),
    "letters_capped": (
        "{municipality}: {wanted} brieven nodig, maar er zijn {available} adressen. "
        "Verwacht {expected} aanmeldingen."
    ),
    # invitations: the draw
    "invitation_no_name": "De loting heeft een naam nodig.",
    "invitation_no_seed": "Het openbare getal voor de loting ontbreekt.",
    "invitation_no_letters": "Er is geen gemeente om brieven voor te loten.",
    "invitation_negative": "{municipality} krijgt {letters} brieven. Dat kan niet onder nul zijn.",
    "invitation_too_many": (
        "{municipality}: {letters} brieven, maar er zijn {available} adressen om uit te loten."
    ),
    "invitation_method": "De manier van loten “{method}” kennen we niet.",
    "invitation_wave": "Dit is ronde {wave}, maar er zijn {earlier} eerdere rondes gegeven.",
    "invitation_exempt_differs": "De lijst met instellingen is anders dan in een eerdere ronde.",
    "invitation_other_draw": "Een eerdere ronde hoort bij een andere loting.",
    "invitation_persons_missing": "{municipality}: bij {lines} regels ontbreekt de persoon.",
    "invitation_no_address": "{municipality}: een regel heeft geen adres.",
    "invitation_person_twice": "{municipality}: op “{address}” staat dezelfde persoon {times} keer.",
    "invitation_address_twice": "{municipality}: het adres “{address}” staat er {times} keer in.",
    "invitation_secret_short": "De geheime sleutel voor de codes is te kort. Neem minstens {minimum} tekens.",
    "invitation_no_copy": (
        "De adressenlijst is niet letterlijk als bestand te bewaren. Lees haar uit een bestand."
    ),
    # invitations: checking the proof
    "invitation_letters_differ": "De brieven in letters.csv volgen niet uit de loting.",
    "invitation_claim_wrong": "“{claim}” in manifest.json volgt niet uit de adressenlijst en het getal.",
    "invitation_earlier_missing": (
        "Dit is ronde {wave}. Geef ook de eerdere rondes ({needed}) om na te rekenen; er zijn er {given}."
    ),
    # alternates
    "alternates_no_panel": "Er is nog geen panel. Kies eerst een panel, dan de reserves.",
    "alternates_unknown": "Nummer {id} staat niet bij de aanmeldingen.",
    "alternates_twice": "Nummer {id} staat er {times} keer in. Dat moet één keer zijn.",
    "alternates_panel_size": "Het panel heeft {have} mensen. Er zijn maar {size} plaatsen.",
    "alternates_too_few": "Kies minstens 1 reserve.",
    "alternates_too_many": "U vraagt {number} reserves. Er kunnen er hoogstens {most} zijn.",
    "alternates_scenarios": "Reken met 1 tot {maximum} keer uitval, niet met {number}.",
    "alternates_loss": "De maat “{loss}” voor gemiste quota kennen we niet.",
    "alternates_rate": "De kans op uitval van “{group}” is {rate}. Kies een getal van 0 tot en met 1.",
    "alternates_rate_feature": "De kans op uitval van “{group}” noemt een kenmerk dat niet bestaat.",
    "alternates_rate_nobody": "Er is een kans op uitval voor “{group}”, maar niemand hoort daarbij.",
    "alternates_rate_missing": "Voor {count} mensen is geen kans op uitval bekend. Geef die ook.",
    "alternates_seated": "Nummer {id} is reserve, maar zit al in het panel.",
    "alternates_not_in_panel": "Nummer {id} valt uit, maar zit niet in het panel.",
    "alternates_address": "Reserve {id} woont op het adres van een panellid of een andere reserve.",
    # publishing a draw
    "publish_draw_id": "“{draw}” kan geen kenmerk van een loting zijn. Gebruik a-z, 0-9 en streepjes.",
    "publish_practice": "Alleen een oefenloting begint met “{prefix}”. “{draw}” past niet bij de bron.",
    "publish_sequence": "Een volgnummer is 1 of hoger. Hier staat {sequence}.",
    "publish_no_panels": "Er zijn geen panels om te publiceren.",
    "publish_id_twice": "Het nummer “{id}” komt {times} keer voor in de lijst.",
    "publish_no_secret": "Voor “{id}” is er geen geheim gemaakt.",
    "publish_secret_length": "Het geheim van “{id}” heeft niet de goede lengte: {bytes} bytes.",
    "publish_panel_size": "Panel {panel} heeft {found} leden. Het moeten er {size} zijn.",
    "publish_member_twice": "“{id}” staat twee keer in panel {panel}.",
    "publish_unknown_member": "“{id}” staat in panel {panel}, maar niet bij de aanmeldingen.",
    # tables: the plan
    "tables_too_many_people": "Een tafelindeling kan voor hoogstens {maximum} mensen. Het zijn er {people}.",
    "tables_rounds": "Geef 1 tot {maximum} rondes op. Nu zijn het er {rounds}.",
    "table_too_small": "Ronde {round}: aan een tafel zitten minstens 2 mensen. Nu staat er {size}.",
    "table_above_people": "Ronde {round}: een tafel heeft {size} plaatsen, maar er zijn {people} mensen.",
    "tables_feature_twice": "Het kenmerk “{feature}” staat er twee keer in bij de tafels.",
    "tables_unknown_feature": "De tafels mengen op “{feature}”, maar dat weten we niet van de deelnemers.",
    "tables_unknown_person": "Nummer {id} is geen deelnemer en geen tafelbegeleider.",
    "facilitator_twice": "Tafelbegeleider {id} staat {times} keer op de lijst.",
    "facilitator_blank": "Een tafelbegeleider heeft geen nummer ({times} keer).",
    "facilitator_in_pool": "{id} is tafelbegeleider en ook deelnemer. Kies één van de twee.",
    "facilitator_fixed": "{id} is tafelbegeleider. Een vaste plaats is er alleen voor deelnemers.",
    "too_few_facilitators": "Ronde {round}: er zijn {tables} tafels en {facilitators} tafelbegeleiders.",
    "pair_with_self": "{id} vormt een paar met zichzelf.",
    "together_with_facilitator": "{id} is tafelbegeleider. Alleen deelnemers kunnen bij elkaar horen.",
    "apart_and_together": "{first} en {second} moeten bij elkaar zitten en ook niet bij elkaar.",
    "apart_fixed_together": (
        "Ronde {round}: {first} en {second} mogen niet bij elkaar. Ze zitten vast aan tafel {table}."
    ),
    "apart_needs_tables": (
        "Ronde {round}: {people} mensen mogen geen van allen bij elkaar zitten. Er zijn {tables} tafels."
    ),
    "fixed_unknown_round": "{id} heeft een vaste plaats in ronde {round}. Er zijn {rounds} rondes.",
    "fixed_unknown_table": "Ronde {round}: {id} zit vast aan tafel {table}. Er zijn {tables} tafels.",
    "fixed_at_two_tables": "Ronde {round}: voor {id} staan er twee tafels tegelijk vast.",
    "table_overfull": "Ronde {round}: aan tafel {table} zitten {people} mensen vast. Er passen er {places}.",
    "together_too_large": "Ronde {round}: {id} horen bij elkaar. Aan een tafel is plek voor {places}.",
    # tables: a search that found no way
    "together_no_room": "Ronde {round}: we vonden geen plek voor iedereen die bij elkaar hoort.",
    "apart_not_found": "Ronde {round}: het lukte niet om {first} en {second} apart te zetten.",
    # tables: checking a seating
    "seating_rounds": "De indeling heeft {rounds} rondes. Dat moeten er {expected} zijn.",
    "seating_not_once": "Ronde {round}: {id} staat {times} keer in de indeling. Dat moet één keer zijn.",
    "seating_unknown_person": "Ronde {round}: {id} staat in de indeling, maar is geen deelnemer.",
    "seating_table_count": "Ronde {round}: er zijn {tables} tafels. Dat moeten er {expected} zijn.",
    "seating_uneven": "Ronde {round}: de kleinste tafel heeft {smallest} mensen en de grootste {largest}.",
    "seating_not_fixed": "Ronde {round}: {id} hoort aan tafel {table}, maar zit daar niet.",
    "seating_not_together": "Ronde {round}: {first} en {second} horen bij elkaar, maar zitten apart.",
    "seating_not_apart": "Ronde {round}: {first} en {second} zitten aan één tafel. Dat mag niet.",
    "seating_facilitators": "Ronde {round}: niet elke tafel heeft de juiste begeleider.",
    "seating_figure": "Het getal “{figure}” is {claimed}. Uit de indeling volgt {found}.",
    # workbooks and flexible quotas in the files
    "error_value": "Regel {line} van {file}: het vak “{column}” bevat een fout uit Excel ({value}).",
    "uneven_conjunction": "Regel {line}: “{category}” en “{value}” moeten evenveel delen hebben, met een +"
    " ertussen."
    " Hoort een + bij een naam? Schrijf dan ++.",
    "flex_inside_line": "Regel {line}: {outer} ({outside}) mag niet strenger zijn dan {inner} ({inside}).",
    "weight_line": "Regel {line}: het gewicht “{value}” is geen getal van 0,001 tot en met 1000.",
    "encrypted_workbook": "Op {file} zit een wachtwoord. Haal het wachtwoord eraf en bewaar het opnieuw.",
    "old_workbook": "We kunnen {file} niet lezen, want het is een oud Excel-bestand (.xls)."
    " Sla het op als .xlsx of als CSV.",
    "strict_workbook": "We kunnen {file} niet lezen, want het is “Strict Open XML”."
    " Sla het op als gewone Excel-werkmap (.xlsx).",
    "not_a_workbook": "We kunnen {file} niet lezen, want het is geen Excel-bestand (.xlsx) en geen CSV.",
    "broken_workbook": "Het Excel-bestand is beschadigd: {file}. Open het in Excel en sla het opnieuw op.",
    "workbook_too_large": "Het Excel-bestand is te groot: {file}."
    " Haal weg wat niet nodig is, of sla het op als CSV.",
    "hidden_rows": "In {file} zijn rijen verborgen ({rows}). Maak ze zichtbaar of haal ze weg.",
    "hidden_column": "In {file} is de kolom “{column}” verborgen. Maak de kolom zichtbaar.",
    "merged_cells": "In {file} zijn cellen samengevoegd ({ranges}). Splits ze.",
}


def sentence(error: ProblemError) -> str:
    """What is wrong, in plain Dutch. Raises KeyError for a code without a sentence (a test covers all)."""
    values = dict(error.params)
    if values.get("file") in FILES:
        values["file"] = FILES[str(values["file"])]
    if "cell" in values:  # of a workbook: "regel 7 (C7)"
        values["line"] = f"{values['line']} ({values['cell']})"
    return SENTENCES[error.code].format(**values)


def proposal(change: QuotaChange) -> str:
    """One step of the smallest relaxation: old bounds and new ones."""
    old, new = change.old, change.new
    return f"“{change.label}”: van {old[0]}–{old[1]} naar {new[0]}–{new[1]}."
