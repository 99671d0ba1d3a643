"""A column of comments judged by Spark: the same findings as `art9 scan`, on many machines.

    from detector.integrations.spark import flag_comments
    flagged = flag_comments(patients, "commentaire", names=["nom", "prenom", "ville"])
    flagged.where("art9.status = 'block'")

art9 must be installed where the executors' Python is (docs/spark.md); packs and model are read from
there once for each Python worker, and nothing else travels than the rows. Needs `art9[spark]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from detector.detector import Detector
from detector.errors import UsageError, nearest
from detector.integrations.common import shared_detector
from detector.policy import Policy, as_policy

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructField

COLUMN = "art9"
FINDINGS = "art9_findings"

_FLAG = ("status", "categories")
_FINDING = {
    "category": "string",
    "start": "integer",
    "end": "integer",
    "rule": "string",
    "score": "double",
    "subject": "string",
    "negated": "boolean",
    "reported": "boolean",
    "historical": "boolean",
    "uncertain": "boolean",
    "why": "string",
}


def flag_comments(
    df: DataFrame,
    column: str,
    names: Sequence[str] | None = None,
    policy: Policy | str | None = None,
) -> DataFrame:
    """Return `df` with a column `art9` (status, categories) and a column `art9_findings`.

    `names` are columns with the record's own surname, first name and town, which veto cues that
    may be names. A null or empty comment is clear. Raises UsageError for an unknown column.
    """
    from pyspark.sql.types import StructType

    used = [column, *(names or [])]
    for name in used:
        if name not in df.columns:
            near = nearest(name, df.columns)
            key = "column.unknown_near" if near else "column.unknown"
            raise UsageError(key, name=name, near=near, known=", ".join(df.columns))
    schema = StructType([*df.schema.fields, *_added_fields()])
    return df.mapInArrow(_judging(column, tuple(names or ()), as_policy(policy)), schema)


def _added_fields() -> list[StructField]:
    from pyspark.sql.types import ArrayType, StringType, StructType

    finding = StructType()
    for name, kind in _FINDING.items():
        finding.add(name, kind)
    flag = StructType().add("status", "string").add("categories", ArrayType(StringType()))
    return StructType().add(COLUMN, flag).add(FINDINGS, ArrayType(finding)).fields


def _judging(
    column: str, names: tuple[str, ...], policy: Policy
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return what runs on the executors; it carries nothing but names of columns and the policy."""

    def judge(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        detector = shared_detector(policy)  # made by each Python worker at the first batch it sees
        for batch in batches:
            yield _judged(batch, column, names, detector)

    return judge


def _judged(
    batch: pa.RecordBatch, column: str, names: Sequence[str], detector: Detector
) -> pa.RecordBatch:
    import pyarrow as pa

    texts = [text or "" for text in batch.column(column).to_pylist()]
    own = _rows([batch.column(name).to_pylist() for name in names], len(texts))
    verdicts = [verdict.as_dict() for verdict in detector.check_many(texts, names=own)]
    flag, findings = _arrow_types()
    flags = pa.array([{name: one[name] for name in _FLAG} for one in verdicts], flag)
    found = pa.array([one["findings"] for one in verdicts], findings)
    return pa.RecordBatch.from_arrays(
        [*batch.columns, flags, found], names=[*batch.schema.names, COLUMN, FINDINGS]
    )


def _rows(columns: Sequence[Sequence[Any]], count: int) -> Iterable[tuple[str, ...]]:
    if not columns:
        return [()] * count
    return [tuple(str(value) for value in row if value) for row in zip(*columns, strict=True)]


def _arrow_types() -> tuple[pa.DataType, pa.DataType]:
    import pyarrow as pa

    kinds = {
        "string": pa.string(),
        "integer": pa.int32(),
        "double": pa.float64(),
        "boolean": pa.bool_(),
    }
    finding = pa.struct([(name, kinds[kind]) for name, kind in _FINDING.items()])
    flag = pa.struct([("status", pa.string()), ("categories", pa.list_(pa.string()))])
    return flag, pa.list_(finding)
