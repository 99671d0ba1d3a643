"""`flag_comments` on a local Spark against `art9 scan`, the same stress file, the same cores.

`python -m tests.bench.spark_rate [ROWS]` (default 200,000). Needs `art9[spark]` and Java 17.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench.exports import stress_rows, write_export
from tests.bench.measure import run, scan
from tests.bench.page import Section, publish, scaled

_SPARK = """
import sys, time
from pyspark.sql import SparkSession
from detector.integrations.spark import flag_comments
builder = SparkSession.builder.master(f"local[{sys.argv[2]}]").config("spark.ui.enabled", "false")
spark = builder.config("spark.driver.host", "127.0.0.1").getOrCreate()
spark.conf.set("spark.sql.legacy.javaCharsets", "true")  # else Spark 4 refuses cp1252
frame = spark.read.csv(sys.argv[1], header=True, sep=";", encoding="windows-1252", escape='"')
flagged = flag_comments(frame.repartition(8), "commentaire", names=["nom", "ville"])
flagged.where("art9.status != 'clear'").select("n_dossier", "art9", "art9_findings").write.json(sys.argv[1] + ".out")
"""
_CORES = 2


def main(rows: int = 0) -> None:
    """Measure and publish, or say why not."""
    if not shutil.which("java"):
        print("spark_rate: no Java here, left out")
        return
    rows = rows or scaled(200_000)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stress.csv"
        write_export(path, stress_rows(rows))
        spark = run(
            [sys.executable, "-c", _SPARK, str(path), str(_CORES)], cores=_CORES, memory=True
        )
        local = run(scan(path, "--workers", str(_CORES)), cores=_CORES, memory=True)
    table = [
        [name, f"{one.seconds:.1f}", f"{rows / one.seconds:,.0f}", f"{one.peak_mb:,.0f}"]
        for name, one in {"`art9 scan --workers 2`": local, "Spark, local[2]": spark}.items()
    ]
    how = f"Whole processes from nothing to the written findings, {rows:,} rows of the stress file, {_CORES} cores, one run."
    outcome = f"On one machine Spark takes {spark.seconds / local.seconds:.1f} times as long."
    headers = ["what", "seconds", "comments/s", "peak memory, MB"]
    publish("spark_rate", Section("Spark on one machine", how, headers, table, outcome))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
