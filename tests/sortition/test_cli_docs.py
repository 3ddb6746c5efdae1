"""docs/loting.md works: every command in it runs, in its order, on files with the columns it shows.

In the text a block ```csv NAME is a file, ```sh holds commands and ```text is what the last of them prints.
"""

from __future__ import annotations

import csv
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from civic.sortition import commands
from civic.sortition.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "loting.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w*)[ ]?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^## (\d+)\. ", re.MULTILINE)
OURS = ["python", "-m", "civic.sortition"]
MARKERS = ("1.", "2.", "3.", "4.")
MEASURED = "7"  # its command has a folder of its own
# in the text these stand for two people of the panel
STAND_INS = ("1003", "1007")


@dataclass(frozen=True)
class Block:
    section: str
    kind: str
    name: str
    content: str


def blocks() -> Iterator[Block]:
    for found in BLOCK.finditer(TEXT):
        section = [one[1] for one in SECTION.finditer(TEXT) if one.start() < found.start()][-1]
        yield Block(section, found[1], found[2], found[3])


def commands_in(text: str) -> list[list[str]]:
    return [shlex.split(line) for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def more_rows(name: str) -> list[str]:
    """The two files whose example is too short to draw from."""
    if name == "respondents.csv":
        ages, parts = ("16-34", "35-64", "65+"), ("Noord", "Zuid")
        return [
            f"{1003 + i},{ages[i % 7 // 3]},{parts[i * i % 5 % 2]},1234 AB,{i // 2 + 3}" for i in range(150)
        ]
    if name == "adressen.csv":
        return [f"Urk,Dorpsstraat {i},A,nee" for i in range(2, 900)]
    return []


def write(block: Block, folder: Path) -> None:
    text = block.content
    panel = folder / "uitslag" / "panel.csv"
    if panel.exists() and block.section != "9":
        with panel.open(encoding="utf-8", newline="") as file:
            ids = [row["id"] for row in csv.DictReader(file)]
        stand_in = dict(zip(STAND_INS, ids, strict=False))  # both at once: one may be the other's name
        text = re.sub(rf"^({'|'.join(stand_in)})\b", lambda one: stand_in[one[1]], text, flags=re.MULTILINE)
    rows = "".join(f"{line}\n" for line in more_rows(block.name))
    (folder / block.name).write_text(text + rows, encoding="utf-8")


def run(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    if words[:3] == OURS:
        assert main(words[3:]) == 0, capsys.readouterr()
        return capsys.readouterr().out
    assert words[0] == "python"
    done = subprocess.run([sys.executable, *words[1:]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_command_of_the_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    printed, ran = "", set[str]()
    for block in blocks():
        if block.kind == "csv" and block.name:
            write(block, tmp_path)
        elif block.kind == "text":
            assert printed == block.content
        elif block.kind == "sh" and block.section != MEASURED:
            for words in commands_in(block.content):
                printed = run(words, capsys)
                ran |= {words[3]} if words[:3] == OURS else set()
    assert ran == {one.__name__.rsplit(".", 1)[1] for one in commands.COMMANDS}
    assert (tmp_path / "tafels2" / "per-tafel.xlsx").exists()


def test_the_command_that_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the smallest of the pools; the benchmark does the others."""
    (tmp_path / "benchmarks").symlink_to(ROOT / "benchmarks")
    monkeypatch.chdir(tmp_path)
    (block,) = (one for one in blocks() if one.section == MEASURED and one.kind == "sh")
    (words,) = commands_in(block.content.replace("like_sf_a_35", "like_mass_24").replace("35", "24"))
    assert '"optimal": true' in run(words, capsys)


def test_all_options_that_the_text_names_exist() -> None:
    known = {
        option
        for command in commands.make_parser()._subparsers._group_actions[0].choices.values()  # type: ignore[union-attr]  # private
        for option in command._option_string_actions
    } | {"--oefenloting"}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", TEXT))
    assert named <= known


def test_short_sentences() -> None:
    """At most fifteen words; section 7 is a measurement."""
    parts = re.split(r"^## ", BLOCK.sub("", TEXT), flags=re.MULTILINE)
    prose = "\n".join(one for one in parts if not one.startswith(f"{MEASURED}."))
    lines = [line for line in prose.splitlines() if not line.startswith(("|", "#"))]
    for paragraph in "\n".join(lines).split("\n\n"):
        plain = re.sub(r"`[^`]*`", "x", " ".join(paragraph.split()))
        for sentence in re.split(r"(?<=[.?!:])\s+", plain):
            words = [word for word in sentence.split() if re.search(r"\w", word) and word not in MARKERS]
            assert len(words) <= 15, sentence
