"""The desk's search and filters: by words, person, period, candidate, dimension, gate and staleness."""

from riskapp.domain.authority import Role
from riskapp.services.blindness import NOBODY
from riskapp.services.moderation import record_dissent
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.log_lists import LogFilters
from riskapp.storage.log_search import log_stretch
from riskapp.storage.migrations import downgrade, upgrade
from riskapp.storage.search import SearchFilters, search
from tests.assessment_builders import FULL, a_submitted_assessment, an_assessment, save
from tests.conftest import Clock
from tests.teams import a_team_in_moderation, settle
from tests.web.conftest import SignedIn
from tests.web.page_client import Page, words_in
from tests.web.test_audit import a_whole_story, numbers


def places(page: Page) -> list[str]:
    """Return what the hits of a page are in, in their order."""
    return [words_in(each.findall("a")[0]) for each in page.all("div", class_="comment__by")]


def listed(page: Page) -> list[str]:
    return [words_in(each) for each in page.all("th", scope="row")]


def test_words_are_found_wherever_they_were_written(office: Office, signed_in: SignedIn) -> None:
    opened = a_whole_story(office)
    auditor = signed_in(Role.AUDITOR)
    assert places(auditor.get("/audit/search?words=next+YEAR")) == ["RA-0001"]
    answers = auditor.get("/audit/search?words=declared+tokens&kind=answer")
    assert places(answers) == [
        "RA-0001, score sheet 2, Run cost against the budget",
        "RA-0001, score sheet 1, Run cost against the budget",
    ]
    assert places(auditor.get("/audit/search?words=prices.example.org")) == ["RA-0001, evidence item 1"]
    assert places(auditor.get("/audit/search?words=mask+platform")) == ["RA-0001, decision 1"]
    assert places(auditor.get("/audit/search?words=host+new")) == ["RA-0001, decision 1"]
    by_assessor = f"/audit/search?words=price&person={opened.assessor.id}"
    assert "RA-0001" not in places(auditor.get(by_assessor))
    for nothing in ("words=price&candidate=gpt", "words=price&until=2020-01-01", "words=price+nowhere"):
        assert "Nothing that was written holds" in auditor.get(f"/audit/search?{nothing}").words
    assert places(auditor.get("/audit/search?words=year&candidate=R1&since=2026-11-24&assessment=1"))
    strange = auditor.get("/audit/search?words=%22%29+OR+%28*&since=soon")
    assert strange.problems == ["“soon” is no date; write it as 2027-01-31"]


def test_many_hits_are_read_from_the_newest_down_and_up_again(office: Office) -> None:
    for _ in range(3):
        a_submitted_assessment(office)
    with office.reading() as connection:
        asked = SearchFilters(words="machines")
        first = search(connection, asked, viewer_id=NOBODY, size=2)
        second = search(connection, asked, viewer_id=NOBODY, before=first.older, size=2)
        back = search(connection, asked, viewer_id=NOBODY, after=second.newer, size=2)
    assert (len(first.items), len(second.items), second.older) == (2, 1, None)
    assert back.items == first.items


def test_what_was_written_before_there_was_an_index_is_found(office: Office) -> None:
    a_whole_story(office)
    downgrade(office.database, "0008")
    upgrade(office.database)
    with office.reading() as connection:
        assert len(search(connection, SearchFilters(words="declared tokens"), viewer_id=NOBODY).items) == 2


def test_drafts_are_not_searched(office: Office, signed_in: SignedIn) -> None:
    opened = an_assessment(office)
    save(office, opened, "run-cost", FULL["run-cost"])
    auditor = signed_in(Role.AUDITOR)
    assert "Nothing that was written" in auditor.get("/audit/search?words=tokens").words
    assert "No entry fits" in auditor.get("/audit/log?text=declared+tokens").words


def test_the_log_is_searched_by_its_text_a_stretch_at_a_time(office: Office, signed_in: SignedIn) -> None:
    a_whole_story(office)
    auditor = signed_in(Role.AUDITOR)
    found = auditor.get("/audit/log?text=Price+of+NEXT")
    assert "assessment.sent-back" in auditor.get("/audit/log?text=price+of+next").words
    assert len(numbers(found)) == 1
    assert "looked through down to number 1" in found.words
    with office.reading() as connection:
        stretch = log_stretch(connection, LogFilters(), "assessment.opened", viewer_id=NOBODY, most=3)
        assert not stretch.items
        while stretch.older is not None and not stretch.items:
            stretch = log_stretch(
                connection, LogFilters(), "assessment.opened", viewer_id=NOBODY, before=stretch.older, most=3
            )
    assert stretch.items


def test_the_desk_narrows_by_person_period_band_gate_and_staleness(
    office: Office, signed_in: SignedIn, clock: Clock
) -> None:
    opened = a_whole_story(office)
    weak = an_assessment(office)
    for criterion, payload in FULL.items():
        changed = {**payload, "choice": "level:foreign"} if criterion == "residency" else payload
        save(office, weak, criterion, changed)
    submit_sheet(office, weak.assessor, weak.id)
    auditor = signed_in(Role.AUDITOR)

    def seen(query: str) -> list[str]:
        return listed(auditor.get(f"/audit?{query}"))

    assert seen("") == ["RA-0002", "RA-0001"]
    assert seen(f"person={opened.assessor.id}") == ["RA-0001"]
    assert seen("gate=weak-security") == ["RA-0002"]
    assert seen("band=critical&dimension=security") == ["RA-0002"]
    assert seen("band=low&dimension=security&stage=decided") == ["RA-0001"]
    assert seen("since=2026-11-25") == []
    assert seen("until=2026-11-24&text=RA-0001") == ["RA-0001"]
    assert seen("staleness=fresh") == ["RA-0002", "RA-0001"]
    clock.advance(days=400)
    late = signed_in(Role.AUDITOR, name="later").get("/audit?staleness=stale")
    assert "RA-0001" in listed(late)
    assert "All that fit were looked through." in late.words


def test_dissent_and_the_reasons_of_a_moderation_are_found(office: Office) -> None:
    team = a_team_in_moderation(office)
    settle(office, team, reason="Both contracts were read aloud.")
    record_dissent(office, team.ada, team.id, "residency", "The subprocessor sits overseas.")
    with office.reading() as connection:
        dissent = search(connection, SearchFilters(words="sits overseas"), viewer_id=NOBODY)
        reasons = search(connection, SearchFilters(words="read aloud"), viewer_id=NOBODY)
    assert [each.person_id for each in dissent.items] == [team.ada.id]
    assert reasons.items
