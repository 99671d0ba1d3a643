"""The pydantic adapter, in models and under FastAPI: refused without a word of the text."""

import json
from typing import Annotated

import pytest
from needs import module

module("pydantic")

from pydantic import BaseModel, Field, ValidationError  # noqa: E402

from detector.integrations import common  # noqa: E402
from detector.integrations.pydantic import (  # noqa: E402
    CleanComment,
    CommentCheck,
    safe_errors,
    without_inputs,
)

SECRET = "porteuse sida, chuchotement"
WARNING = "patiente pénible et désagréable"


class Patient(BaseModel):
    nom: str
    commentaire: CleanComment = ""
    bref: Annotated[str, Field(max_length=12), CommentCheck(warnings=True, lang="en")] = ""


@pytest.fixture(autouse=True)
def one_detector(monkeypatch, detector):
    monkeypatch.setattr(common, "shared_detector", lambda policy: detector)


def refused(**values):
    with pytest.raises(ValidationError) as refusal:
        Patient(**values)
    return refusal.value


def test_a_harmless_comment_stands_as_it_is():
    patient = Patient(nom="PETIT", commentaire="rappeler lundi")
    assert patient.model_dump() == {"nom": "PETIT", "commentaire": "rappeler lundi", "bref": ""}
    assert json.loads(patient.model_dump_json())["commentaire"] == "rappeler lundi"
    assert type(patient.commentaire) is str


def test_a_comment_that_blocks_is_refused_with_its_categories():
    (error,) = refused(nom="PETIT", commentaire=SECRET).errors()
    assert error["type"] == "art9_block"
    assert error["ctx"]["categories"] == ["health"]
    assert "données à retirer (Santé)" in error["msg"]


def test_no_form_of_the_error_holds_a_word_of_the_text():
    error = refused(nom="PETIT", commentaire=SECRET)
    for shown in (str(error), repr(error), error.json(), repr(error.errors())):
        assert "sida" not in shown
        assert "chuchotement" not in shown


@pytest.mark.parametrize("value", [SECRET, [SECRET], {"a": SECRET}], ids=["long", "list", "dict"])
def test_errors_of_the_string_itself_are_masked_too(value):
    error = refused(nom="PETIT", bref=value)
    assert "sida" not in str(error) + error.json()
    assert error.errors()[0]["type"] == "art9_invalid"


def test_safe_errors_hide_what_other_fields_would_show():
    error = refused(commentaire=SECRET)
    assert "sida" not in json.dumps(safe_errors(error))


def test_warnings_are_refused_only_where_asked():
    assert Patient(nom="PETIT", commentaire=WARNING)
    (error,) = refused(nom="PETIT", bref="pénible").errors()
    assert error["type"] == "art9_warn"
    assert "read again" in error["msg"]


def test_the_own_name_rules_out_a_homonym():
    note = "gay martine à rappeler"
    assert Patient(nom="GAY", commentaire=note).commentaire == note


def test_the_json_schema_is_that_of_a_string():
    properties = Patient.model_json_schema()["properties"]
    assert properties["commentaire"]["type"] == "string"
    assert properties["bref"]["maxLength"] == 12


def test_fastapi_refuses_and_repeats_nothing():
    module("fastapi")
    module("httpx")
    from fastapi import FastAPI
    from fastapi.exceptions import RequestValidationError
    from fastapi.testclient import TestClient

    app = FastAPI()
    app.add_exception_handler(RequestValidationError, without_inputs)

    @app.post("/patients")
    def save(patient: Patient) -> Patient:
        return patient

    client = TestClient(app)
    saved = client.post("/patients", json={"nom": "PETIT", "commentaire": "rappeler lundi"})
    assert (saved.status_code, saved.json()["commentaire"]) == (200, "rappeler lundi")
    for body in ({"nom": "PETIT", "commentaire": SECRET}, {"commentaire": SECRET}):
        answer = client.post("/patients", json=body)
        assert answer.status_code == 422
        assert "sida" not in answer.text
        assert "commentaire" in answer.text
