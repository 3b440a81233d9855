// A job queue in PostgreSQL: COUNT jobs put in durably, IN_FLIGHT at a time,
// while workers take them out; prints how many a second were handled.
//
// Usage: queues.js pg-boss|graphile-worker COUNT IN_FLIGHT, the store as in PG*.
"use strict";

const queues = {
  async "pg-boss"(handled) {
    const PgBoss = require("pg-boss");
    const boss = new PgBoss({ max: 16 });
    boss.on("error", console.error);
    await boss.start();
    await boss.createQueue("bench");
    // Its shortest pause between two looks, and as much at once as it likes.
    for (let i = 0; i < 4; i++)
      await boss.work(
        "bench",
        { batchSize: 500, pollingIntervalSeconds: 0.5 },
        async (jobs) => handled(jobs.length),
      );
    return {
      put: (n) => boss.send("bench", { n }),
      end: () => boss.stop({ graceful: false }),
    };
  },

  async "graphile-worker"(handled) {
    const { Pool } = require("pg");
    const { Logger, run } = require("graphile-worker");
    const pgPool = new Pool({ max: 32 });
    pgPool.on("connect", (client) => client.on("error", console.error));
    pgPool.on("error", console.error);
    const runner = await run({
      pgPool,
      concurrency: 10,
      noHandleSignals: true,
      logger: new Logger(() => () => {}),
      taskList: { bench: async () => handled(1) },
    });
    return {
      put: (n) => runner.addJob("bench", { n }),
      end: async () => {
        await runner.stop();
        await pgPool.end();
      },
    };
  },
};

async function main([name, count, inFlight]) {
  let left = Number(count);
  let next = 0;
  let done;
  const all = new Promise((resolve) => (done = resolve));
  const queue = await queues[name]((n) => (left -= n) <= 0 && done());

  async function put() {
    while (next < Number(count)) await queue.put(next++);
  }
  const began = performance.now();
  await Promise.all(Array.from({ length: Number(inFlight) }, put));
  const stored = performance.now();
  await all;
  const rate = (until) => (1000 * Number(count)) / (until - began);
  console.log(
    JSON.stringify({ rate: rate(performance.now()), put: rate(stored) }),
  );
  await queue.end();
  process.exit(0);
}

main(process.argv.slice(2));
