"""What a test needs beside Python's packages of the project: a program, a module.

Absent, the test is skipped with the reason; where ART9_CI is set, it fails.
"""

from __future__ import annotations

import importlib
import os
import shutil
from types import ModuleType

import pytest


def program(name: str) -> str:
    """Return where the program `name` lies, or skip or fail the test."""
    found = shutil.which(name)
    if found is None:
        _absent(f"the program {name} is not installed")
    return str(found)


def module(name: str) -> ModuleType:
    """Return the module `name`, or skip or fail the test."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        _absent(f"the Python module {name} is not installed")
        raise


def _absent(reason: str) -> None:
    if os.environ.get("ART9_CI"):
        pytest.fail(reason)
    pytest.skip(reason, allow_module_level=True)
