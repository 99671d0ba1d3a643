"""What a test needs that may be absent: it is skipped then, but fails where ART9_CI is set."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest


def program(name: str) -> str:
    """Return the path of a program, beside this Python first, or skip."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which(name, path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
    return found or _absent(f"the program {name} is not here")


def module(name: str) -> ModuleType:
    """Return a module, or skip."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return _absent(f"the module {name} is not here")


def _absent(why: str) -> NoReturn:
    if os.environ.get("ART9_CI"):
        pytest.fail(why)
    pytest.skip(why, allow_module_level=True)
