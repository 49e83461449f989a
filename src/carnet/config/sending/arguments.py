"""What `carnet documents send` is told. Apart, so that no other command loads an HTTP client."""

import argparse
from pathlib import Path
from typing import Final

STATE: Final = "carnet-envoi.jsonl"
PATIENCE: Final = 300.0
"""Seconds for which one document is tried again before the whole sending stops."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DOSSIER", help="documents CDA (*.xml)")
    parser.add_argument("--api", required=True, metavar="URL", help="serveur (https://carnet.example)")
    parser.add_argument(
        "--key", required=True, type=Path, metavar="FICHIER", help="clé du compte du logiciel"
    )
    parser.add_argument("--at-once", type=int, default=4, metavar="N", help="documents à la fois (4)")
    parser.add_argument("--state", type=Path, metavar="FICHIER", help=f"réponses reçues (DOSSIER/{STATE})")
    parser.add_argument("--again", action="store_true", help="renvoyer aussi ceux qui ont été refusés")
    parser.add_argument("--ca", default="", metavar="FICHIER", help="autorité du certificat du serveur (PEM)")
    parser.add_argument(
        "--patience", type=float, default=PATIENCE, metavar="S", help="secondes d’essais sans réponse (300)"
    )
