"""Migration operations that give each table its kind (ARCHITECTURE.md, "One door").

`Wall` for a clinical table: row-level security by person, enabled and forced, loud outside the door.
`Grants` for the others. Default privileges are never used: a table without one of these is closed.
`Unsampled` besides, for columns that hold somebody's own words, secrets or sealed facts.
"""

from typing import Any

from django.db.migrations.operations.base import Operation

_HERS = "person_id = current_setting('carnet.person_id')::uuid"


class _Sql(Operation):
    """An operation that only sends SQL and can be undone."""

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, _app_label: str, _state: Any) -> None:
        """Nothing: models are unchanged."""

    def database_forwards(self, _app: str, schema_editor: Any, _from: Any, _to: Any) -> None:
        for statement in self.forwards():
            schema_editor.execute(statement)

    def database_backwards(self, _app: str, schema_editor: Any, _from: Any, _to: Any) -> None:
        for statement in self.backwards():
            schema_editor.execute(statement)

    def forwards(self) -> list[str]:
        raise NotImplementedError

    def backwards(self) -> list[str]:
        raise NotImplementedError


class Grants(_Sql):
    """Give privileges on a table, role by role: `Grants("people_person", app="select, insert")`."""

    def __init__(self, table: str, **roles: str) -> None:
        self.table = table
        self.roles = roles

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [self.table], dict(self.roles)

    def forwards(self) -> list[str]:
        grants = [f"grant {rights} on {self.table} to carnet_{role}" for role, rights in self.roles.items()]
        return [f"revoke all on {self.table} from public", *grants]

    def backwards(self) -> list[str]:
        return [f"revoke all on {self.table} from carnet_{role}" for role in self.roles]

    def describe(self) -> str:
        return f"Grants on {self.table}"


class Wall(Grants):
    """A clinical table: only rows of the person of the open door; outside it, an error.

    The bare `current_setting` raises when no person is set: an empty table would read as
    "no allergy". The batch role never gets a grant.
    """

    def forwards(self) -> list[str]:
        return [
            f"alter table {self.table} enable row level security",
            f"alter table {self.table} force row level security",
            f"create policy person_wall on {self.table} using ({_HERS}) with check ({_HERS})",
            *super().forwards(),
        ]

    def backwards(self) -> list[str]:
        return [
            *super().backwards(),
            f"drop policy person_wall on {self.table}",
            f"alter table {self.table} no force row level security",
            f"alter table {self.table} disable row level security",
        ]

    def describe(self) -> str:
        return f"Wall around {self.table}"


class Unsampled(_Sql):
    """Keep columns out of the planner's statistics, which copy values and outlive the rows.

    After an erasure `pg_statistic` would still hold them; it is neither emptied by a DELETE nor by VACUUM.
    Nothing is lost to the planner: such columns are found by a unique key or not searched at all.
    """

    def __init__(self, table: str, *columns: str) -> None:
        self.table, self.columns = table, columns

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [self.table, *self.columns], {}

    def forwards(self) -> list[str]:
        return [self._target(column, 0) for column in self.columns]

    def backwards(self) -> list[str]:
        return [self._target(column, -1) for column in self.columns]

    def describe(self) -> str:
        return f"No statistics of {self.table} ({', '.join(self.columns)})"

    def _target(self, column: str, number: int) -> str:
        return f'alter table {self.table} alter column "{column}" set statistics {number}'


class PersonReference(_Sql):
    """The foreign key and index of a reference between two clinical rows of one person."""

    def __init__(self, table: str, column: str, to: str, on_delete: str = "no action") -> None:
        self.table, self.column, self.to, self.on_delete = table, column, to, on_delete

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [self.table, self.column, self.to, self.on_delete], {}

    def forwards(self) -> list[str]:
        name = f"{self.table}_{self.column}"
        walled = sorted({self.table, self.to})
        # What checks the present rows obeys the wall, which has no person here; the owner may leave it.
        return [
            *(f"alter table {table} no force row level security" for table in walled),
            (
                f"alter table {self.table} add constraint {name}_fk foreign key (person_id, {self.column})"
                f" references {self.to} (person_id, id) on delete {self.on_delete}"
            ),
            f"create index {name}_idx on {self.table} (person_id, {self.column})",
            *(f"alter table {table} force row level security" for table in walled),
        ]

    def backwards(self) -> list[str]:
        name = f"{self.table}_{self.column}"
        return [f"drop index {name}_idx", f"alter table {self.table} drop constraint {name}_fk"]

    def describe(self) -> str:
        return f"Reference {self.table}.{self.column} to {self.to}"
