"""python-amazon-simple-product-api: carts as objects, on top of bottlenose. It counts items from 0 and parses errors itself."""

import gzip
import re
import urllib.error

from amazon.api import AmazonAPI, AmazonCartItem, CartException

import life
import stand_in

ITS_NAMES = {"OfferListingId": "offer_id", "CartItemId": "cart_item_id", "Quantity": "quantity"}


class Client:
    def __init__(self, secret=life.SECRET):
        self.api = AmazonAPI(life.KEY, secret, life.TAG)

    def with_secret(self, secret):
        return Client(secret)

    def call(self, method, cart=None, items=None):
        known = {"CartId": cart.cart_id, "HMAC": cart.hmac} if cart else {}
        # Its methods have an argument for offers or lines with a quantity; what it does not know, it hands through.
        its_own, others = [], {}
        for n, item in enumerate(items or []):
            if "Quantity" in item and "ASIN" not in item:
                its_own.append({ITS_NAMES[name]: value for name, value in item.items()})
            else:
                others.update({f"Item.{n}.{name}": value for name, value in item.items()})
        arguments = () if items is None else (its_own,)
        try:
            shown = getattr(self.api, method)(*arguments, **known, **others)
        except CartException as error:
            raise life.Refused(re.search(r"AWS\.[A-Za-z.]+", str(error))[0]) from error
        except urllib.error.HTTPError as error:
            body = gzip.decompress(error.read()).decode()
            raise life.Refused(re.search("<Code>(.*?)</Code>", body)[1]) from error
        saved = shown._safe_get_element("Cart.SavedForLaterItems.SavedForLaterItem")
        return life.Answer(
            shown.cart_id,
            shown.hmac,
            lines(shown),
            lines(map(AmazonCartItem, [] if saved is None else saved)),
            shown._safe_get_element_text("Cart.CartItems.SubTotal.Amount"),
        )

    def create(self, items):
        # It numbers its own items from 0, so they come first.
        return self.call("cart_create", items=sorted(items, key=lambda item: "OfferListingId" not in item))

    def get(self, cart):
        return self.call("cart_get", cart)

    def add(self, cart, items):
        return self.call("cart_add", cart, items)

    def modify(self, cart, items):
        return self.call("cart_modify", cart, items)

    def clear(self, cart):
        return self.call("cart_clear", cart)


def lines(items):
    return [life.Line(item.cart_item_id, item.asin, item.quantity) for item in items]


stand_in.install()
life.play("python-amazon-simple-product-api", Client())
