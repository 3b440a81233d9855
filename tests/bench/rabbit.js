// COUNT messages into a quorum queue, IN_FLIGHT unconfirmed at a time; prints
// how many a second were confirmed.
//
// Usage: rabbit.js PORT COUNT IN_FLIGHT
"use strict";

const amqp = require("amqplib");

async function main([port, count, inFlight]) {
  const link = await amqp.connect(`amqp://127.0.0.1:${port}`);
  const channel = await link.createConfirmChannel();
  const body = Buffer.alloc(300, "a");
  let next = 0;

  await channel.assertQueue("bench", {
    durable: true,
    arguments: { "x-queue-type": "quorum" },
  });
  const confirmed = () =>
    new Promise((resolve, reject) =>
      channel.sendToQueue("bench", body, { persistent: true }, (error) =>
        error ? reject(error) : resolve(),
      ),
    );
  async function put() {
    while (next++ < Number(count)) await confirmed();
  }
  const began = performance.now();
  await Promise.all(Array.from({ length: Number(inFlight) }, put));
  console.log(
    JSON.stringify({ rate: (1000 * Number(count)) / (performance.now() - began) }),
  );
  await link.close();
}

main(process.argv.slice(2));
