import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";

const ready = JSON.parse(readFileSync(process.env.CARTWRIGHT_READY)); // what `--ready-file` wrote
const key = `AKIA-${process.env.VITEST_POOL_ID}`; // each worker's own; JEST_WORKER_ID in Jest

async function ecs(Operation, parameters) {
  const query = new URLSearchParams({ Service: "AWSECommerceService", AWSAccessKeyId: key, Operation, ...parameters });
  const answer = await fetch(`${ready.url}/onca/xml?${query}`);
  return { status: answer.status, xml: await answer.text() };
}

async function control(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${ready.control_url}/accounts/${key}${path}`, { method, headers, body: JSON.stringify(body) });
  expect(answer.ok).toBe(true);
  return answer.json();
}

const newCart = () => ecs("CartCreate", { "Item.1.ASIN": "0123456789", "Item.1.Quantity": 2 });
const text = ({ xml }, element) => xml.match(`<${element}>(.*?)</${element}>`)[1];

afterEach(() => control("POST", "/reset"));

test("a forgotten cart is gone after 90 days", async () => {
  const cart = await newCart();
  expect(await control("POST", "/clock/advance", { by: "91d" })).toMatchObject({ expired_count: 1 });
  const gone = await ecs("CartGet", { CartId: text(cart, "CartId"), HMAC: text(cart, "HMAC") });
  expect(text(gone, "Code")).toBe("AWS.ECommerceService.CartInfoMismatch");
});

test("a throttled request is made again", async () => {
  await control("POST", "/faults", { match: { operation: "CartCreate" }, times: 1, action: { error: "RequestThrottled" } });
  while ((await newCart()).status === 503); // here stands your code
  expect(await control("POST", "/requests/verify", { operation: "CartCreate", times: { exactly: 2 } })).toMatchObject({ pass: true });
});
