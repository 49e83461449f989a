"""Tout vérifier, sans rien changer : chaque constat dit ce qui va, ce qui ne va pas, et quoi faire."""

import argparse

from carnet.config.cli import Exit, say

HELP = "vérifier l’installation et dire quoi faire"
ROLE = "loader"

_SIGNS = {"good": "bien", "warning": "ATTENTION", "obstacle": "OBSTACLE"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--problems", action="store_true", help="ne montrer que ce qui ne va pas")


def run(args: argparse.Namespace) -> int:
    from carnet.config.examination import examine

    found = [each for each in examine() if not (args.problems and each.level == "good")]
    lines = [f"{_SIGNS[each.level]:>9}  {each.check:<11} {each.sentence}" for each in found]
    obstacles = sum(each.level == "obstacle" for each in found)
    say(
        args,
        "\n".join(lines),
        findings=[
            {"check": each.check, "level": each.level, "text": each.text, "remedy": each.remedy}
            for each in found
        ],
        obstacles=obstacles,
    )
    return Exit.FAILED if obstacles else Exit.DONE
