"""What tables are made of: the metadata with its names, and the columns that recur."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Text

from riskapp.storage.columns import Day, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column() -> Column[str]:
    """Return the column of an id, which is the primary key."""
    return Column("id", String(32), primary_key=True)


def key(name: str, target: str, *, nullable: bool = False) -> Column[str]:
    """Return a column that names a row of another table."""
    return Column(name, String(64), ForeignKey(target), nullable=nullable)


def text(name: str, *, nullable: bool = False) -> Column[str]:
    """Return a column of text without a limit."""
    return Column(name, Text, nullable=nullable)


def at(name: str) -> Column[datetime]:
    """Return a column of an instant."""
    return Column(name, Instant, nullable=False)


def day(name: str, *, nullable: bool = True) -> Column[date]:
    """Return a column of a calendar day."""
    return Column(name, Day, nullable=nullable)


def count(name: str, *, nullable: bool = False) -> Column[int]:
    """Return a column of a whole number."""
    return Column(name, Integer, nullable=nullable)
