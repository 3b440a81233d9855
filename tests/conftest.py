"""Fixtures: store, house, mailbox, browser (see house.py for what they do)."""

import shutil
import signal
import tempfile

import pytest

from cluster import Postgres, Store, quick_folder
from house import House
from machine import BIN
from mail_sink import Mailbox
from case_register import Register


@pytest.fixture(scope="session")
def postgres():
    """One cluster for all tests, with the migrated template "redkite"."""
    folder = quick_folder()
    cluster = None
    try:
        cluster = Postgres(folder)
        Store.there(cluster).migrate()
        yield cluster
    finally:
        if cluster:
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own_postgres():
    """A durable cluster for one test, to be killed and started again."""
    folder = tempfile.mkdtemp(prefix="redkite-test-")
    cluster = None
    try:
        cluster = Postgres(folder, settings=())
        yield cluster
    finally:
        if cluster:
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def short(name):
    return "".join(c if c.isalnum() else "_" for c in name.lower())[:50]


@pytest.fixture
def store(postgres, request):
    """A fresh database with the newest schema."""
    fresh = Store(postgres, short(request.node.name))
    yield fresh
    fresh.drop()


@pytest.fixture
def empty_store(postgres, request):
    """A fresh database without any schema, for the migrations themselves."""
    fresh = Store(postgres, short(request.node.name), template="template0")
    yield fresh
    fresh.drop()


@pytest.fixture
def mailbox():
    box = Mailbox()
    yield box
    box.stop()


@pytest.fixture
def quiet_house(store, mailbox, tmp_path, request):
    """A house in which no service has been started yet."""
    house = House(store, tmp_path, request.node.name, mailbox.url)
    yield house
    house.close()


@pytest.fixture
def house(quiet_house):
    """The four services, ready."""
    quiet_house.start()
    return quiet_house


@pytest.fixture
def register(store):
    """The register of cases, written by plain SQL as its service's role."""
    register = Register(store)
    yield register
    register.connection.close()


@pytest.fixture
def browser(tmp_path):
    """A headless Chromium of one's own."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in (
            "--headless=new", "--no-sandbox", "--disable-gpu",
            "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
            "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--lang=zh-CN", "--window-size=1280,1024",
            f"--user-data-dir={tmp_path}/profile"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(
        service=Service("/usr/bin/chromedriver"), options=options)
    yield driver
    driver.quit()


def pytest_sessionstart(session):
    # A shell starts what runs in its background deaf to SIGINT, and that is
    # inherited: whoever started us, our children hear it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not (BIN / "redkite").exists():
        pytest.exit(f"nothing is built in {BIN}: make MODE={BIN.parent.name}", 2)
