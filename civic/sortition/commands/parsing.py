"""The options of the commands, with everything that argparse says in Dutch."""

from __future__ import annotations

import argparse
import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

from .numbers import OutOfRange, count, share, whole_number
from .output import UNUSABLE

PROGRAM = "python -m civic.sortition"
SHOWN = 40
# what argparse says, and what we say; each group of the pattern fills a place
TRANSLATIONS = (
    (r"the following arguments are required: (.*)", "Dit ontbreekt nog: {0}."),
    (r"unrecognized arguments: (.*)", "Dit kennen we niet: {0}."),
    (r"one of the arguments (.*) is required", "Geef een van deze opties: {0}."),
    (r"argument (\S+): expected (?:at least )?one argument", "Na {0} hoort nog iets."),
    (r"argument (\S+): ignored explicit argument (.*)", "Na {0} hoort niets, ook niet {1}."),
    (r"argument (\S+): invalid choice: (.*?) \(choose from (.*)\)", "{0}: {1} kan niet. Kies uit {2}."),
    (r"argument (\S+): not allowed with argument (\S+)", "{0} en {1} kunnen niet samen."),
    (r"argument (.+?): (.*)", "{0}: {1}"),
)


class _Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30)

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        # argparse itself asks for an empty prefix when it names a command
        super().add_usage(usage, actions, groups, "Gebruik: " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that speaks Dutch and takes no abbreviations."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"formatter_class": _Help, "add_help": False, "allow_abbrev": False, **settings})
        self._positionals.title, self._optionals.title = "wat u opgeeft", "opties"
        self.add_argument("-h", "--help", action="help", help="laat deze uitleg zien")

    def error(self, message: str) -> NoReturn:
        """One sentence on stderr and the way to the explanation; ends the process with 2."""
        text = next(
            wanted.format(*(part.replace("'", "") for part in found.groups()))
            for pattern, wanted in (*TRANSLATIONS, ("(.*)", "{0}"))
            if (found := re.fullmatch(pattern, message, re.DOTALL))
        )
        sys.stderr.write(f"{text[:500]}\nUitleg: {self.prog} --help\n")
        raise SystemExit(UNUSABLE)


def add_command(commands: Any, name: str, help_text: str, more: tuple[str, str]) -> Parser:
    """A command with its explanation and an example; `--json` is there for all of them."""
    explanation, example = more
    parser: Parser = commands.add_parser(
        name, help=help_text, description=explanation, epilog=f"voorbeeld:\n{example}\n\n{CODES}"
    )
    parser.add_argument("--json", action="store_true", help="antwoord als JSON")
    return parser


CODES = (
    "code waarmee het programma stopt:\n"
    "  0  gelukt of goedgekeurd\n"
    "  1  het kan niet, of afgekeurd\n"
    "  2  een bestand of een optie klopt niet\n"
    "  3  wat we konden controleren klopt, maar niet alles (alleen verify)\n"
    "  130  afgebroken met Ctrl-C"
)


def add_question(parser: argparse.ArgumentParser) -> None:
    """The question that `check` and `draw` share."""
    add = parser.add_argument
    add("--categories", type=Path, required=True, metavar="BESTAND", help="de quota (CSV of Excel)")
    add("--respondents", type=Path, required=True, metavar="BESTAND", help="de aanmeldingen (CSV of Excel)")
    add("--size", type=whole, required=True, metavar="GETAL", help="het aantal plaatsen")
    add("--id-column", default="id", metavar="KOLOM", help="de kolom met het nummer (standaard: id)")
    add(
        "--address-columns",
        nargs="+",
        default=[],
        metavar="KOLOM",
        help="de kolommen met het adres, zoals postcode huisnummer; dan hoogstens één lid per adres",
    )
    add(
        "--address-rule",
        action="store_true",
        help="hoogstens één lid per adres; het adres staat in de kolom address",
    )
    add(
        "--exempt",
        type=Path,
        metavar="BESTAND",
        help="adressen die geen huishouden zijn, zoals een zorghuis; met dezelfde adreskolommen",
    )
    add("--constituency", default="", metavar="KOLOM", help="het kenmerk dat de geleding noemt")
    add("--fixed", type=Path, metavar="BESTAND", help="nummers van mensen die al een plaats hebben")
    add("--excluded", type=Path, metavar="BESTAND", help="nummers van mensen die niet mee mogen loten")


def add_seed(parser: argparse.ArgumentParser, required: bool = True) -> None:
    parser.add_argument(
        "--seed",
        type=whole,
        required=required,
        metavar="GETAL",
        help="een heel getal; hetzelfde getal geeft dezelfde uitkomst",
    )


def add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="MAP", help="een nieuwe map")


def add_new_table(parser: argparse.ArgumentParser, what: str) -> None:
    words = f"het nieuwe bestand met {what}, .csv of .xlsx"
    parser.add_argument("--out", type=Path, required=True, metavar="BESTAND", help=words)


def whole(text: str) -> int:
    """A whole number of at most 18 digits."""
    try:
        return whole_number(text)
    except OutOfRange as error:
        raise argparse.ArgumentTypeError(f"“{_cut(text)}” {error}.") from None
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{_cut(text)}” is geen heel getal.") from None


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def named_number(text: str) -> tuple[str, int]:
    """ "Almere=226786" or "Almere=226.786" """
    name, _sign, number = text.rpartition("=")
    try:
        found = name.strip(), count(number)
    except OutOfRange as error:
        raise argparse.ArgumentTypeError(f"“{_cut(number)}” bij “{_cut(name)}” {error}.") from None
    except ValueError:
        found = "", 0
    if not found[0]:
        raise argparse.ArgumentTypeError(f"schrijf naam=getal, niet “{text[:40]}”.")
    return found


def named_share(text: str) -> tuple[str, int]:
    """ "zorgontvangers=2"; without a number the share is 1."""
    return named_number(text) if "=" in text else (text.strip(), 1)


def listed(text: str) -> list[str]:
    """ "leeftijd,wijk" """
    return [one.strip() for one in text.split(",") if one.strip()]


def whole_list(text: str) -> list[int]:
    """ "5,5,5,10" """
    return [whole(one) for one in listed(text)]


def part(text: str) -> Fraction:
    """ "20%" or "0,2" """
    try:
        return share(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text[:40]}” is geen deel van 0 tot en met 1.") from None
