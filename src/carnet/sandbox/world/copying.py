"""PostgreSQL's binary COPY made of arrays: rows are laid out at their widest, then the bytes kept are taken.

Format: PostgreSQL manual, COPY, "Binary Format". A field is a length (4 bytes) and that many bytes; NULL is
the length -1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from carnet.sandbox.world.population import Flags
from carnet.sandbox.world.tables import Bytes, Numbers, Texts

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"

_POSTGRES_EPOCH_DAYS = 10_957  # 2000-01-01, in days since 1970


@dataclass(frozen=True)
class Piece:
    """Bytes of a field, one row a person; `lengths`: how many of each row count, all when None."""

    data: Bytes
    lengths: Numbers | None = None


@dataclass(frozen=True)
class Column:
    """A field made of pieces put end to end; NULL where `null` says so."""

    pieces: tuple[Piece, ...]
    null: Flags | None = None


def text(*pieces: Piece) -> Column:
    """A text of several pieces."""
    return Column(pieces)


def pick(texts: Texts, which: Numbers) -> Piece:
    """The texts of these numbers; a negative number is an empty text."""
    lengths = texts.lengths[which]
    return Piece(texts.data[which], np.where(which < 0, 0, lengths))


def constant(value: str | bytes, count: int, where: Flags | None = None) -> Piece:
    """The same bytes on each row, or only on those of `where`."""
    encoded = value.encode() if isinstance(value, str) else value
    data = np.broadcast_to(np.frombuffer(encoded, dtype=np.uint8), (count, len(encoded)))
    return Piece(data, None if where is None else np.where(where, len(encoded), 0))


def only(where: Flags, piece: Piece) -> Piece:
    """The piece on the rows of `where`, nothing on the others."""
    full = piece.data.shape[1] if piece.lengths is None else piece.lengths
    return Piece(piece.data, np.where(where, full, 0))


def raw(data: Bytes, null: Flags | None = None) -> Column:
    """Bytes of one width as they are: uuid, bytea, text of one length."""
    return Column((Piece(data),), null)


def day(days: Numbers, null: Flags | None = None) -> Column:
    """A date, from days since 1970."""
    return raw(_big_endian(days - _POSTGRES_EPOCH_DAYS, ">i4"), null)


def moment(microseconds: int, count: int) -> Column:
    """A timestamptz, the same on each row, from microseconds since 1970."""
    value = microseconds - _POSTGRES_EPOCH_DAYS * 86_400_000_000
    return Column((constant(value.to_bytes(8, "big", signed=True), count),))


def flag(values: Flags) -> Column:
    """A boolean."""
    return raw(values.astype(np.uint8).reshape(-1, 1))


def null(count: int, width: int = 16) -> Column:
    """NULL on each row."""
    return Column((Piece(np.zeros((count, width), dtype=np.uint8)),), np.ones(count, dtype=np.bool_))


def encode(columns: Sequence[Column]) -> bytes:
    """Return the rows made of these columns, without header and trailer."""
    count = columns[0].pieces[0].data.shape[0]
    width = 2 + sum(4 + sum(piece.data.shape[1] for piece in column.pieces) for column in columns)
    rows = np.empty((count, width), dtype=np.uint8)
    keep = np.ones((count, width), dtype=np.bool_)
    rows[:, :2] = _big_endian(np.array([len(columns)]), ">i2")
    at = 2
    for column in columns:
        at = _put(rows, keep, at, column)
    return rows[keep].tobytes()


def _put(rows: Bytes, keep: Flags, at: int, column: Column) -> int:
    count = rows.shape[0]
    total = np.zeros(count, dtype=np.int64)
    length_at, at = at, at + 4
    for piece in column.pieces:
        width = piece.data.shape[1]
        rows[:, at : at + width] = piece.data
        lengths = np.full(count, width) if piece.lengths is None else piece.lengths
        if piece.lengths is not None:
            keep[:, at : at + width] = np.arange(width) < lengths[:, None]
        total += lengths
        at += width
    if column.null is not None:
        keep[column.null, length_at + 4 : at] = False
        total = np.where(column.null, -1, total)
    rows[:, length_at : length_at + 4] = _big_endian(total, ">i4")
    return at


def _big_endian(values: Numbers, kind: str) -> Bytes:
    encoded = values.astype(kind)
    return encoded.view(np.uint8).reshape(len(values), encoded.itemsize)
