"""A cart's life with zeep, from nothing but the WSDL. Arguments: the server's URL and two ASINs."""

import sys

from zeep import Client
from zeep.exceptions import Fault

ASIN, OTHER = sys.argv[2:4]


def lines(answer):
    """The cart's lines as (ASIN, Quantity), after a look for errors."""
    cart = answer.Cart[0]
    assert cart.Request.IsValid == "True", cart.Request
    assert cart.Request.Errors is None, cart.Request.Errors
    return [(item.ASIN, item.Quantity) for item in cart.CartItems.CartItem] if cart.CartItems else []


def life(version, wsdl):
    service = Client(wsdl).service
    common = {"AWSAccessKeyId": "AKIAZEEP", "AssociateTag": "zeep-20"}
    answer = service.CartCreate(**common, Request=[{"Items": {"Item": [{"ASIN": ASIN, "Quantity": 2}]}}])
    assert lines(answer) == [(ASIN, "2")], answer
    cart = answer.Cart[0]
    known = {"CartId": cart.CartId, "HMAC": cart.HMAC}
    item = cart.CartItems.CartItem[0]
    if version > "2005":  # 2004-08-01 had no totals
        assert item.Price.Amount * 2 == item.ItemTotal.Amount == cart.SubTotal.Amount, cart

    answer = service.CartAdd(**common, Request=[{**known, "Items": {"Item": [{"ASIN": OTHER}]}}])
    assert lines(answer) == [(OTHER, "1"), (ASIN, "2")], answer
    change = {"CartItemId": item.CartItemId, "Quantity": 5}
    answer = service.CartModify(**common, Request=[{**known, "Items": {"Item": [change]}}])
    assert lines(answer) == [(OTHER, "1"), (ASIN, "5")], answer
    save = {"CartItemId": item.CartItemId, "Action": "SaveForLater"}
    answer = service.CartModify(**common, Request=[{**known, "Items": {"Item": [save]}}])
    assert lines(answer) == [(OTHER, "1")], answer
    assert answer.Cart[0].SavedForLaterItems.SavedForLaterItem[0].ASIN == ASIN, answer
    answer = service.CartGet(**common, Request=[{**known, "ResponseGroup": ["Cart", "CartSimilarities"]}])
    assert lines(answer) == [(OTHER, "1")], answer
    answer = service.CartClear(**common, Request=[known])
    assert lines(answer) == [] and answer.Cart[0].CartId == known["CartId"], answer

    try:
        service.CartGet(Request=[known])
    except Fault as fault:
        assert "MissingClientTokenId" in fault.code, fault.code
        assert "AWSAccessKeyId" in fault.message, fault.message
    else:
        raise AssertionError("a request without a key is a fault")
    print(f"zeep: {version} is well")


for version in ("2004-08-01", "2005-10-05", "2008-06-26", "2010-11-01", "2011-08-01", "2013-08-01"):
    life(version, f"{sys.argv[1]}/AWSECommerceService/{version}/AWSECommerceService.wsdl")
life("2011-08-01 for the us", f"{sys.argv[1]}/AWSECommerceService/2011-08-01/US/AWSECommerceService.wsdl")
