"""The component that says who would see what before a change is saved: ``{% load ui_effects %}``.

Lines (one tag)
  ui_effects effects        what changes for each (carnet.ui.effects.EffectLine); those for whom nothing does
                            are named in one sentence
"""

from collections.abc import Sequence

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from carnet.ui.effects import EffectLine

register = template.Library()


@register.simple_tag
def ui_effects(effects: Sequence[EffectLine]) -> SafeString:
    """What a change makes of each; every text is escaped."""
    context = {
        "changed": [one for one in effects if one.kind != "same"],
        "same": " ; ".join(one.who for one in effects if one.kind == "same"),
    }
    return render_to_string("ui/components/effects.html", context)
