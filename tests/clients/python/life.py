"""The whole life of a cart, as every Python client plays it.

A client is an object with a method for each operation (create, get, add, modify, clear). They take items as dictionaries of the
protocol's own names, and the cart as an earlier answer, and return an Answer or raise Refused.
"""

import sys
from dataclasses import dataclass, replace

URL, KEY, SECRET = sys.argv[1:4]
TAG = "clients-20"

BOOK, OTHER = "B000000001", "B000000002"
# A third seller's offer of a product that the shop itself does not sell. Its name needs encoding.
LISTING, LISTED = "OTHERSONLY+/==", "B000000ALT"
PRICES = {BOOK: 1295, OTHER: 129900, LISTED: 2500}


class Refused(Exception):
    """The code of an error, as the client showed it."""


@dataclass(frozen=True)
class Line:
    item_id: str
    asin: str
    quantity: str


@dataclass(frozen=True)
class Answer:
    cart_id: str
    hmac: str
    active: list
    saved: list
    subtotal: object = None  # where the version and the client tell it

    def item(self, asin):
        return next(line.item_id for line in self.active + self.saved if line.asin == asin)


def play(name, client):
    """Plays the life, prints a line for each step, and fails at the first answer that is not as it should be."""

    def told(step):
        print(f"{name}: {step}", flush=True)

    def step(told_as, answer, active, saved=()):
        def shown(lines):
            return sorted((line.asin, int(line.quantity)) for line in lines)

        assert shown(answer.active) == sorted(active), (name, told_as, answer)
        assert shown(answer.saved) == sorted(saved), (name, told_as, answer)
        if answer.subtotal is not None:
            assert int(answer.subtotal) == sum(PRICES[asin] * count for asin, count in active), (name, told_as, answer)
        told(told_as)
        return answer

    def refused(told_as, code, call):
        try:
            answer = call()
        except Refused as refusal:
            assert str(refusal).endswith(code), (name, told_as, str(refusal))
            told(f"{told_as}: {code}")
        else:
            raise AssertionError((name, told_as, answer))

    items = [{"ASIN": BOOK, "Quantity": 2}, {"OfferListingId": LISTING, "Quantity": 1}]
    cart = step("CartCreate by ASIN and by OfferListingId", client.create(items), [(BOOK, 2), (LISTED, 1)])
    same = step("CartGet", client.get(cart), [(BOOK, 2), (LISTED, 1)])
    assert (same.cart_id, same.hmac) == (cart.cart_id, cart.hmac), (name, cart, same)
    step("CartAdd", client.add(cart, [{"ASIN": OTHER, "Quantity": 1}]), [(BOOK, 2), (LISTED, 1), (OTHER, 1)])

    book, other = cart.item(BOOK), cart.item(LISTED)
    changed = client.modify(cart, [{"CartItemId": book, "Quantity": 5}])
    step("CartModify to another quantity", changed, [(BOOK, 5), (LISTED, 1), (OTHER, 1)])
    changed = client.modify(cart, [{"CartItemId": book, "Action": "SaveForLater"}])
    step("CartModify SaveForLater", changed, [(LISTED, 1), (OTHER, 1)], [(BOOK, 5)])
    changed = client.modify(cart, [{"CartItemId": changed.item(BOOK), "Action": "MoveToCart"}])
    step("CartModify MoveToCart", changed, [(BOOK, 5), (LISTED, 1), (OTHER, 1)])
    changed = client.modify(cart, [{"CartItemId": other, "Quantity": 0}])
    step("CartModify to nothing", changed, [(BOOK, 5), (OTHER, 1)])

    forged = replace(cart, hmac="AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    refused("a wrong HMAC", "CartInfoMismatch", lambda: client.get(forged))
    refused("a wrong secret", "SignatureDoesNotMatch", lambda: client.with_secret("another").get(cart))

    cleared = step("CartClear", client.clear(cart), [])
    assert (cleared.cart_id, cleared.hmac) == (cart.cart_id, cart.hmac), (name, cart, cleared)
    step("CartGet of the empty cart", client.get(cart), [])
