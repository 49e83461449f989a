"""The pages of help, rules and training, in a real browser."""

import pytest

from tests.portal.browsing import check_pages
from tests.pro.test_learning import check, make_set, train, url

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


def test_help_rules_and_training_are_accessible():
    make_set()
    _, _, client = train()
    sent = client.post(url("help_ask"), {"words": "La page du dossier reste blanche depuis ce matin."})
    check_pages(
        {
            "pro-help": client.get(url("help", page="pro:record", appel="A1B2C3D4")),
            "pro-ask": client.post(url("help_ask"), {"words": "court"}),
            "pro-requests": client.get(url("help_requests")),
            "pro-request": client.get(sent["Location"]),
            "pro-rules": client.get(url("rules")),
            "pro-training": client.get(url("training")),
            "pro-exercise": check(client, "find", name="fluindione"),
            "pro-exercise-enter": client.get(url("exercise", "enter")),
            "pro-quiz": client.get(url("exercise", "rights")),
        }
    )
