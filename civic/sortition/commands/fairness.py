"""How fair a lottery is: facts for who checks it. A lottery over right panels can still be an unfair one."""

from __future__ import annotations

from typing import Any

from ..lottery import Lottery
from ..publication.draw import BILLION
from ..verify import Report
from .found import Found
from .output import decimal, percent, points, several

# So many panels below the fair chance is rounding: the search for M panels reaches 1 or a little more. What
# the lottery itself stays below it comes on top.
MOST_SHORT = 2.0


def fairness(lottery: Lottery, report: Report) -> Found:
    """Smallest chance, bound and gap, as far as the report proves them."""
    least, bound = percent(lottery.min_probability), percent(lottery.upper_bound)
    limit = f"Hoger dan {bound} kan niet."
    if not report.facts["bound_proved"]:
        limit = f"Volgens de uitslag kan het niet hoger dan {bound}."
    facts = [f"De kleinste kans is {least}. {limit}"]
    proved = not report.notes
    if lottery.objective == "maximin":
        facts.append("De loting maakt alleen de kleinste kans zo groot mogelijk (maximin).")
    elif proved:
        facts.append(
            "Dit is de eerlijkste loting (leximin). "
            f"Het verschil met de bovengrens per persoon is {points(lottery.gap)}."
        )
    figures = {
        "min_probability": round(lottery.min_probability, 9),
        "upper_bound": round(lottery.upper_bound, 9),
        "gap": round(lottery.gap, 9),
        "optimal": proved,
    }
    return Found((), tuple(_open(lottery)), tuple(facts), figures=figures)


def _open(lottery: Lottery) -> list[str]:
    if lottery.optimal:
        return []
    return [
        "Of dit de eerlijkste loting is, is niet bewezen: "
        f"iemand kan misschien nog {points(lottery.gap)} meer kans hebben."
    ]


def shortfall(parts: int, panels: int, *, gap: float = 0.0, counted: bool = True) -> Found:
    """By how many of the M panels anybody stays below the fair chance, at the worst.

    parts     max over i of (p*_i - count_i / M), in parts per billion
    gap       what the lottery itself stays below p*, a probability
    counted   out of the panels; else it is what the manifest says
    """
    short = parts * panels / BILLION
    # rounded up, as the verifier of the public folder does
    told = -(-parts * panels * 100 // BILLION) / 100
    words = f"{decimal(told)} van de {several(panels, 'panel', 'panels')} te kort voor de eerlijke kans"
    said = "" if counted else "Volgens het manifest: "
    facts = (f"{said}{'Niemand' if counted else 'niemand'} komt meer dan {words}.",)
    figures: dict[str, Any] = {"panels": panels, "largest_shortfall": round(short, 6)}
    if short <= gap * panels + MOST_SHORT:
        return Found((), (), facts, figures=figures)
    return Found((), (f"Of de panels eerlijker kunnen: iemand komt {words}.",), facts, figures=figures)
