"""The pages of the rubrics: which releases there are, and each whole for those who answer under it."""

import pytest

from riskapp import paths
from riskapp.domain.authority import Role
from riskapp.rubric_files.loader import load_rubric
from riskapp.rubric_files.published import published_releases
from riskapp.services.rubrics import publish_shipped
from riskapp.services.work import Office
from tests.web.conftest import SignedIn


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.PROCUREMENT])
def test_every_release_is_listed_with_version_and_digest(
    signed_in: SignedIn, office: Office, role: Role
) -> None:
    client = signed_in(role)
    assert "No rubric is published yet" in client.get("/rubrics").words
    publish_shipped(office)
    words = client.get("/rubrics").words
    for release in published_releases(paths.rubrics()):
        assert release.version in words
        assert release.sha256 in words


def test_a_whole_release_can_be_read(signed_in: SignedIn, office: Office) -> None:
    publish_shipped(office)
    client = signed_in(Role.ASSESSOR)
    index = client.get("/rubrics")
    for release in published_releases(paths.rubrics()):
        rubric = load_rubric(release.file(paths.rubrics()))
        page = client.get(index.link(rubric.title))
        words = page.words
        assert page.heading == f"{rubric.title} {rubric.version}"
        assert rubric.digest in words
        for criterion in rubric.criteria():
            assert page.all("article", id=f"criterion-{criterion.id}"), criterion.id
            for told in (criterion.question, criterion.why, criterion.how, *criterion.evidence):
                assert " ".join(told.split()) in words, criterion.id
        for told in (*(gate.text for gate in rubric.gates), *(each.trade for each in rubric.profiles)):
            assert " ".join(told.split()) in words


def test_a_release_that_is_not_there_is_not_found(signed_in: SignedIn) -> None:
    signed_in(Role.ASSESSOR).get("/rubrics/nothing", status=404)
