"""What is published never changes: each release has the digest that the register holds."""

import pytest

from riskapp.rubric_files.loader import load_rubric
from riskapp.rubric_files.published import Release, published_digest, published_releases
from tests.rubric_files.files import RUBRICS


@pytest.mark.parametrize("release", published_releases(RUBRICS), ids=lambda each: f"{each.id} {each.version}")
def test_a_published_release_is_what_was_published(release: Release) -> None:
    found = load_rubric(release.file(RUBRICS))
    assert (found.id, found.version) == (release.id, release.version)
    assert found.digest == release.sha256, (
        f"{release.id} {release.version} is published and must not change: undo the edit, or copy the file "
        "to a new version and enter that in rubrics/published.json"
    )


def test_every_rubric_in_the_folder_is_registered() -> None:
    registered = {release.file(RUBRICS) for release in published_releases(RUBRICS)}
    assert set(RUBRICS.glob("*/*.yaml")) == registered


def test_a_release_that_is_not_published_has_no_digest() -> None:
    assert published_digest(RUBRICS, "fmti", "1.0.0") is None
