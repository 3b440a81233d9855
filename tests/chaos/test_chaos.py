"""The short form of `make chaos`: faults that must do no harm."""

import pytest

from scenarios import SCENARIOS, SEED, run

pytestmark = pytest.mark.alone


@pytest.mark.parametrize("scenario", SCENARIOS,
                         ids=[s.name.replace(" ", "-") for s in SCENARIOS])
def test_it_does_no_harm(scenario):
    print(f"seed {SEED}; {scenario.must}:", run(scenario, scenario.short))
