"""The Dutch sentence for every error code of the tables."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    # the plan
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
    # a search that found no way
    "together_no_room": "Ronde {round}: we vonden geen plek voor iedereen die bij elkaar hoort.",
    "apart_not_found": "Ronde {round}: het lukte niet om {first} en {second} apart te zetten.",
    # checking a seating
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
}
