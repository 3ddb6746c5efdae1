"""`verify`: a folder of draw, replace or invite, or the public folder alone, checked from the files."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from .. import bundle, invitations, publication
from ..errors import ProblemError
from ..invitations.proof import ADDRESSES
from ..publication.files import MANIFEST, PANELS, SCRIPT
from ..publication.verify_draw import LIMITS, PRACTICE_BANNER
from ..verify import Report
from .fairness import fairness, shortfall
from .folder_check import Result, check_files
from .found import Found, found_of
from .output import DONE, PARTLY, REFUSED, Answer, Bar, complaints, refuse
from .parsing import PROGRAM, add_command
from .proof import PANEL, PUBLIC, Drawn
from .proof_check import Proof, check_proof, script_notes
from .reading import Reading, content_of, demand_files, read_draw

EXPLANATION = (
    "Controleer een map: een uitslag van draw of replace, een map openbaar, of een map van invite.\n"
    "De berekening en de openbare map worden gecontroleerd met code die niets deelt met de berekening.\n"
    "Een loting kan kloppen en toch niet de eerlijkste zijn. Dat staat er dan bij."
)
EXAMPLE = f"  {PROGRAM} verify uitslag"
SHOWN = 100
PROBLEM = "problem.json"
NO_FOLDER = "Dit is geen map met een uitslag."
CONCLUSIONS = {
    DONE: "Goedgekeurd.",
    REFUSED: "Afgekeurd.",
    PARTLY: "Wat we konden controleren, klopt. Maar niet alles is gecontroleerd.",
}


def register(commands: Any) -> None:
    parser = add_command(commands, "verify", "controleer een map met een uitslag", (EXPLANATION, EXAMPLE))
    add = parser.add_argument
    add("directory", type=Path, metavar="MAP", help="de map met de uitslag")
    add(
        "--quick",
        action="store_true",
        help="sla de zware bewijzen over; ze staan dan bij “niet gecontroleerd”",
    )
    add("--pool", type=Path, metavar="BESTAND", help="bij een map openbaar: de vertrouwelijke pool.json")
    add("--receipt", type=Path, metavar="BESTAND", help="bij een map openbaar: een bewijs van aanmelding")
    add("--addresses", type=Path, metavar="BESTAND", help="bij een map van invite: de adressenlijst")
    add(
        "--earlier",
        type=Path,
        nargs="+",
        default=[],
        metavar="MAP",
        help="en het bewijs van eerdere rondes",
    )
    add("--secret", type=Path, metavar="BESTAND", help="bij een map van invite: het bestand met het geheim")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, bar: Bar) -> Answer:
    """Raises `Stop` where there is nothing to check."""
    folder: Path = options.directory
    if _is_ours(folder):
        demand_files(folder)
    if (folder / PROBLEM).exists():
        _demand_own(options, "een uitslag van draw of replace")
        return _answer(_draw(folder, not options.quick))
    if (folder / MANIFEST).exists() and (folder / PANELS).exists():
        _demand_own(options, "een map openbaar")
        return _answer(_public(folder, options))
    if (folder / MANIFEST).exists():
        _demand_own(options, "een map van invite")
        return _answer(_invitation(folder, options))
    next(folder.iterdir(), None)  # raises OSError where it is no folder at all
    raise refuse(NO_FOLDER, str(folder), "no_draw")


OWN = {
    "een uitslag van draw of replace": ("quick",),
    "een map openbaar": ("pool", "receipt"),
    "een map van invite": ("addresses", "earlier", "secret"),
}


def _demand_own(options: argparse.Namespace, kind: str) -> None:
    """An option that does nothing would pass for a check that was made. Raises `Stop`."""
    others = [name for names in OWN.values() for name in names if name not in OWN[kind]]
    given = [f"--{name}" for name in others if getattr(options, name)]
    if given:
        raise refuse(f"Dit is {kind}. Deze opties horen daar niet bij: {', '.join(given)}.")


def _is_ours(folder: Path) -> bool:
    return (folder / PROBLEM).exists() or (folder / MANIFEST).exists()


def _public(folder: Path, options: argparse.Namespace) -> Found:
    """The public folder alone, by its own verifier."""
    for path in (options.pool, options.receipt):
        if path is not None:
            content_of(path)  # a device or a pipe is refused before it is read
    found = found_of(publication.check(folder, pool=options.pool, receipt=options.receipt))
    if found.failures:
        return found
    found += Found((), tuple(script_notes({SCRIPT: (folder / SCRIPT).read_bytes()})))
    manifest = json.loads((folder / MANIFEST).read_bytes())
    counted = options.pool is not None
    told = shortfall(manifest["largest_shortfall"], manifest["panels"], counted=counted)
    # with the list, the verifier itself says how much it is
    return found + (replace(told, facts=()) if counted else told)


def _draw(folder: Path, reprove: bool) -> Found:
    """The calculation, how fair it is, the public proof where there is one (then that decides what panel.csv
    is), and the other files."""
    report = bundle.check(folder, reprove=reprove)
    is_public = (folder / PUBLIC).exists()
    other = ProblemError("file_changed", {"file": PANEL})
    failures = [one for one in report.failures if not (is_public and one == other)]
    found = _calculation(replace(report, failures=tuple(failures)))
    if found.failures:
        return found
    problem, lottery = read_draw(folder)
    found += fairness(lottery, report)
    if is_public:
        proof = check_proof(folder, problem, lottery)
        # no limits here: the calculation proves the one, and the other is made again
        done = [LIMITS["bound_unproved"], *([LIMITS["readme_unchecked"]] if proof.drawn else [])]
        limits = tuple(one for one in proof.found.limits if one not in done)
        found += replace(proof.found, limits=limits)
    else:
        number = lottery.pick()
        proof = Proof(Found(), Drawn(number, lottery.panel(number)))
    if found.failures:
        return found
    result = Result(problem, lottery, proof.drawn, proof.panels, proof.files)
    return found + check_files(folder, result)


CALCULATION = "De berekening klopt: panels, quota, kansen en de bovengrens."
WITHOUT_BOUND = "De berekening klopt: panels, quota en kansen."


def _calculation(report: Report) -> Found:
    fact = CALCULATION if report.facts.get("bound_proved") else WITHOUT_BOUND
    return Found(tuple(complaints(report.failures)), report.notes, () if report.failures else (fact,))


def _invitation(folder: Path, options: argparse.Namespace) -> Found:
    reading = Reading()
    if options.earlier and not options.addresses:
        reading.say("--earlier kan alleen samen met --addresses.")
    if options.secret and not options.addresses and not (folder / ADDRESSES).is_file():
        reading.say("--secret kan alleen samen met --addresses.")
    addresses = reading.content(options.addresses) if options.addresses else None
    secret = reading.content(options.secret) if options.secret else None
    reading.finish()
    for place in options.earlier:
        if _is_ours(place):
            demand_files(place)
    words = secret.decode("utf-8", "replace").strip() if secret else None
    earlier = [(place, addresses) for place in options.earlier] if addresses is not None else []
    report = invitations.check(folder, addresses, secret=words, earlier=earlier)
    drawn = addresses is not None and not report.failures
    facts = ("De loting volgt uit de adressenlijst en het openbare getal.",) if drawn else ()
    return Found(tuple(complaints(report.failures)), report.notes, facts)


def _answer(found: Found) -> Answer:
    code = REFUSED if found.failures else PARTLY if found.unchecked else DONE
    data = {
        "accepted": not found.failures,
        "practice": found.practice,
        "failures": [one.text for one in found.failures],
        "unchecked": list(found.unchecked),
        "limits": list(found.limits),
        "facts": list(found.facts),
        **({"figures": dict(found.figures)} if found.figures else {}),
    }
    return Answer(_lines(found, code), data, code)


def _lines(found: Found, code: int) -> list[str]:
    more = len(found.failures) - SHOWN
    failures = [one.text for one in found.failures[:SHOWN]]
    blocks = (
        ("Dit klopt:", found.facts),
        ("Dit klopt niet:", [*failures, *([f"En nog {more} fouten."] if more > 0 else [])]),
        ("Niet gecontroleerd:", found.unchecked),
        ("Wat deze controle niet kan zien:", found.limits),
    )
    lines = [*([PRACTICE_BANNER] if found.practice else []), CONCLUSIONS[code]]
    for title, sentences in blocks:
        lines += [title, *(f"- {one}" for one in sentences)] if sentences else []
    return lines
