"""The Dutch sentence for every code of this package; `messages` takes them over."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    # the list
    "address_yes_or_no": "Regel {line}: “{value}” is geen ja of nee.",
    # how many letters
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
    # the draw
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
    # checking the proof
    "invitation_letters_differ": "De brieven in letters.csv volgen niet uit de loting.",
    "invitation_claim_wrong": "“{claim}” in manifest.json volgt niet uit de adressenlijst en het getal.",
    "invitation_earlier_missing": (
        "Dit is ronde {wave}. Geef ook de eerdere rondes ({needed}) om na te rekenen; er zijn er {given}."
    ),
}
