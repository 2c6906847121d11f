// A cart's life with node-soap, from nothing but the WSDL, over SOAP 1.1 and 1.2. Arguments: the server's URL and two ASINs.
import assert from "node:assert/strict";
import soap from "soap";

const [url, ASIN, OTHER] = process.argv.slice(2);

// The cart's lines as "ASIN x Quantity", after a look for errors.
function lines(answer) {
  const [cart] = [answer.Cart].flat();
  assert.equal(cart.Request.IsValid, "True");
  assert.equal(cart.Request.Errors, undefined);
  const items = cart.CartItems ? [cart.CartItems.CartItem].flat() : [];
  return items.map((item) => `${item.ASIN} x ${item.Quantity}`).join(", ");
}

async function life(version, options) {
  const wsdl = `${url}/AWSECommerceService/${version}/AWSECommerceService.wsdl`;
  const client = await soap.createClientAsync(wsdl, options);
  const call = async (operation, request) => {
    const [answer] = await client[`${operation}Async`]({ AWSAccessKeyId: "AKIANODE", Request: request });
    return answer;
  };
  let answer = await call("CartCreate", { Items: { Item: [{ ASIN, Quantity: 2 }] } });
  assert.equal(lines(answer), `${ASIN} x 2`);
  const cart = [answer.Cart].flat()[0];
  const known = { CartId: cart.CartId, HMAC: cart.HMAC };
  const { CartItemId } = [cart.CartItems.CartItem].flat()[0];
  answer = await call("CartAdd", { ...known, Items: { Item: [{ ASIN: OTHER, Quantity: 1 }] } });
  assert.equal(lines(answer), `${OTHER} x 1, ${ASIN} x 2`);
  answer = await call("CartModify", { ...known, Items: { Item: [{ CartItemId, Quantity: 0 }] } });
  assert.equal(lines(answer), `${OTHER} x 1`);
  answer = await call("CartGet", { ...known, ResponseGroup: ["Cart", "Request"] });
  assert.equal(lines(answer), `${OTHER} x 1`);
  answer = await call("CartClear", known);
  assert.equal(lines(answer), "");
  await assert.rejects(client.CartGetAsync({ Request: known }), /MissingClientTokenId/);
  console.log(`node-soap: ${version} is well${options.forceSoap12Headers ? " over SOAP 1.2" : ""}`);
}

for (const version of ["2005-10-05", "2010-11-01", "2011-08-01", "2013-08-01"]) {
  await life(version, {});
  await life(version, { forceSoap12Headers: true });
}
