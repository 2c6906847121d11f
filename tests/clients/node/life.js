// The whole life of a cart, as every Node client plays it.
//
// A client is a function from an operation, an earlier answer and items (of the protocol's own names) to the Cart element of the
// answer as the client parsed it; it throws a Refused when the request was turned away. With another secret it is another client.
import assert from "node:assert/strict";

export const [URL, KEY, SECRET] = process.argv.slice(2);
export const TAG = "clients-20";

const [BOOK, OTHER] = ["B000000001", "B000000002"];
// A third seller's offer of a product that the shop itself does not sell. Its name needs encoding.
const [LISTING, LISTED] = ["OTHERSONLY+/==", "B000000ALT"];
const PRICES = { [BOOK]: 1295, [OTHER]: 129900, [LISTED]: 2500 };

// The code of an error, as the client showed it.
export class Refused extends Error {}

// Clients make a list of several elements and leave one alone.
const list = (value) => [value ?? []].flat();

function read(cart) {
  const errors = list(cart.Request.Errors?.Error);
  if (errors.length > 0) throw new Refused(errors[0].Code);
  assert.equal(cart.Request.IsValid, "True");
  const lines = (items) => list(items).map((line) => ({ id: line.CartItemId, text: `${line.ASIN} x ${line.Quantity}` }));
  return {
    CartId: cart.CartId,
    HMAC: cart.HMAC,
    active: lines(cart.CartItems?.CartItem),
    saved: lines(cart.SavedForLaterItems?.SavedForLaterItem),
    subtotal: cart.CartItems?.SubTotal.Amount,
  };
}

// Plays the life, prints a line for each step, and fails at the first answer that is not as it should be.
export async function play(name, makeClient) {
  const told = (step) => console.log(`${name}: ${step}`);
  const client = makeClient(SECRET);
  const item = (answer, asin) => answer.active.concat(answer.saved).find((line) => line.text.startsWith(asin)).id;
  const step = async (toldAs, operation, known, items, active, saved = {}) => {
    const answer = read(await client(operation, known, items));
    const texts = (lines) => lines.map((line) => line.text).sort();
    const expected = (counts) => Object.entries(counts).map(([asin, count]) => `${asin} x ${count}`).sort();
    assert.deepEqual(texts(answer.active), expected(active), `${name}: ${toldAs}`);
    assert.deepEqual(texts(answer.saved), expected(saved), `${name}: ${toldAs}`);
    const sum = Object.entries(active).reduce((sum, [asin, count]) => sum + PRICES[asin] * count, 0);
    assert.equal(Number(answer.subtotal ?? 0), sum, `${name}: ${toldAs}`);
    told(toldAs);
    return answer;
  };
  const refused = async (toldAs, code, call) => {
    await assert.rejects(call, (error) => error instanceof Refused && error.message.endsWith(code), `${name}: ${toldAs}`);
    told(`${toldAs}: ${code}`);
  };

  const items = [{ ASIN: BOOK, Quantity: 2 }, { OfferListingId: LISTING, Quantity: 1 }];
  const created = { [BOOK]: 2, [LISTED]: 1 };
  const cart = await step("CartCreate by ASIN and by OfferListingId", "CartCreate", undefined, items, created);
  const known = { CartId: cart.CartId, HMAC: cart.HMAC };
  const same = await step("CartGet", "CartGet", known, [], created);
  assert.deepEqual({ CartId: same.CartId, HMAC: same.HMAC }, known);
  await step("CartAdd", "CartAdd", known, [{ ASIN: OTHER, Quantity: 1 }], { ...created, [OTHER]: 1 });

  const modify = (toldAs, change, ...rest) => step(`CartModify ${toldAs}`, "CartModify", known, [change], ...rest);
  const five = { [BOOK]: 5, [LISTED]: 1, [OTHER]: 1 };
  const book = item(cart, BOOK);
  await modify("to another quantity", { CartItemId: book, Quantity: 5 }, five);
  const saved = await modify("SaveForLater", { CartItemId: book, Action: "SaveForLater" }, { [LISTED]: 1, [OTHER]: 1 }, { [BOOK]: 5 });
  await modify("MoveToCart", { CartItemId: item(saved, BOOK), Action: "MoveToCart" }, five);
  await modify("to nothing", { CartItemId: item(cart, LISTED), Quantity: 0 }, { [BOOK]: 5, [OTHER]: 1 });

  const forged = { ...known, HMAC: "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" };
  await refused("a wrong HMAC", "CartInfoMismatch", async () => read(await client("CartGet", forged, [])));
  await refused("a wrong secret", "SignatureDoesNotMatch", () => makeClient("another")("CartGet", known, []));

  const cleared = await step("CartClear", "CartClear", known, [], {});
  assert.deepEqual({ CartId: cleared.CartId, HMAC: cleared.HMAC }, known);
  await step("CartGet of the empty cart", "CartGet", known, [], {});
}

// Items as the parameters of a REST request.
export function parameters(known, items) {
  const fields = items.flatMap((item, n) => Object.entries(item).map(([name, value]) => [`Item.${n + 1}.${name}`, value]));
  return { ...known, ...Object.fromEntries(fields) };
}
