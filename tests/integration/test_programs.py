"""The C tests of this folder, each against a fresh store."""

import pytest

from machine import TOP
from program import run_program

PROGRAMS = sorted(p.stem for p in (TOP / "tests/integration").glob("test_*.c"))


@pytest.mark.parametrize("program", PROGRAMS)
def test_program_in_c(program, store):
    run_program(program, store)
