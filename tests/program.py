"""The C programs of tests/integration, each against a fresh store."""

import re
import subprocess

from machine import BIN, TOP, clean_env


def run_program(program, store, seconds=240, **more):
    """What it printed; `more` goes into its environment."""
    schema = TOP / f"tests/integration/{program}.sql"
    if schema.exists():
        store.run_as("superuser", schema.read_text())
    done = subprocess.run(
        [BIN.parent / "integration" / program], cwd=TOP, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=seconds, env=clean_env(
            CMOCKA_MESSAGE_OUTPUT="TAP", TEST_DATABASE_URL=store.conninfo,
            TEST_ROLE_PASSWORDS=str(store.postgres.secrets / "roles"), **more))
    assert done.returncode == 0, done.stdout
    assert re.search(r"^ok \d", done.stdout, re.M), "no test ran"
    return done.stdout
