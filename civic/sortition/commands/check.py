"""`check`: is the question right, and can it be answered?"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from ..grouping import group
from ..impossible import explain
from ..panels import NoPanel, PanelFinder
from ..problem import Problem
from ..question import membership
from ..replacement import demand_people
from .output import Answer, Bar, Columns, several
from .parsing import PROGRAM, add_command, add_question
from .reading import Reading

EXPLANATION = (
    "Lees de quota en de aanmeldingen en noem alles wat niet klopt.\n"
    "Kloppen de bestanden, dan zoekt het programma een panel dat aan alle quota voldoet.\n"
    "Is dat er niet, dan ziet u de kleinste verandering waarmee het wel kan."
)
EXAMPLE = f"  {PROGRAM} check --categories categories.csv --respondents respondents.csv --size 30"


def register(commands: Any) -> None:
    parser = add_command(
        commands, "check", "lees de bestanden en noem alles wat niet klopt", (EXPLANATION, EXAMPLE)
    )
    add_question(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, bar: Bar) -> Answer:
    """Raises `Stop`, `InvalidProblem` or `ImpossibleQuotas` with everything that is wrong."""
    problem = Reading().problem(options)
    demand_panel(problem)
    counts = [int(one) for one in membership(problem).sum(axis=1)]
    numbers = {
        "registrants": len(problem.pool),
        "features": len(problem.pool.features),
        "quotas": len(problem.quotas),
    }
    first = (
        f"{several(numbers['registrants'], 'aanmelding', 'aanmeldingen')}, "
        f"{several(numbers['features'], 'kenmerk', 'kenmerken')}, "
        f"{several(numbers['quotas'], 'quotum', 'quota')}: alles klopt."
    )
    rows = [
        (quota.label, quota.minimum, quota.maximum, have)
        for quota, have in zip(problem.quotas, counts, strict=True)
    ]
    table = Columns(("quotum", "minimum", "maximum", "aangemeld"), rows).lines() if rows else []
    counted = [{"quota": label, "min": low, "max": high, "have": have} for label, low, high, have in rows]
    return Answer([first, *table], {**numbers, "counts": counted})


def demand_panel(problem: Problem) -> None:
    """One panel, found or proved impossible by the integer program. Raises `ImpossibleQuotas` with counts and
    a proposal, `Undecided` at the node limit."""
    demand_people(problem)
    types = group(problem)
    try:
        PanelFinder(types).find_exact(np.zeros(types.number))
    except NoPanel:
        raise explain(problem, types) from None
