"""What the SOAP clients have in common: the three header elements of a signed request, and how answers are read."""

import base64
import hashlib
import hmac
from datetime import datetime, timezone

import life

SECURITY = "http://security.amazonaws.com/doc/2007-01-01/"


def credentials(operation, secret):
    """The names and texts of the header elements: the signature is over the operation's name and the time stamp."""
    timestamp = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hmac.new(secret.encode(), (operation + timestamp).encode(), hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()
    return {"AWSAccessKeyId": life.KEY, "Timestamp": timestamp, "Signature": signature}


class Client:
    """Whatever calls an operation with a list of requests, and answers with objects that are named as the elements are."""

    def call(self, operation, request):
        raise NotImplementedError

    def ask(self, operation, cart=None, items=()):
        request = {"CartId": cart.cart_id, "HMAC": cart.hmac} if cart else {}
        if items:
            request["Items"] = {"Item": list(items)}
        shown = self.call(operation, request).Cart[0]
        errors = getattr(shown.Request, "Errors", None)
        if errors:
            raise life.Refused(errors.Error[0].Code)
        assert shown.Request.IsValid == "True", shown
        items = getattr(shown, "CartItems", None)
        saved = getattr(shown, "SavedForLaterItems", None)
        subtotal = getattr(items, "SubTotal", None)
        return life.Answer(
            shown.CartId,
            shown.HMAC,
            lines(items.CartItem if items else []),
            lines(saved.SavedForLaterItem if saved else []),
            subtotal.Amount if subtotal else None,
        )

    def create(self, items):
        return self.ask("CartCreate", items=items)

    def get(self, cart):
        return self.ask("CartGet", cart)

    def add(self, cart, items):
        return self.ask("CartAdd", cart, items)

    def modify(self, cart, items):
        return self.ask("CartModify", cart, items)

    def clear(self, cart):
        return self.ask("CartClear", cart)


def lines(items):
    return [life.Line(item.CartItemId, item.ASIN, item.Quantity) for item in items]
