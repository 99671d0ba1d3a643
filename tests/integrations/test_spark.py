"""A real Spark with Java, started here: the same findings as the local detector."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from detector.errors import UsageError
from detector.workshop.corpus import read_split
from tests import needs

pytestmark = pytest.mark.usefixtures("spark")
ROWS = 400


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Let Python and Java speak on this machine, and with nobody else."""
    connect = socket.socket.connect

    def local_only(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            assert address[0] in ("127.0.0.1", "::1", "localhost"), "a test reached for the network"
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    needs.program("java")
    sql = needs.module("pyspark.sql")
    needs.module("pyarrow")
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    builder = sql.SparkSession.builder.master("local[2]").appName("art9-tests")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
        "spark.executorEnv.PYTHONPATH": root,
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def comments():
    texts = [row.text for row in read_split("dev")][: ROWS - 5]
    return [*texts, "gay martine à rappeler", "porteuse sida !!!", "", "  ", "RAS"]


@pytest.fixture(scope="module")
def flagged(spark, comments):
    from detector.integrations.spark import flag_comments

    rows = [(n, "GAY" if "gay" in text else None, text or None) for n, text in enumerate(comments)]
    frame = spark.createDataFrame(rows, "n int, nom string, commentaire string").repartition(3)
    result = flag_comments(frame, "commentaire", names=["nom"])
    return sorted(result.collect(), key=lambda row: row.n)


def test_spark_finds_what_the_detector_finds(flagged, comments, detector):
    assert [row.commentaire or "" for row in flagged] == comments
    for row in flagged:
        names = [row.nom] if row.nom else []
        verdict = detector.check(row.commentaire or "", names=names)
        assert row.art9.status == verdict.status.value
        assert row.art9.categories == sorted(one.value for one in verdict.categories)
        found = [finding.asDict() for finding in row.art9_findings]
        assert found == [finding.as_dict() for finding in verdict.findings]
    assert sum(row.art9.status != "clear" for row in flagged) > 20


def test_the_names_of_the_record_veto(flagged):
    (row,) = [row for row in flagged if row.commentaire == "gay martine à rappeler"]
    assert row.art9.status == "clear"


def test_an_empty_comment_is_clear_and_no_row_is_lost(flagged, comments):
    assert len(flagged) == len(comments)
    assert all(row.art9.status == "clear" for row in flagged if not (row.commentaire or "").strip())


def test_another_policy_travels_to_the_executors(spark):
    from detector.integrations.spark import flag_comments
    from detector.policy import Action, Policy

    frame = spark.createDataFrame([("porteuse sida",)], "commentaire string")
    ignoring = Policy("mine", {"default": Action.IGNORE})
    assert flag_comments(frame, "commentaire").first().art9.status == "block"
    assert flag_comments(frame, "commentaire", policy=ignoring).first().art9.status == "clear"


def test_an_unknown_column_is_told_before_anything_runs(spark):
    from detector.integrations.spark import flag_comments

    frame = spark.createDataFrame([("RAS",)], "commentaire string")
    with pytest.raises(UsageError, match="commentaire"):
        flag_comments(frame, "comentaire")
