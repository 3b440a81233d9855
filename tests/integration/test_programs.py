"""The C tests of this folder, each against a fresh store."""

import re
import subprocess

import pytest

from house import BIN, TOP, clean_env

PROGRAMS = sorted(p.stem for p in (TOP / "tests/integration").glob("test_*.c"))


@pytest.mark.parametrize("program", PROGRAMS)
def test_program_in_c(program, store):
    schema = TOP / f"tests/integration/{program}.sql"
    if schema.exists():
        store.run_as("superuser", schema.read_text())
    done = subprocess.run(
        [BIN.parent / "integration" / program], cwd=TOP, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=240, env=clean_env(
            CMOCKA_MESSAGE_OUTPUT="TAP", TEST_DATABASE_URL=store.conninfo,
            TEST_ROLE_PASSWORDS=str(store.postgres.secrets / "roles")))
    assert done.returncode == 0, done.stdout
    assert re.search(r"^ok \d", done.stdout, re.M), "no test ran"
