"""Puts libvcodec-c.so into the wheel: the one that VCODEC_LIBRARY names, or one that Tools/build-library makes now.

What setuptools leaves behind goes to .build/python-package, not among the sources. The wheel is good for every Python 3 on
machines like this one: ctypes needs nothing of the interpreter that built it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py
from setuptools.dist import Distribution

TOOLS = Path(__file__).resolve().parent.parent
LEFT_BEHIND = TOOLS.parent / ".build" / "python-package"


def library() -> Path:
    if given := os.environ.get("VCODEC_LIBRARY"):
        return Path(given).resolve(strict=True)
    script = TOOLS / "build-library"
    if not script.exists():
        raise SystemExit("vcodec is built from its repository; elsewhere, set VCODEC_LIBRARY to a libvcodec-c.so")
    folder = LEFT_BEHIND / "library"
    subprocess.run([script, folder], check=True)
    return folder / "lib" / "libvcodec-c.so"


class BuildWithLibrary(build_py):
    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            shutil.copyfile(library(), Path(self.build_lib) / "vcodec" / "libvcodec-c.so")


class WheelOfAnyPython(bdist_wheel):
    def get_tag(self) -> tuple[str, str, str]:
        return "py3", "none", super().get_tag()[2]


class WithLibrary(Distribution):
    def has_ext_modules(self) -> bool:
        return True


LEFT_BEHIND.mkdir(parents=True, exist_ok=True)
shutil.rmtree(LEFT_BEHIND / "build", ignore_errors=True)
setup(
    cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": WheelOfAnyPython},
    distclass=WithLibrary,
    options={"build": {"build_base": str(LEFT_BEHIND / "build")}, "egg_info": {"egg_base": str(LEFT_BEHIND)}},
)
