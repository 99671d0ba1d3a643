"""The Django adapter in a small project: saved and refused as the policy says."""

import os
import re

import pytest
from needs import module

module("django")
os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"

import django  # noqa: E402

django.setup()

from clinic.forms import PatientForm  # noqa: E402
from clinic.models import Patient, Visit  # noqa: E402
from django.core.exceptions import ValidationError  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db.migrations.writer import MigrationWriter  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.utils import translation  # noqa: E402

from detector.integrations import common  # noqa: E402
from detector.integrations.django import CommentValidator  # noqa: E402

SECRET = "porteuse sida, chuchotement"
WARNING = "patiente pénible et désagréable"


@pytest.fixture(autouse=True)
def project(monkeypatch, detector):
    monkeypatch.setattr(common, "shared_detector", lambda policy: _strict() if policy else detector)
    call_command("migrate", run_syncdb=True, verbosity=0)
    yield
    Patient.objects.all().delete()


_cache = {}


def _strict():
    from detector import Detector

    return _cache.setdefault("hors-sante", Detector("hors-sante"))


def post(**values):
    return Client().post("/patient", values).content.decode()


def test_a_harmless_comment_is_saved():
    assert post(nom="PETIT", commentaire="rappeler lundi") == "saved"
    assert Patient.objects.get().commentaire == "rappeler lundi"


def test_a_comment_that_blocks_is_refused_and_cannot_be_confirmed():
    page = post(nom="PETIT", commentaire=SECRET)
    assert "données à retirer (Santé)" in page
    assert "dossier médical" in page
    assert "art9-confirm" not in page
    assert not Patient.objects.exists()


def test_a_warning_is_confirmed_for_the_text_that_was_read_and_for_no_other():
    page = post(nom="PETIT", commentaire=WARNING)
    assert "éléments à relire" in page
    assert not Patient.objects.exists()
    token = re.search(r'name="commentaire-art9" value="([0-9a-f]+)"', page)[1]
    other = {"commentaire": f"{WARNING}, menteuse", "commentaire-art9": token}
    assert "éléments à relire" in post(nom="PETIT", **other)
    assert post(nom="PETIT", **{"commentaire": WARNING, "commentaire-art9": token}) == "saved"
    assert Patient.objects.get().commentaire == WARNING


def test_an_error_holds_no_word_of_the_text():
    form = PatientForm({"nom": "PETIT", "commentaire": SECRET})
    assert not form.is_valid()
    for shown in (form.errors.as_json(), repr(form.errors.as_data()), str(form.errors)):
        assert "sida" not in shown
        assert "chuchotement" not in shown


def test_the_own_name_rules_out_a_homonym_in_form_and_model():
    note = "gay martine à rappeler"
    assert post(nom="GAY", commentaire=note) == "saved"
    Patient(nom="GAY", commentaire=note).full_clean()


def test_a_model_refuses_what_blocks_and_lets_warnings_pass():
    with pytest.raises(ValidationError) as refusal:
        Patient(nom="PETIT", commentaire=SECRET).full_clean()
    assert refusal.value.error_dict["commentaire"][0].code == "art9_block"
    assert "sida" not in str(refusal.value)
    Patient(nom="PETIT", commentaire=WARNING).full_clean()


def test_other_errors_of_a_model_stand_beside_ours():
    with pytest.raises(ValidationError) as refusal:
        Patient(nom="", commentaire=SECRET).full_clean()
    assert set(refusal.value.error_dict) == {"nom", "commentaire"}


def test_a_field_that_a_form_leaves_out_is_left_alone():
    Patient(nom="PETIT", commentaire=SECRET).clean_fields(exclude={"commentaire"})


def test_a_validator_serves_any_model_and_can_be_written_into_a_migration():
    with pytest.raises(ValidationError):
        Visit(motif=SECRET).full_clean()
    Visit(motif=WARNING).full_clean()
    with pytest.raises(ValidationError):
        CommentValidator(warnings=True)(WARNING)
    written, _ = MigrationWriter.serialize(CommentValidator(policy="strict"))
    assert written == "detector.integrations.django.CommentValidator(policy='strict')"
    assert CommentValidator() == CommentValidator() != CommentValidator("strict")


def test_the_settings_name_the_policy():
    with override_settings(ART9_POLICY="hors-sante"), pytest.raises(ValidationError):
        CommentValidator()(WARNING)


def test_an_english_reader_is_told_in_english():
    with translation.override("en"):
        assert "This text holds data to remove" in post(nom="PETIT", commentaire=SECRET)
