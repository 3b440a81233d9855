"""The reader that must not be: `id > last` on the outbox.

It stands beside the followers in some runs, and writes what it has seen to a
table of its own: the checker has to find what it lost.
"""

import threading
import time

import psycopg2

TABLE = """
    create schema if not exists chaos;
    create table if not exists chaos.naive (id bigint primary key);
"""
LOOK = """
    insert into chaos.naive
    select id from bus.outbox where source = 'cases' and id > %s order by id
    returning id
"""


class Naive(threading.Thread):
    def __init__(self, store):
        super().__init__(daemon=True)
        self.store = store
        self.enough = threading.Event()
        store.run_as("superuser", TABLE)

    def run(self):
        connection, last = None, 0
        while not self.enough.is_set():
            try:
                if connection is None:
                    connection = self.store.connect()
                with connection.cursor() as cursor:
                    cursor.execute(LOOK, [last])
                    last = max([last] + [row[0] for row in cursor.fetchall()])
                time.sleep(0.001)
            except psycopg2.Error:
                connection = None
                time.sleep(0.05)

    def finish(self):
        """Lets it read what there is now, then ends it."""
        time.sleep(0.5)
        self.enough.set()
        self.join(10)
