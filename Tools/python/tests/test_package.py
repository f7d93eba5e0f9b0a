from __future__ import annotations

import re
from importlib import metadata, resources
from pathlib import Path

from material import picture
from PIL import Image

import vcodec


def test_the_package_and_its_library_are_of_one_version() -> None:
    assert metadata.version("vcodec") == vcodec.__version__


def test_the_package_is_typed() -> None:
    assert resources.files(vcodec).joinpath("py.typed").is_file()


def test_the_readme_s_example_runs(tmp_path: Path, monkeypatch) -> None:
    readme = (Path(__file__).resolve().parents[3] / "README.md").read_text()
    example = re.search(r"## From Python\n.*?```python\n(.*?)```", readme, re.DOTALL)
    assert example
    monkeypatch.chdir(tmp_path)
    Image.fromarray(picture(40, 60)).save("photo.png")
    exec(compile(example[1], "README.md", "exec"), {})
    assert {file.name for file in tmp_path.iterdir()} == {"photo.png", "photo.vci", "tone.vca"}
