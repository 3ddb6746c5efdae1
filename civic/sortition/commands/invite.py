"""`invite`: how many letters, and to whom; every municipality gets a folder with its own proof."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from ..errors import InvalidProblem, ProblemError
from ..invitations import InvitationDraw, InvitationSettings, commitments, draw_letters, write, write_mailing
from ..invitations.draw import ADDRESSES, METHODS
from .orders import MAILING, PROOF, Order, folder_name, read_order, read_secret
from .output import Answer, Bar, Columns, complaints, decimal, percent, refuse
from .parsing import PROGRAM, add_command
from .writing import PRIVATE_FILE, new_folder, write_private

EXPLANATION = (
    "De eerste loting: hoeveel brieven zijn er nodig, en wie krijgt er een?\n\n"
    "Zonder --addresses ziet u alleen hoeveel brieven nodig zijn.\n"
    "Met --addresses en zonder --seed ziet u de vingerafdrukken die u vooraf bekendmaakt.\n"
    "Met --addresses, --seed, --secret en --out worden de adressen geloot."
)
EXAMPLE = (
    f"  {PROGRAM} invite --seats plaatsen.csv --response 4%\n"
    f"  {PROGRAM} invite --seats plaatsen.csv --response 4% --addresses adressen.csv \\\n"
    "         --name zorg-2027 --seed 48213 --secret geheim.txt --out brieven"
)

Made = TypeVar("Made")


def register(commands: Any) -> None:
    parser = add_command(commands, "invite", "bepaal en loot de brieven", (EXPLANATION, EXAMPLE))
    add = parser.add_argument
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--seats", type=Path, metavar="BESTAND", help="plaatsen per gemeente: municipality, seats"
    )
    which.add_argument(
        "--letters", type=Path, metavar="BESTAND", help="of brieven per gemeente: municipality, letters"
    )
    add(
        "--response",
        metavar="DEEL",
        help="zo veel brieven leveren een aanmelding op, zoals 4%%; of een kolom response bij --seats",
    )
    add("--ratio", default="3", metavar="GETAL", help="aanmeldingen per plaats (standaard: 3)")
    add(
        "--addresses",
        type=Path,
        metavar="BESTAND",
        help="de adressen: municipality, address en als u wilt person, excluded",
    )
    add("--exempt", type=Path, metavar="BESTAND", help="adressen van instellingen (kolom address)")
    add("--method", choices=METHODS, default=ADDRESSES, help="loot adressen (standaard) of personen")
    add(
        "--earlier",
        type=Path,
        nargs="+",
        default=[],
        metavar="MAP",
        help="de mappen van eerdere rondes, op volgorde",
    )
    add("--name", default="", metavar="NAAM", help="de naam van de loting, zoals zorg-2027")
    add("--seed", metavar="TEKST", help="het openbare getal")
    add(
        "--secret",
        type=Path,
        metavar="BESTAND",
        help="het geheim voor de codes; is het er niet, dan maken we het",
    )
    add("--out", type=Path, metavar="MAP", help="een nieuwe map")
    add("--copy", action="store_true", help="bewaar de adressenlijst bij het bewijs (niet openbaar maken)")
    add("--xlsx", action="store_true", help="schrijf de brieven als Excel in plaats van CSV")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, bar: Bar) -> Answer:
    """Raises `Stop` or `InvalidProblem` with everything that is wrong."""
    _demand_options(options)
    if options.seed is None:
        order = read_order(options)
        lines, data = _planned(order)
        return _committed(options, order, lines, data) if options.addresses else Answer(lines, data)
    with new_folder(options.out) as folder:
        order = read_order(options)
        draws = _draws(options, order)
        secret = read_secret(options.secret)
        kind = ".xlsx" if options.xlsx else ".csv"
        for name, draw in draws.items():
            place = folder / folder_name(name)
            write(place / PROOF, draw, secret=secret, copy=options.copy)
            write_mailing(place / f"{MAILING}{kind}", draw, secret)
            (place / f"{MAILING}{kind}").chmod(PRIVATE_FILE)
        if not options.secret.exists():
            write_private(options.secret, secret.encode() + b"\n")
    return _drawn(options, order, draws)


def _demand_options(options: argparse.Namespace) -> None:
    draws = [options.seed is not None, options.out is not None]
    if any(draws) and not (all(draws) and options.addresses and options.secret):
        raise refuse("Om te loten zijn --addresses, --seed, --secret en --out alle vier nodig.")
    if options.addresses and not options.name:
        raise refuse("Geef de loting een naam met --name.")


def _planned(order: Order) -> tuple[list[str], dict[str, Any]]:
    if order.plan is None:
        rows = [(name, letters) for name, letters in order.letters.items()]
        return Columns(("gemeente", "brieven"), rows).lines(), {"letters": order.letters}
    plan = order.plan
    lines = [
        (
            row.municipality,
            row.seats,
            percent(float(row.response), 1),
            row.letters,
            decimal(float(row.expected), 0),
        )
        for row in plan.rows
    ]
    seats = sum(row.seats for row in plan.rows)
    expected = float(sum(row.expected for row in plan.rows))
    total = ("samen", seats, "", plan.total, decimal(expected, 0))
    table = Columns(("gemeente", "plaatsen", "respons", "brieven", "aanmeldingen"), [*lines, total])
    warnings = [one.text for one in complaints(plan.warnings)]
    data = {
        "letters": order.letters,
        "total": plan.total,
        "expected": round(expected, 3),
        "warnings": warnings,
    }
    return [*table.lines(), *warnings], data


def _each(
    options: argparse.Namespace, order: Order, make: Callable[[str, InvitationSettings], Made]
) -> dict[str, Made]:
    """The same for every municipality. Raises `InvalidProblem` with the errors of all of them."""
    made: dict[str, Made] = {}
    errors: list[ProblemError] = []
    for name, settings in _settings(options, order).items():
        try:
            made[name] = make(name, settings)
        except InvalidProblem as error:
            errors += error.errors
    if errors:
        raise InvalidProblem(errors)
    return made


def _settings(options: argparse.Namespace, order: Order) -> dict[str, InvitationSettings]:
    """Per municipality in the list, since each draws for itself."""
    wave = len(options.earlier) + 1
    return {
        name: InvitationSettings(
            options.name, {name: order.letters[name]}, wave, options.method, order.exempt
        )
        for name in order.letters
    }


def _committed(options: argparse.Namespace, order: Order, lines: list[str], data: dict[str, Any]) -> Answer:
    found = _each(
        options, order, lambda name, one: commitments(order.residents, one, order.earlier[name])[name]
    )
    text = [f"  {name}: {digest}" for name, digest in found.items()]
    return Answer(
        [*lines, *_lacking(order), "Maak dit bekend voordat het openbare getal er is:", *text],
        {**data, "commitments": found, "lacking": list(order.lacking)},
    )


def _draws(options: argparse.Namespace, order: Order) -> dict[str, InvitationDraw]:
    """A draw for every municipality."""
    if len(set(map(folder_name, order.letters))) < len(order.letters):
        raise refuse("De namen van twee gemeenten lijken te veel op elkaar voor een map.")
    return _each(
        options,
        order,
        lambda name, one: draw_letters(order.residents, one, options.seed, order.earlier[name]),
    )


def _drawn(options: argparse.Namespace, order: Order, draws: dict[str, InvitationDraw]) -> Answer:
    rows = [
        (name, len(draw.letters), draw.municipalities[0].households, folder_name(name))
        for name, draw in draws.items()
    ]
    lines = [
        *Columns(("gemeente", "brieven", "adressen", "map"), rows).lines(),
        *_lacking(order),
        f"De brieven staan in {options.out}. De codes daarin zijn geheim.",
        f"Het geheim staat in {options.secret}. Bewaar het apart en veilig.",
        f"Controleren: {PROGRAM} verify {options.out}/MAP/{PROOF} --addresses {options.addresses}",
    ]
    listed = {
        name: {
            "letters": count,
            "addresses": homes,
            "folder": place,
            "digest": draws[name].municipalities[0].digest,
        }
        for name, count, homes, place in rows
    }
    return Answer(lines, {"municipalities": listed, "lacking": list(order.lacking)})


def _lacking(order: Order) -> list[str]:
    """A typing error in a name should not go by unseen."""
    unknown = sorted({one.municipality for one in order.residents} - set(order.letters))
    lines = [f"Niet in de adressenlijst: {', '.join(order.lacking)}."] if order.lacking else []
    return lines + ([f"Wel adressen, maar geen plaatsen: {', '.join(unknown)}."] if unknown else [])
