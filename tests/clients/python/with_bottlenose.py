"""bottlenose: REST, signed, one method for each operation; the answer goes through a parser of one's own."""

import gzip
import urllib.error
import xml.etree.ElementTree as xml

import bottlenose

import life
import sequence
import stand_in


class Client:
    def __init__(self, secret, version):
        self.version = version
        self.api = bottlenose.Amazon(life.KEY, secret, life.TAG, Version=version, Parser=xml.fromstring)

    def with_secret(self, secret):
        return Client(secret, self.version)

    def ask(self, operation, **parameters):
        """The root of the answer."""
        try:
            root = getattr(self.api, operation)(**parameters)
        except urllib.error.HTTPError as error:
            body = error.read()
            body = gzip.decompress(body) if error.headers["Content-Encoding"] == "gzip" else body
            raise life.Refused(xml.fromstring(body).findtext(".//{*}Error/{*}Code")) from error
        error = root.findtext(".//{*}Errors/{*}Error/{*}Code")
        if error:
            raise life.Refused(error)
        return root

    def call(self, operation, cart=None, items=()):
        known = {"CartId": cart.cart_id, "HMAC": cart.hmac} if cart else {}
        fields = {f"Item.{n}.{name}": value for n, item in enumerate(items, 1) for name, value in item.items()}
        root = self.ask(operation, **known, **fields)
        shown = root.find("{*}Cart")
        return life.Answer(
            shown.findtext("{*}CartId"),
            shown.findtext("{*}HMAC"),
            lines(shown.iterfind("{*}CartItems/{*}CartItem")),
            lines(shown.iterfind("{*}SavedForLaterItems/{*}SavedForLaterItem")),
            shown.findtext("{*}CartItems/{*}SubTotal/{*}Amount"),
        )

    def create(self, items):
        return self.call("CartCreate", items=items)

    def get(self, cart):
        return self.call("CartGet", cart)

    def add(self, cart, items):
        return self.call("CartAdd", cart, items)

    def modify(self, cart, items):
        return self.call("CartModify", cart, items)

    def clear(self, cart):
        return self.call("CartClear", cart)


def lines(items):
    return [life.Line(*(item.findtext("{*}" + name) for name in ("CartItemId", "ASIN", "Quantity"))) for item in items]


stand_in.install()
# The later versions know no sellers but Amazon and all together, which is what they show by themselves.
for version, every_seller in (("2005-10-05", {"MerchantId": "All"}), ("2013-08-01", {})):
    client = Client(life.SECRET, version)
    life.play(f"bottlenose, {version}", client)
    sequence.play(f"bottlenose, {version}", client.ask, Condition="All", **every_seller)
