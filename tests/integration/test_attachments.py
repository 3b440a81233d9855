"""Photos and papers: what it says must be what it is, and nothing half done."""

import datetime
import hashlib
import struct
import zlib

import psycopg2
import pytest

from machine import new_id, wait_until
from office import Office, csv_text

PART = 24 * 1024
ADDER = {"roles": "t3_front"}


def png(size=0):
    def chunk(name, data):
        return (struct.pack(">I", len(data)) + name + data
                + struct.pack(">I", zlib.crc32(name + data)))
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
            + chunk(b"tEXt", b"x" * size)
            + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b""))


def jpeg(fill=b"picture"):
    frame = b"\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0"
    return (b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + frame
            + b"\xff\xda\0\x08\1\1\0\0\x3f\0" + fill + b"\xff\0\xff\xd0.\xff\xd9")


def webp(data=b"\0" * 10):
    chunk = b"VP8 " + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


PDF = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n"
GOOD = {"image/png": png(), "image/jpeg": jpeg(), "image/webp": webp(),
        "application/pdf": PDF}


@pytest.fixture(scope="module")
def office(postgres, tmp_path_factory):
    folder = tmp_path_factory.mktemp("attachments")
    office = Office(postgres, folder, "attachments")
    office.open()
    sheet = folder / "a.csv"
    sheet.write_text(csv_text(office.home(), office.home()))
    office.importing(sheet)
    office.household, office.other = [
        row[0] for row in office.rows(
            "select id::text from cases.household order by no")]
    yield office
    office.close()


def begin(office, data, says, **changed):
    body = {"id": new_id(), "household": office.household,
            "kind": "photo", "name": "张三身份证.jpg", "media": says,
            "size": len(data), "hash": hashlib.sha256(data).hexdigest(),
            **changed}
    answer = office.house.ask("cases", "attachment.begin", body, **ADDER)
    return body["id"], answer


def send(office, upload, data):
    """The first answer that is no."""
    for at in range(0, len(data), PART):
        answer = office.house.ask("cases", "attachment.part", {
            "id": upload, "position": at // PART,
            "data": data[at:at + PART].hex()}, **ADDER)
        if not answer.ok:
            break
    return answer


def end(office, upload):
    return office.house.ask("cases", "attachment.end", {"id": upload}, **ADDER)


def attach(office, data, media, **more):
    upload, answer = begin(office, data, media, **more)
    assert answer.ok, answer
    answer = send(office, upload, data)
    return end(office, upload) if answer.ok else answer


def left(office):
    return office.rows("select (select count(*) from cases.upload),"
                       " (select count(*) from cases.blob_part p where not"
                       " exists (select from cases.blob where id = p.blob))")[0]


def forget(office):
    """Uploads that a test leaves behind."""
    office.store.rows("delete from cases.blob_part p where not exists"
                      " (select from cases.blob where id = p.blob);"
                      " delete from cases.upload")


def listed(office, household):
    return office.house.must("cases", "attachment.list", {
        "household": household})["attachments"]


@pytest.mark.parametrize("media", GOOD)
def test_what_is_attached_comes_back_as_it_was(office, media):
    data = GOOD[media] if media != "image/png" else png(3 * PART)
    assert attach(office, data, media).ok
    row = [r for r in listed(office, office.household)
           if r["media"] == media][-1]
    assert row["size"] == len(data) and "name" not in row
    back, part, parts = b"", 0, 1
    while part < parts:
        got = office.house.must("cases", "attachment.get", {
            "id": row["id"], "part": part}, purpose="a test")
        back += bytes.fromhex(got["data"])
        part, parts = part + 1, got["parts"]
    assert back == data and got["name"] == "张三身份证.jpg"
    assert left(office) == (0, 0)


def test_the_command_line_takes_it_there_and_back(office, tmp_path):
    paper, back = tmp_path / "甲.JPG", tmp_path / "乙.jpg"
    paper.write_bytes(jpeg(b"there and back" * 9000))
    office.house.redkite("attach", "add", paper, "--household", "QH-0002",
                         "--kind", "title_paper")
    told = office.house.redkite("attach", "list", "--household", "QH-0002",
                                "--plain").stdout
    attachment = next(w for w in told.split() if len(w) == 36)
    for status in (0, 1):  # a file that is there is not written over
        done = office.house.redkite(
            "attach", "get", attachment, "--into", back, "--purpose", "a test",
            check=False)
        assert done.returncode == status, done.stderr
    assert back.read_bytes() == paper.read_bytes()
    paper.write_bytes(png())
    done = office.house.redkite("attach", "add", paper, "--household",
                                "QH-0002", "--kind", "photo", check=False)
    assert "it is not the image/jpeg that it says to be" in done.stderr
    forget(office)


LONG = jpeg(b"\x01" * (2 * PART))


@pytest.mark.parametrize("data, media, why", [
    (png(), "image/jpeg", "it begins otherwise"),
    (b"MZ" + b"\0" * 100, "application/pdf", "it begins otherwise"),
    (b"<svg onload=alert(1)></svg>", "image/png", "it begins otherwise"),
    (png()[:-8], "image/png", "cut off"),
    (png() + b"PK\3\4", "image/png", "something follows its end"),
    (LONG[:-2], "image/jpeg", "cut off"),
    (b"\xff\xd8\xff\xe0\0\x04ab<script>", "image/jpeg", "hang together"),
    (webp()[:-1], "image/webp", "cut off"),
    (PDF[:-6], "application/pdf", "cut off"),
], ids=range(9))
def test_what_is_not_what_it_says_is_refused_and_leaves_nothing_to_see(
        office, data, media, why):
    before = listed(office, office.household)
    answer = attach(office, data, media)
    assert (answer.status, answer.body["field"]) == ("bad_request", "media")
    assert why in answer.body["why"]
    assert listed(office, office.household) == before
    forget(office)


def test_the_same_content_is_kept_once_and_not_sent_again(office):
    data = png(777)
    assert attach(office, data, "image/png").ok
    upload, answer = begin(office, data, "image/png", household=office.other)
    assert answer.body["there"] and answer.body["parts"] == 0
    assert upload in [r["id"] for r in listed(office, office.other)]
    digest = hashlib.sha256(data).digest()
    assert office.value("select count(*) from cases.blob where hash = %s",
                        digest) == 1


def test_two_uploads_of_one_content_at_once_both_succeed(office):
    data = png(778)
    uploads = [begin(office, data, "image/png")[0] for _ in range(2)]
    for upload in uploads:
        assert send(office, upload, data).ok
    assert [end(office, upload).ok for upload in uploads] == [True, True]
    assert set(uploads) <= {r["id"] for r in listed(office, office.household)}
    assert left(office) == (0, 0)


@pytest.mark.parametrize("changed, field", [
    ({"size": 10 * 1024 * 1024 + 1}, "size"), ({"size": 0}, "size"),
    ({"media": "text/html"}, "media"), ({"hash": "00"}, "hash"),
    ({"household": None}, "household"), ({"kind": "x"}, "kind"),
], ids=str)
def test_what_cannot_be_is_refused_at_the_beginning(office, changed, field):
    _, answer = begin(office, png(1), "image/png", **changed)
    assert (answer.status, answer.body["field"]) == ("bad_request", field)


def test_parts_must_be_those_that_were_said(office):
    data = png(2 * PART)
    upload, _ = begin(office, data, "image/png")

    def part(position, bytes_, **more):
        return office.house.ask("cases", "attachment.part", {
            "id": upload, "position": position, "data": bytes_.hex()},
            **{**ADDER, **more}).status
    assert part(0, data[:100]) == "bad_request"
    assert part(3, data[:PART]) == "bad_request"
    assert part(0, data[:PART], actor=new_id()) == "not_found"
    assert part(0, data[:PART]) == "ok"
    assert part(0, data[:PART]) == "ok"  # a second time is fine
    answer = end(office, upload)
    assert answer.status == "conflict" and "part 1" in answer.body["why"]
    wrong = data[:PART + 50] + b"y" + data[PART + 51:]
    assert send(office, upload, wrong).ok
    assert end(office, upload).body["field"] == "hash"
    assert send(office, upload, data).ok and end(office, upload).ok


def test_only_so_many_uploads_of_one_member_are_open(office):
    answers = [begin(office, png(900 + i), "image/png")[1].status
               for i in range(21)]
    assert answers == ["ok"] * 20 + ["conflict"]
    forget(office)


def test_only_the_register_and_the_household_itself_look(office):
    attach(office, png(5), "image/png")
    attachment = listed(office, office.household)[-1]["id"]

    def get(roles, actor):
        return office.house.ask("cases", "attachment.get", {
            "id": attachment}, roles=roles, actor=actor,
            purpose="a test").status
    assert get("resident", office.household) == "ok"
    assert get("resident", office.other) == "denied"
    assert get("chair", new_id()) == "denied"
    assert office.house.ask("cases", "attachment.get", {"id": attachment}
                            ).status == "bad_request"  # no purpose


def test_nothing_of_it_stands_in_plain_text(office):
    secret = b"370214198902071764"
    attach(office, jpeg(secret), "image/jpeg")
    for table in ("blob_part", "blob", "upload", "attachment"):
        dump = str(office.rows(f"select t::text from cases.{table} t"))
        assert secret.hex() not in dump and "张三" not in dump
        assert "张三".encode().hex() not in dump
    assert "张三" not in office.house.logs("cases")


@pytest.mark.parametrize("sql", [
    "delete from cases.blob_part where blob in (select id from cases.blob)",
    "update cases.blob_part set position = 7"
    " where blob in (select id from cases.blob)",
    "insert into cases.blob select sha256('x'), gen_random_uuid(), media, size,"
    " parts, stored_at from cases.blob limit 1",
    "delete from cases.blob", "delete from cases.attachment",
    "update cases.attachment set household = household",
], ids=range(6))
def test_the_store_lets_nobody_break_what_stands(office, sql):
    attach(office, png(6), "image/png")
    with pytest.raises(psycopg2.Error):
        office.store.rows(sql, role="cases")


def test_an_unfinished_upload_is_gone_a_day_later(office):
    data = png(2 * PART + 1)
    upload, _ = begin(office, data, "image/png")
    send(office, upload, data[:PART])
    assert left(office) == (1, 1)
    office.house.set_time(datetime.timedelta(hours=23))
    assert left(office) == (1, 1)
    office.house.set_time(datetime.timedelta(hours=2))
    wait_until(lambda: left(office) == (0, 0), what="the alarm")
    assert end(office, upload).status == "not_found"
