"""Stories that end with an issued report, lived through in a thread of their own.

The loop of the browser runs in the thread of the tests, and sealing wants one for itself.
"""

from concurrent.futures import ThreadPoolExecutor

from riskapp.services.work import Office
from tests.assessment_builders import Opened
from tests.web.test_audit import a_whole_story


def a_reported_story(office: Office) -> Opened:
    """Return an assessment that was filled in, sent back, corrected, decided and reported."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(a_whole_story, office).result()
