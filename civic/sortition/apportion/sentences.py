"""The Dutch sentence for every code of this package; `messages` takes them over."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    # the question
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
    # checking the answer
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
}
