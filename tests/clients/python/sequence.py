"""The sequence that the documents recommend, from finding a product to handing the cart over, as a customer's shop plays it.

A client is a function from an operation and its parameters to the root of the answer, or it raises life.Refused. What follows the
PurchaseURL is a browser's part: it is done without a browser, by the page's first form.
"""

import html.parser
import http.cookiejar
import urllib.parse
import urllib.request

import life


class FirstForm(html.parser.HTMLParser):
    """The first form of a page: where it leads, how, and what it holds."""

    def __init__(self, page):
        super().__init__()
        self.action, self.method, self.fields, self.open = None, None, [], False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form" and self.action is None:
            self.action, self.method, self.open = given["action"], given.get("method", "get").lower(), True
        elif tag == "input" and self.open:
            self.fields.append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = False


def play(name, call, **every_seller):
    """Plays the sequence, and fails at the first answer that is not as it should be. `every_seller` are the parameters by which a
    lookup of this version shows the offers of all sellers."""

    def told(step):
        print(f"{name}: {step}", flush=True)

    def listing(answer, asin, condition):
        """The OfferListingId of a product's offer in this condition."""
        item = next(item for item in answer.iterfind("{*}Items/{*}Item") if item.findtext("{*}ASIN") == asin)
        offers = item.iterfind("{*}Offers/{*}Offer")
        offer = next(offer for offer in offers if offer.findtext("{*}OfferAttributes/{*}Condition") == condition)
        return offer.findtext("{*}OfferListing/{*}OfferListingId")

    def lines(answer):
        items = answer.iterfind("{*}Cart/{*}CartItems/{*}CartItem")
        return {item.findtext("{*}ASIN"): (item.findtext("{*}CartItemId"), int(item.findtext("{*}Quantity"))) for item in items}

    def quantities(answer):
        return {asin: quantity for asin, (_, quantity) in lines(answer).items()}

    found = call("ItemSearch", SearchIndex="Books", Keywords="handcart tale", ResponseGroup="Offers", **every_seller)
    used = listing(found, life.BOOK, "Used")
    told("ItemSearch finds a book, and who sells it used")
    looked_up = call("ItemLookup", ItemId=life.LISTED, ResponseGroup="OfferFull", **every_seller)
    new = listing(looked_up, life.LISTED, "New")
    told("ItemLookup finds who sells another one new")

    fields = {"Item.1.OfferListingId": used, "Item.1.Quantity": 1}
    created = call("CartCreate", **fields)
    assert quantities(created) == {life.BOOK: 1}, (name, quantities(created))
    prices = [price.text for price in created.iterfind("{*}Cart/{*}CartItems/{*}CartItem/{*}Price/{*}Amount")]
    assert prices == ["450"], (name, prices)
    cart = {field: created.findtext(f"{{*}}Cart/{{*}}{field}") for field in ("CartId", "HMAC")}
    told("CartCreate by the OfferListingId that was found")
    added = call("CartAdd", **cart, **{"Item.1.OfferListingId": new, "Item.1.Quantity": 1})
    assert quantities(added) == {life.BOOK: 1, life.LISTED: 1}, (name, quantities(added))
    told("CartAdd of the other one")
    item, _ = lines(added)[life.LISTED]
    call("CartModify", **cart, **{"Item.1.CartItemId": item, "Item.1.Quantity": 3})
    got = call("CartGet", **cart)
    assert quantities(got) == {life.BOOK: 1, life.LISTED: 3}, (name, quantities(got))
    told("CartModify, and CartGet shows it")

    url = got.findtext("{*}Cart/{*}PurchaseURL")
    assert url.startswith(life.URL + "/gp/cart/aws-merge.html?"), (name, url)
    browser = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    with browser.open(url, timeout=30) as page:
        form = FirstForm(page.read().decode())
    assert form.method == "post", (name, form.method)
    told("the PurchaseURL shows a page that asks")
    with browser.open(urllib.parse.urljoin(url, form.action), urllib.parse.urlencode(form.fields).encode(), timeout=30) as page:
        after = page.read().decode()
    assert life.BOOK in after or "Handcart" in after, (name, after)
    told("its first form hands the cart over")
    try:
        call("CartGet", **cart)
    except life.Refused as refusal:
        assert str(refusal).endswith("CartInfoMismatch"), (name, str(refusal))
        told("the remote cart is gone: CartInfoMismatch")
    else:
        raise AssertionError((name, "the remote cart is still there"))
