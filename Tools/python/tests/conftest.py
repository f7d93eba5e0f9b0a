from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

PROGRAM = os.environ.get("VCODEC_PROGRAM") or Path(__file__).resolve().parents[2] / "vcodec"


@pytest.fixture
def vcodec_program(tmp_path: Path) -> Callable[..., None]:
    """Runs the program in the test's folder."""

    def run(*arguments: str) -> None:
        subprocess.run([PROGRAM, arguments[0], "--quiet", *arguments[1:]], cwd=tmp_path, check=True)

    return run
