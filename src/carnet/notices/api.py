"""The door of notices: what people are told, in their space and by e-mail (docs/notices.md).

A notice is a code and a reference. Neither it nor the e-mail says anything of health: what there is to
read is read in the space, after logging in.
"""

from carnet.notices.centre import (
    NoticeCard,
    NoticeUnknownError,
    Unread,
    clear,
    clear_read,
    count_unread,
    get_notice,
    list_notices,
    list_page,
    list_unread,
    mark_all_read,
    mark_one_read,
    mark_read,
)
from carnet.notices.policies import SWITCH_OF, Preferences, Rhythm, Switch
from carnet.notices.preferences import get_preferences, save_preferences
from carnet.notices.telling import tell
from carnet.notices.wordings import NoticeCode
from carnet.platform.outbox import Outcome

__all__ = [
    "SWITCH_OF",
    "NoticeCard",
    "NoticeCode",
    "NoticeUnknownError",
    "Outcome",
    "Preferences",
    "Rhythm",
    "Switch",
    "Unread",
    "clear",
    "clear_read",
    "count_unread",
    "get_notice",
    "get_preferences",
    "list_notices",
    "list_page",
    "list_unread",
    "mark_all_read",
    "mark_one_read",
    "mark_read",
    "save_preferences",
    "tell",
]
