"""The copy for testers is made from PostgreSQL as well: the same tests, on a real server."""
import pytest
from django.db import connection

from tests.shell.test_scrubbed import (
    copy,
    scene,
    test_a_tester_reads_invented_texts_and_signs_in,
    test_nothing_of_anybody_is_in_any_file,
    test_offices_and_closed_words_stay_what_pages_read,
    test_the_copy_has_the_same_shape_and_holds_together,
)

__all__ = ["copy", "scene", "test_a_tester_reads_invented_texts_and_signs_in",
           "test_nothing_of_anybody_is_in_any_file", "test_offices_and_closed_words_stay_what_pages_read",
           "test_the_copy_has_the_same_shape_and_holds_together"]
pytestmark = [pytest.mark.slow, pytest.mark.concurrent]


@pytest.fixture(autouse=True)
def _a_real_server(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the other file asks SQLite")
