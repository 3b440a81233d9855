"""R-EDIT: what was audited is chained, and a row that was changed, removed or
slipped in is named (domain.md §8)."""

import threading

import pytest
from cluster import Store
from house import ACTOR, House
from machine import new_id, wait_until

AUDITOR = "sec_auditor"
ADD = ("insert into bus.audit (at, service, call, actor, command, purpose)"
       " select '2026-11-23 17:05+08', 'cases', %s, %s, 'household.show',"
       " '核对' from generate_series(1, %s)")


@pytest.fixture
def house(postgres, tmp_path):
    store = Store(postgres, "audit")
    house = House(store, tmp_path, "audit")
    house.start("cases")
    yield house
    house.close()
    store.drop()


def add(store, rows, role="cases"):
    connection = store.connect(role)
    connection.cursor().execute(ADD, [new_id(), ACTOR, rows])
    connection.close()


def link(store, most=10000):
    """As the housekeeper does it, under the service's own role."""
    return store.value("select gone from bus.link_audit(%s)", [most], "cases")


def settle(store):
    """Half a minute later: rows up to the mark are settled."""
    for _ in range(2):
        store.run_as("superuser", "update bus.audit_head"
                     " set marked = now() - interval '1 min'")
        link(store)


def verify(house, *heads):
    return house.redkite("audit", "verify",
                         *(word for head in heads for word in ("--head", head)),
                         check=False, roles=AUDITOR)


def head(house):
    return house.must("cases", "audit.head", {})["head"]


def holds(house, *heads):
    told = verify(house, *heads)
    assert told.returncode == 0, told.stderr
    return True


def names(house, place, *heads):
    """It does not hold, and says where."""
    told = verify(house, *heads)
    assert told.returncode == 1, told.stdout
    assert place in told.stderr, told.stderr
    return True


def tamper(store, sql):
    """As somebody may who owns the database."""
    store.run_as("superuser", "set session_replication_role = replica; " + sql)


def test_r_edit_a_chain_over_all_rows_holds(house):
    tamper(house.store, "delete from bus.audit_link; delete from bus.audit;"
           " delete from bus.audit_head; insert into bus.audit_head default"
           " values")
    assert head(house) == "0:"
    add(house.store, 4500)
    linked = link(house.store)
    assert linked >= 4500 and link(house.store) == 0
    assert holds(house)
    noted = head(house)
    assert noted in house.redkite("audit", "head", roles=AUDITOR).stdout
    add(house.store, 10)
    link(house.store)
    assert holds(house, noted, head(house))
    assert head(house) in verify(house).stdout


@pytest.mark.parametrize("sql, place", [
    ("update bus.audit set purpose = '闲看' where id = {row}", "row {row} or"),
    ("update bus.audit set at = at + interval '1 us' where id = {row}",
     "row {row} or"),
    ("delete from bus.audit where id = {row}", "row {row} of link"),
    ("update bus.audit_link set hash = sha256('x') where entry = {row}",
     "row {row} or its link"),
    ("delete from bus.audit_link where entry = {row}", "is missing"),
    ("insert into bus.audit overriding system value select 0, at, service, call,"
     " actor, command, subject, purpose from bus.audit where id = {row};"
     " update bus.audit set id = 1000000 where id = 0",
     None),  # a row at the end is an entry like any other
], ids=["purpose", "time", "removed", "link", "no-link", "appended"])
def test_r_edit_what_was_changed_is_named(house, sql, place):
    add(house.store, 50)
    link(house.store)
    row = house.store.value("select entry from bus.audit_link where no = 20")
    tamper(house.store, sql.format(row=row))
    if place:
        assert names(house, place.format(row=row))
    else:
        assert holds(house)


def test_r_edit_a_row_slipped_in_between_is_named(house):
    add(house.store, 50)
    link(house.store)
    row = house.store.value("select entry from bus.audit_link where no = 20")
    tamper(house.store, f"delete from bus.audit where id = {row}; delete from"
           " bus.audit_link; update bus.audit_head set no = 0, hash = '',"
           " settled = 0, marked = '-infinity'")
    settle(house.store)
    assert holds(house)
    tamper(house.store, f"insert into bus.audit overriding system value select"
           f" {row}, at, service, call, actor, command, subject, purpose"
           " from bus.audit limit 1")
    link(house.store)
    assert names(house, f"row {row} was slipped in")


def test_r_edit_a_chain_written_anew_does_not_fit_a_noted_head(house):
    add(house.store, 50)
    link(house.store)
    noted = head(house)
    tamper(house.store, "update bus.audit set purpose = '闲看'; delete from"
           " bus.audit_link; update bus.audit_head set no = 0, hash = '',"
           " settled = 0")
    link(house.store)
    assert holds(house)
    assert names(house, "cut or written anew", noted)


def test_r_edit_a_chain_that_was_cut_is_named(house):
    add(house.store, 50)
    link(house.store)
    noted = head(house)
    tamper(house.store, "delete from bus.audit_link where no > 30")
    assert names(house, "the last link is 30")
    tamper(house.store, "update bus.audit_head set (no, hash) = (select no, hash"
           " from bus.audit_link where no = 30)")
    assert holds(house)
    assert names(house, "link 30 is not" if noted.startswith("30:")
                 else "cut or written anew", noted)


def test_a_late_commit_is_linked_and_none_is_lost(house):
    store = house.store
    late = store.connect("cases")
    late.autocommit = False
    late.cursor().execute(ADD, [new_id(), ACTOR, 3])
    add(store, 20)
    settle(store)
    late.commit()
    late.close()
    link(store)
    settle(store)
    assert store.value("select count(*) from bus.audit") == \
        store.value("select count(*) from bus.audit_link")
    assert holds(house)


def test_writers_and_linkers_at_once_link_each_row_once(house):
    writers = [threading.Thread(target=lambda: [add(house.store, 7)
                                                for _ in range(40)])
               for _ in range(4)]
    linkers = [threading.Thread(target=lambda: [link(house.store, 50)
                                                for _ in range(60)])
               for _ in range(3)]
    for thread in writers + linkers:
        thread.start()
    for thread in writers + linkers:
        thread.join()
    while link(house.store):
        pass
    settle(house.store)
    assert house.store.value("select count(*) from bus.audit") == \
        house.store.value("select no from bus.audit_head")
    assert holds(house)


def test_the_housekeeper_links_by_itself_and_tells_the_head(house):
    add(house.store, 5)
    house.stop("cases")
    house.start("cases")
    wait_until(lambda: house.store.value("select no from bus.audit_head") >= 5,
               15, "the links")
    assert "house_link" in house.logs("cases") and "head " in house.logs("cases")


def test_only_auditor_and_operator_verify_and_nobody_writes_links(house):
    assert house.ask("cases", "audit.verify", {"no": 0, "hash": "", "entry": 0,
                     "upto": 0}, roles="t3_front").status == "denied"
    for sql in ("insert into bus.audit_link values (1, 1, sha256('x'))",
                "update bus.audit_head set no = 0",
                "delete from bus.audit_link"):
        with pytest.raises(Exception, match="permission denied"):
            house.store.rows(sql, role="cases")


@pytest.mark.parametrize("noted", ["", "7", "7:abc", "x:" + "0" * 64])
def test_a_head_that_is_none_is_refused(house, noted):
    told = verify(house, noted)
    assert told.returncode == 2 and "NO:HASH" in told.stderr
