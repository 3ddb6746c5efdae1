"""The Dutch sentences for the codes that only this package knows; `messages` takes them over."""

SENTENCES: dict[str, str] = {
    "error_value": "Regel {line} van {file}: het vak “{column}” bevat een fout uit Excel ({value}).",
    "uneven_conjunction": "Regel {line}: “{category}” en “{value}” moeten evenveel delen hebben, met een +"
    " ertussen."
    " Hoort een + bij een naam? Schrijf dan ++.",
    "flex_inside_line": "Regel {line}: {outer} ({outside}) mag niet strenger zijn dan {inner} ({inside}).",
    "weight_line": "Regel {line}: het gewicht “{value}” is geen getal boven nul.",
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
