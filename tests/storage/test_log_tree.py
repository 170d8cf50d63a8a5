"""The nodes that are kept with the entries give the roots and proofs of the tree over their bytes."""

import pytest
from sqlalchemy import select, text

from riskapp.domain.errors import ConflictError
from riskapp.domain.ledger import Frontier, extends, includes, leaf_digest
from riskapp.services.work import Office
from riskapp.storage.database import Database
from riskapp.storage.log import entries
from riskapp.storage.log_tree import log_size, prove_consistency, prove_inclusion, root_at
from riskapp.storage.migrations import downgrade, upgrade
from riskapp.storage.tables import log_entry, log_node

ENTRIES = 37


def write(office: Office, count: int, *, each: int = 1) -> None:
    for _ in range(count):
        with office.work(None) as unit:
            for number in range(each):
                unit.record("thing.made", subject=("thing", str(number)))
            unit.commit()


def roots(office: Office) -> list[bytes]:
    """Return the roots over the stored bytes, by size from 0."""
    frontier = Frontier()
    found = [frontier.root()]
    with office.reading() as connection:
        for entry in entries(connection, select(log_entry).order_by(log_entry.c.seq)):
            frontier.append(leaf_digest(entry.leaf))
            found.append(frontier.root())
    return found


def test_every_size_of_the_log_has_its_root_and_its_proofs(office: Office) -> None:
    write(office, ENTRIES - 3)
    write(office, 1, each=3)
    expected = roots(office)
    with office.reading() as connection:
        leaves = [leaf_digest(each.leaf) for each in entries(connection, select(log_entry))]
        assert log_size(connection) == ENTRIES == len(expected) - 1
        for size in range(ENTRIES + 1):
            assert root_at(connection, size) == expected[size]
        for old in range(1, ENTRIES + 1):
            shown = prove_inclusion(connection, old, ENTRIES)
            assert includes(leaf=leaves[old - 1], index=old - 1, size=ENTRIES, root=expected[-1], proof=shown)
            grown = prove_consistency(connection, old, ENTRIES)
            assert extends(old=old, old_root=expected[old], new=ENTRIES, new_root=expected[-1], proof=grown)


def test_the_migration_gives_the_tree_to_entries_that_were_there_before(office: Office) -> None:
    write(office, ENTRIES)
    with office.reading() as connection:
        before = connection.execute(select(log_node).order_by(log_node.c.seq)).all()
    downgrade(office.database, "0001")
    upgrade(office.database)
    with office.reading() as connection:
        assert connection.execute(select(log_node).order_by(log_node.c.seq)).all() == before
    write(office, 3)
    with office.reading() as connection:
        assert root_at(connection, ENTRIES + 3) == roots(office)[-1]


def erase_hashes(database: Database) -> None:
    """Remove the hashes of one entry, as the owner of the database can."""
    with database.writing() as connection:
        if database.is_sqlite:
            connection.execute(text("DROP TRIGGER log_node_refuses_delete"))
        else:
            connection.execute(text("ALTER TABLE log_node DISABLE TRIGGER ALL"))
        connection.execute(text("DELETE FROM log_node WHERE seq = 2"))
        connection.commit()


def test_nothing_is_recorded_on_a_tree_that_lost_its_hashes(office: Office) -> None:
    write(office, 3)
    erase_hashes(office.database)
    with pytest.raises(ConflictError, match="riskapp log verify"):
        write(office, 1)
    with office.reading() as connection, pytest.raises(ConflictError, match="lost hashes"):
        root_at(connection, 3)
