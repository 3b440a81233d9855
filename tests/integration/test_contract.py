"""The contract of the bus: told by the services, well-formed, and enough for
a stranger."""

import pytest

from house import SERVICES, TOP, free_ports, wait_until

DOCUMENT = TOP / "docs/bus.asyncapi.yaml"


@pytest.fixture
def storeless_house(quiet_house):
    """The four services, with nothing where their store should be."""
    nowhere = {"REDKITE_DATABASE_URL":
               f"host=127.0.0.1 port={free_ports(1)} dbname=nowhere"}
    for service in SERVICES:
        quiet_house.environment[service] = nowhere
    quiet_house.start(wait=False)
    return quiet_house


def test_the_document_in_the_tree_is_what_the_services_tell(storeless_house):
    printed = storeless_house.redkite("docs", "bus").stdout
    import os
    if os.environ.get("PRINT"): DOCUMENT.write_text(printed)
    assert DOCUMENT.read_text() == printed, (
        "the tables have changed: redkite docs bus > docs/bus.asyncapi.yaml")
