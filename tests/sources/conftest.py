"""What the tests of sources share: a file written, opened and read to its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from reading import Read, Reading, read_path


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that writes a file and reads it as a source."""

    def write_and_read(content: str | bytes, name: str = "export.csv", **options: Any) -> Reading:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_path(path, **options)

    return write_and_read
