"""docs/service.md says what is: its requests work, and no setting or attribute is left out."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from detector.settings import ServiceSettings, find_settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
REQUESTS = re.findall(r"```http\nPOST (\S+)\n\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("path", "body"), REQUESTS, ids=[path for path, _ in REQUESTS])
def test_a_request_of_the_page_is_served(service, path, body):
    answer = service().post(path, json=json.loads(body))
    assert answer.is_success, answer.text


def test_the_settings_of_the_page_are_all_there_are(tmp_path):
    (table,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "art9.toml").write_text(table, encoding="utf-8")
    found = find_settings(tmp_path).service
    for one in fields(ServiceSettings):
        assert re.search(rf"^{one.name} =", table, re.MULTILINE), one.name
        if one.default is not None:
            assert getattr(found, one.name) == one.default, one.name


def test_every_attribute_and_event_of_the_field_is_described():
    module = (ROOT / "detector/service/static/art9-field.js").read_text(encoding="utf-8")
    named = set(re.findall(r'getAttribute\("([a-z-]+)"', module)) - {"aria-description"}
    assert {"service", "on-block", "when-away"} <= named
    for name in named | set(re.findall(r'"(art9-(?!field)[a-z]+)"', module)):
        assert f"`{name}`" in PAGE, name


def test_every_endpoint_is_described(service):
    for path in service().get("/openapi.json").json()["paths"]:
        assert path in PAGE or path.rpartition("/")[2] in PAGE, path


def test_the_pictures_are_there_and_small():
    pictures = re.findall(r"\((pictures/[a-z0-9-]+\.png)\)", PAGE)
    assert pictures
    for picture in pictures:
        assert 0 < (ROOT / "docs" / picture).stat().st_size < 200_000
