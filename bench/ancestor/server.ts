/**
 * The baseline's API: the workshop's design with direct clients and no sidecar. It marks the
 * index in a Redis hash, puts it on a Redis list and inserts the entry into Postgres, one
 * INSERT a request, before it answers. The clients share what they can: the Redis client
 * pipelines by itself, Postgres has a pool of ten connections.
 */
import express from "express";
import pg from "pg";
import { createClient } from "redis";

const { APP_PORT, REDIS_URL, DATABASE_URL } = process.env;
const database = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
const redis = await createClient({ url: REDIS_URL! }).connect();
await database.query('CREATE TABLE IF NOT EXISTS "values" (number INT)');

const app = express();
app.disable("x-powered-by").disable("etag");
app.use(express.json());

app.get("/", (_request, response) => void response.send("Hi"));

app.get("/values/all", async (_request, response) => {
  response.json((await database.query('SELECT * FROM "values"')).rows);
});

app.get("/values/current", async (_request, response) => {
  response.json(await redis.hGetAll("values"));
});

app.post("/values", async (request, response) => {
  const index = Number(request.body.index);
  if (index > 1_000_000) {
    response.status(422).send("Index too high");
    return;
  }
  // The workshop does not await Redis. This one does, as ours: its answer is a promise, too.
  await Promise.all([
    redis.hSet("values", index, "Nothing yet!"),
    redis.lPush("indexes", String(index)),
    database.query('INSERT INTO "values" (number) VALUES ($1)', [index]),
  ]);
  response.json({ working: true });
});

app.listen(Number(APP_PORT), "127.0.0.1");
