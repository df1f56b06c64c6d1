"""The database: SQLite in a file, or PostgreSQL by its address; transactions; migrations."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backupclient.account_server.tables import Base

CHANNEL = "plainkeep_household"
"""What PostgreSQL tells the service's processes on: the payload is a household's id."""

_TOLD = "told"
_SQLITE_WAIT_MS = 20_000


class Database:
    """Connections and transactions; any thread."""

    def __init__(self, url: str) -> None:
        address = sa.make_url(url)
        if address.drivername in ("postgresql", "postgres"):
            address = address.set(drivername="postgresql+psycopg")
        self.address = address
        self.is_sqlite = address.get_backend_name() == "sqlite"
        self._after_commit: Callable[[str], None] | None = None
        self._turn = threading.RLock() if self.is_sqlite else contextlib.nullcontext()
        """Writers of this process, one after the other. Left to SQLite they would all poll for its
        lock, of which it gives no turn: of hundreds some wait until they give up."""
        self._engine = (
            self._sqlite()
            if self.is_sqlite
            else sa.create_engine(address, pool_size=10, max_overflow=20, pool_pre_ping=True)
        )

    def _sqlite(self) -> sa.Engine:
        engine = sa.create_engine(
            self.address,
            connect_args={"check_same_thread": False},
            # As many as may be wanted at once, each opened when it is; the last used is the next.
            pool_size=80,
            max_overflow=0,
            pool_use_lifo=True,
        )

        @sa.event.listens_for(engine, "connect")
        def connected(connection: object, _: object) -> None:
            connection.isolation_level = None  # type: ignore[attr-defined] # we begin ourselves
            for pragma in (
                "journal_mode=WAL",
                "foreign_keys=ON",
                f"busy_timeout={_SQLITE_WAIT_MS}",
            ):
                connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

        @sa.event.listens_for(engine, "begin")
        def begins(connection: sa.Connection) -> None:
            # A transaction that reads first and writes later would fail where another wrote
            # between; one that says at once that it will write waits for its turn.
            options = connection.get_execution_options()
            if options.get("reading", False):
                connection.exec_driver_sql("BEGIN")
                return
            # What was acknowledged outlives a power cut.
            level = "NORMAL" if options.get("casual", False) else "FULL"
            connection.exec_driver_sql(f"PRAGMA synchronous={level}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine

    def on_commit(self, tell: Callable[[str], None]) -> None:
        """`tell` is called in the committing thread with each household that was `changed`, where
        the database cannot tell the service's processes itself."""
        self._after_commit = tell

    @contextlib.contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[Session]:
        """A transaction that may write: committed at the end, undone by an exception. One that need
        not be `lasting`, because it is told again anyway, waits for no disk, and a power cut in the
        next moment may undo it."""
        engine = self._engine if lasting else self._engine.execution_options(casual=True)
        with self._turn, Session(engine, expire_on_commit=False) as session:
            with session.begin():
                if not lasting and not self.is_sqlite:
                    session.execute(sa.text("SET LOCAL synchronous_commit = off"))
                yield session
            told: set[str] = session.info.pop(_TOLD, set())
        if self._after_commit is not None:
            for household_id in told:
                self._after_commit(household_id)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads, and waits for nobody."""
        engine = self._engine.execution_options(reading=True)
        with Session(engine) as session, session.begin():
            yield session

    def insert_unless_there(
        self, session: Session, table: type[Base], values: Mapping[str, object]
    ) -> bool:
        """A new row, unless one with its key is there; two may do so at once. Whether it is new."""
        insert = sqlite.insert if self.is_sqlite else postgresql.insert
        row = insert(table).values(**values).on_conflict_do_nothing()
        # The count of rows is not to be relied on: psycopg's is none where a key comes back.
        return session.execute(row.returning(sa.literal(1))).first() is not None

    def changed(self, session: Session, household_id: str) -> None:
        """What is known of the household is another once `session` is committed: all who listen
        are told, in every process of the service."""
        if self.is_sqlite:
            session.info.setdefault(_TOLD, set()).add(household_id)
        else:
            session.execute(sa.select(sa.func.pg_notify(CHANNEL, household_id)))

    def answers(self) -> bool:
        """Whether it can be asked something now."""
        try:
            with self.reading() as session:
                return session.execute(sa.select(1)).scalar() == 1
        except sa.exc.SQLAlchemyError:
            return False

    def migrate(self) -> None:
        """Bring it to the newest shape. For who is alone with it, or waits its turn: on PostgreSQL
        several processes may begin at once."""
        from alembic import command  # noqa: PLC0415 - only where there may be something to do
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._engine.begin() as connection:
            if not self.is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(0x706C6B70)))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        self._engine.dispose()
