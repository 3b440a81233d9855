// A signing over HTTP as one would write it with Fastify and pg: the same
// statements in the same transaction as signing.py's pgbench script, sent one
// by one, prepared.  It counts the households up by itself.
//
// Usage: fastify.js PORT STATEMENTS.json FIRST LAST, the store as in PG*.
"use strict";

const fs = require("fs");
const { Pool } = require("pg");

const [port, file, first, last] = process.argv.slice(2);
const statements = JSON.parse(fs.readFileSync(file));
const pool = new Pool({ max: Number(process.env.POOL) });
const app = require("fastify")();
let next = Number(first);

const body = {
  type: "object",
  additionalProperties: false,
  required: ["place", "choice", "signers"],
  properties: {
    place: { enum: ["counter", "home"] },
    choice: { enum: ["money", "house"] },
    signers: { type: "array", items: { type: "string", format: "uuid" } },
  },
};

app.post("/sign", { schema: { body } }, async (request, reply) => {
  const number = next++;
  if (number > Number(last)) return reply.code(503).send();
  const client = await pool.connect();
  try {
    await client.query("begin");
    for (const { name, text } of statements)
      await client.query({
        name,
        text,
        values: text.includes("$1") ? [number] : [],
      });
    await client.query("commit");
    return { state: "signed_cooling" };
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
});

app.listen({ port: Number(port), host: "127.0.0.1" });
