"""The door of support: reporting a document or an access, following the report, answering it at the desk."""

from carnet.support.actions import answer, may_report, report, report_access
from carnet.support.help import (
    MAX_CALL,
    HelpRequest,
    answer_help,
    ask_help,
    get_help,
    get_own_help,
    list_own_help,
    list_waiting_help,
)
from carnet.support.policies import (
    MAX_ANSWER,
    MAX_WORDS,
    MIN_ANSWER,
    Kind,
    Reason,
    State,
    TicketRefused,
    check_words,
    find_number,
    reasons_of,
)
from carnet.support.queries import (
    count_waiting,
    find_by_number,
    find_waiting,
    get_line,
    get_own,
    get_ticket,
    list_own,
    list_waiting,
)
from carnet.support.records import Ticket, TicketLine, TicketUnknownError

__all__ = ["MAX_ANSWER", "MAX_CALL", "MAX_WORDS", "MIN_ANSWER", "HelpRequest", "Kind", "Reason", "State",
           "Ticket", "TicketLine", "TicketRefused", "TicketUnknownError", "answer", "answer_help", "ask_help",
           "check_words", "count_waiting", "find_by_number", "find_number", "find_waiting", "get_help",
           "get_line", "get_own", "get_own_help", "get_ticket", "list_own", "list_own_help", "list_waiting",
           "list_waiting_help", "may_report", "reasons_of", "report", "report_access"]  # fmt: skip
