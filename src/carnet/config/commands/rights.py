"""Les droits de lecture : les vérifier, les dire en clair, refaire la page qui les explique."""

import argparse
from pathlib import Path

from carnet.config.cli import Exit, Refusal, say

HELP = "vérifier et dire qui lit quoi : la matrice d’habilitation"
ROLE = "app"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    check = actions.add_parser("check", help="vérifier une matrice d’habilitation avant de s’en servir")
    check.add_argument("folder", nargs="?", default="", help="son dossier (sinon celle de l’installation)")
    show = actions.add_parser("show", help="dire ce que lit une profession")
    show.add_argument("profession", help="code TRE_G15, ou SECRETARIAT_MEDICAL")
    write = actions.add_parser("write", help="écrire la page « Qui voit quoi »")
    write.add_argument("--to", type=Path, default=Path("docs/rights.md"), help="fichier à écrire")


def run(args: argparse.Namespace) -> int:
    return {"check": _check, "show": _show, "write": _write}[args.action](args)


def _check(args: argparse.Namespace) -> int:
    from django.conf import settings

    from carnet.access import api as access

    try:
        found = access.check_matrix(args.folder or settings.CARNET_MATRIX)
    except access.MatrixError as error:
        raise Refusal(str(error)) from error
    readers = sum(grant.reads for grant in found.grants.values())
    say(args, f"Matrice bonne : {len(found.professions)} professions, dont {readers} lisent quelque chose.",
        professions=len(found.professions), readers=readers)  # fmt: skip
    return Exit.DONE


def _show(args: argparse.Namespace) -> int:
    from carnet.access import api as access

    one = access.get_matrix().professions.get(args.profession)
    if one is None:
        raise Refusal(f"profession : « {args.profession} » n’est pas dans la matrice d’habilitation.")
    kinds, parts = access.list_given(one.code)
    lines = [f"{one.label} ({one.code}) : {len(kinds)} types de documents, {len(parts)} autres parties."]
    lines += [f"  {kind.code:16} {kind.label}" for kind in kinds] + [f"  {part}" for part in parts]
    say(args, "\n".join(lines), profession=one.code, types=[kind.code for kind in kinds], parts=parts)
    return Exit.DONE


def _write(args: argparse.Namespace) -> int:
    from carnet.access import api as access

    args.to.write_text(access.write_rights(), encoding="utf-8")
    say(args, f"Page écrite : {args.to}.", file=str(args.to))
    return Exit.DONE
