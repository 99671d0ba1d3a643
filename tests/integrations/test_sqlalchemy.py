"""The SQLAlchemy adapter: the last net before the database."""

import pytest
from needs import module

module("sqlalchemy")

from sqlalchemy import create_engine, select  # noqa: E402
from sqlalchemy.orm import (  # noqa: E402
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    sessionmaker,
)

from detector.integrations import common  # noqa: E402
from detector.integrations.sqlalchemy import CommentRefusedError, watch  # noqa: E402
from detector.taxonomy import Category  # noqa: E402

SECRET = "porteuse sida, chuchotement"
WARNING = "patiente pénible et désagréable"


class Base(DeclarativeBase):
    pass


class Patient(Base):
    __tablename__ = "patient"
    id: Mapped[int] = mapped_column(primary_key=True)
    nom: Mapped[str]
    commentaire: Mapped[str | None] = mapped_column(default=None)


class Child(Patient):
    """A mapped class below the one that is watched."""


@pytest.fixture
def sessions(monkeypatch, detector):
    monkeypatch.setattr(common, "shared_detector", lambda policy: detector)
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    maker = sessionmaker(engine)
    warned = []
    watch(maker, Patient.commentaire, on_warn=lambda *told: warned.append(told))
    maker.warned = warned
    return maker


def notes(session: Session):
    return session.scalars(select(Patient.commentaire)).all()


def test_a_harmless_comment_is_written(sessions):
    with sessions.begin() as session:
        session.add(Patient(nom="PETIT", commentaire="rappeler lundi"))
        session.add(Patient(nom="ROUX"))
    assert notes(sessions()) == ["rappeler lundi", None]


@pytest.mark.parametrize("kind", [Patient, Child])
def test_a_new_object_that_blocks_is_refused_without_its_text(sessions, kind):
    with pytest.raises(CommentRefusedError) as refusal, sessions.begin() as session:
        session.add(kind(nom="PETIT", commentaire=SECRET))
    assert refusal.value.categories == {Category.HEALTH}
    for shown in (str(refusal.value), refusal.value.render("fr"), repr(refusal.value)):
        assert f"{kind.__name__}.commentaire" in shown
        assert "sida" not in shown
    assert notes(sessions()) == []


def test_a_change_that_blocks_is_refused_and_another_column_is_not(sessions):
    with sessions.begin() as session:
        session.add(Patient(nom="PETIT", commentaire="rappeler lundi"))
    with pytest.raises(CommentRefusedError), sessions.begin() as session:
        session.scalars(select(Patient)).one().commentaire = SECRET
    with sessions.begin() as session:
        session.scalars(select(Patient)).one().nom = "ROUX"
    assert notes(sessions()) == ["rappeler lundi"]


def test_the_session_can_be_mended(sessions):
    with sessions() as session:
        patient = Patient(nom="PETIT", commentaire=SECRET)
        session.add(patient)
        with pytest.raises(CommentRefusedError):
            session.flush()
        patient.commentaire = "voir dossier médical"
        session.commit()
        assert notes(session) == ["voir dossier médical"]


def test_a_warning_is_told_and_written(sessions):
    with sessions.begin() as session:
        session.add(Patient(nom="PETIT", commentaire=WARNING))
    assert sessions.warned == [("Patient.commentaire", frozenset({Category.JUDGEMENT}))]
    assert notes(sessions()) == [WARNING]


def test_the_own_name_rules_out_a_homonym(sessions):
    with sessions.begin() as session:
        session.add(Patient(nom="GAY", commentaire="gay martine à rappeler"))


def test_a_watch_can_be_ended(sessions):
    maker = sessionmaker(sessions.kw["bind"])
    end = watch(maker, Patient.commentaire)
    end()
    with maker.begin() as session:
        session.add(Patient(nom="PETIT", commentaire=SECRET))
