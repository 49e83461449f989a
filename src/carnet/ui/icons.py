"""Small pictures drawn for Carnet: one path each, on a 24 by 24 grid, drawn with a 1.75 stroke."""

PATHS = {
    "home": "M4 11 12 4l8 7v8.5a.5.5 0 0 1-.5.5H15v-6H9v6H4.5a.5.5 0 0 1-.5-.5z",
    "document": "M6 3h8l4 4v13.5a.5.5 0 0 1-.5.5h-11a.5.5 0 0 1-.5-.5zM14 3v4h4M9 12h6M9 16h6",
    "history": "M4 12a8 8 0 1 0 2.6-5.9M4 4v4h4M12 8v4.5l3 2",
    "account": "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
    "people": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 "
    "1 0 6.4"
    "M18 14.2a6.5 6.5 0 0 1 3.5 5.8",
    "logout": "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
    "login": "M14 4h5v16h-5M10 8l4 4-4 4M14 12H4",
    "phone": "M5 4h4l1.5 4.5L8 10.2a12 12 0 0 0 5.8 5.8l1.7-2.5L20 15v4a1.5 1.5 0 0 1-1.7 1.5A16 16 0 "
    "0 1 3.5 5.7 "
    "1.5 1.5 0 0 1 5 4z",
    "chevron": "M7 10l5 5 5-5",
    "arrow": "M5 12h14M13 6l6 6-6 6",
    "back": "M19 12H5M11 6l-6 6 6 6",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2.5",
    "unlock": "M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 6.8-1.2M12 14.5v2.5",
    "key": "M8 16a4 4 0 1 1 3.5-6H21v3.5h-2.5V16H15v-2.5h-3.2A4 4 0 0 1 8 16zM8 12h.01",
    "mail": "M3.5 6h17v12h-17zM3.5 7l8.5 6.5L20.5 7",
    "device": "M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM11 18h2",
    "laptop": "M5 5h14v10H5zM2.5 19h19M5 15l-1.5 4M19 15l1.5 4",
    "shield": "M12 3l7.5 2.5V11c0 4.6-3 8-7.5 10-4.5-2-7.5-5.4-7.5-10V5.5zM8.8 11.8l2.3 2.3 4.2-4.3",
    "bell": "M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21h4",
    "eye": "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 "
    "3 3 0 0 0 0 6z",
    "eye-off": "M4 4l16 16M9.5 6A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a15 15 0 0 1-2.7 3.4M6 7.6A15 15 0 "
    "0 0 2.5 12"
    "S6 18.5 12 18.5a9 9 0 0 0 4-.9M10 10a3 3 0 0 0 4 4",
    "download": "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4.5 20h15",
    "upload": "M12 16V5M7.5 9.5 12 5l4.5 4.5M4.5 20h15",
    "print": "M7 8V3.5h10V8M7 17H4V8.5h16V17h-3M7 14h10v6.5H7z",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.3 15.3 20.5 20.5",
    "settings": "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 19.5a2.5 2.5 "
    "0 1 0 0-5 "
    "2.5 2.5 0 0 0 0 5z",
    "heart": "M12 20S4 15 4 9.3A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8 2.3C20 15 12 20 12 20z",
    "pulse": "M3 12.5h4l2.5-6 4.5 12 2.8-6H21",
    "calendar": "M4.5 6h15v14h-15zM4.5 10.5h15M8.5 3.5V8M15.5 3.5V8",
    "help": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.7 2.2c-.8.4-1.2 1-1.2 "
    "1.8M12 16.8h.01",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.6h.01",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "cross": "M6 6l12 12M18 6L6 18",
    "warning": "M12 4l9 16H3zM12 10v4.5M12 17.3h.01",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "card": "M3 6h18v12.5H3zM6 9.5h4v4H6zM13 10h5M13 13h3",
    "child": "M12 8.5a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM5.5 12.5c4 2 9 2 13 0M9.5 13.5V21M14.5 "
    "13.5V21"
    "M9.5 17h5",
    "trash": "M5 7h14M9.5 7V4h5v3M7 7l.8 13.5h8.4L17 7M10.5 11v6M13.5 11v6",
    "edit": "M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5",
    "plus": "M12 5v14M5 12h14",
    "link": "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 "
    "11 18.7l1-1",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.5l3.5 2",
    "hospital": "M5 21V6h14v15M3 21h18M12 9v5M9.5 11.5h5M10 21v-4h4v4",
    "flask": "M9.5 3.5h5M10.5 3.5v6L5 19.5a1 1 0 0 0 .9 1.5h12.2a1 1 0 0 0 .9-1.5l-5.5-10v-6M7.8 15h8.4",
}
NAMES = tuple(PATHS)


class UnknownIconError(LookupError):
    """No icon has this name."""


def get_path(name: str) -> str:
    """The path of an icon. Raises UnknownIconError."""
    try:
        return PATHS[name]
    except KeyError:
        raise UnknownIconError(f"icon {name!r} does not exist; see carnet.ui.icons.NAMES") from None
