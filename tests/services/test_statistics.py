"""The embedded database is told how its data lies: at once, and again when there is much more of it."""

import threading

from sqlalchemy import text

from riskapp.services.statistics import keep_statistics, learn_if_grown
from riskapp.services.work import Office
from tests.assessment_builders import an_assessment


def known(office: Office) -> dict[str, str]:
    """Return what a connection of the pool knows of each index of the assessments."""
    if not office.database.is_sqlite:
        return {}
    with office.reading() as connection:
        if (
            connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")).scalar()
            is None
        ):
            return {}
        rows = connection.execute(text("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'assessment'"))
        return {row.idx: row.stat for row in rows}


def test_the_database_learns_at_once_and_when_its_log_has_grown_by_half(office: Office) -> None:
    an_assessment(office)
    learnt = learn_if_grown(office, None)
    before = known(office)
    assert bool(before) is office.database.is_sqlite
    assert learn_if_grown(office, learnt) == learnt
    an_assessment(office)
    an_assessment(office)
    later = learn_if_grown(office, learnt)
    assert learnt is not None
    assert later is not None
    assert later > learnt
    assert (known(office) != before) is office.database.is_sqlite


def test_learning_leaves_whoever_reads_and_writes_alone(office: Office) -> None:
    with office.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM assessment")).scalar_one() == 0
        learn_if_grown(office, None)
        an_assessment(office)
        assert connection.execute(text("SELECT count(*) FROM assessment")).scalar_one() == 0
    with office.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM assessment")).scalar_one() == 1


def test_it_ends_when_it_is_told_to(office: Office) -> None:
    stopping = threading.Event()
    thread = threading.Thread(target=keep_statistics, args=(office, stopping))
    thread.start()
    stopping.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_database_that_does_not_answer_is_asked_again_later(office: Office) -> None:
    an_assessment(office)
    with office.database.writing() as connection:
        connection.execute(text("ALTER TABLE log_entry RENAME TO elsewhere"))
        connection.commit()
    assert learn_if_grown(office, 1) == 1
    with office.database.writing() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO log_entry"))
        connection.commit()
    assert (learn_if_grown(office, 1) or 0) > 1
