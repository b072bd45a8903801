import importlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import VECTORS, load

from countermark import version
from countermark.cli import main

GOLDEN = str(VECTORS / "golden.cmrk")


def test_valid(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", GOLDEN, "--json"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["valid"] is True
    assert verdict["digest"] == load("forgeries.json")["digest"]
    assert verdict["receipts"][0]["kind"] == "agent"
    assert main(["verify", GOLDEN]) == 0
    assert capsys.readouterr().out.startswith("valid: 0x")


def test_invalid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.cmrk"
    bad.write_bytes(Path(GOLDEN).read_bytes()[:-1])
    assert main(["verify", str(bad), "--json"]) == 1
    fault = json.loads(capsys.readouterr().out)
    assert (fault["valid"], fault["code"], fault["check"]) == (False, "truncated", "format")
    assert main(["verify", str(bad)]) == 1
    assert "truncated" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [[], ["verify"], ["verify", "a", "b"], ["sign", GOLDEN], ["verify", "-x", GOLDEN]]
)
def test_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_missing_file_is_a_usage_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(tmp_path / "none.cmrk")]) == 2
    assert "cannot read" in capsys.readouterr().err
    assert main(["verify", str(tmp_path)]) == 2


def test_as_a_module() -> None:
    command = [sys.executable, "-m", "countermark", "verify", GOLDEN]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_console_script_is_this_function() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    module, function = project["scripts"]["countermark"].split(":")
    assert getattr(importlib.import_module(module), function) is main
    assert project["version"] == version()
