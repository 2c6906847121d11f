"""What no schema can tell of the control API's requests, told to schemathesis.

It makes requests that the OpenAPI document allows, and expects them to be taken; these are made such that they can be. Those that
it makes wrong on purpose stay as they are.
"""

import schemathesis
from schemathesis.core import NOT_SET

# Of the catalogue that the server is started with. A request for a product of another number is answered with 404, and tests little.
KNOWN = {"locale": "us", "asin": "B000000001"}

# The pages of the purchase hand-off.
PAGES = {"PurchasePage", "HandOver", "CustomerCart", "Purchase", "AddPage"}


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or case.meta.generation.mode.value != "positive":
        return
    path = case.path_parameters or {}
    if "asin" in path and path["asin"][-1:].isdigit():
        path.update(KNOWN)
    # A cursor is what a page before said, and nothing else.
    if case.query:
        case.query.pop("cursor", None)
    if case.body is NOT_SET or case.body is None:
        return
    case.body = integers(case.body)
    if "/clock" in case.operation.path:
        clock(case.body)
    if case.operation.path.endswith("/faults"):
        fault(case.body)
    if case.operation.path.endswith("/verify"):
        expectation(case.body)
    if "/catalog" in case.operation.path:
        records(case.body, path)


def integers(value):
    """To JSON Schema 12.0 is an integer. A price of 12.0 is a misunderstanding, so records take 12 alone."""
    if isinstance(value, list):
        return [integers(item) for item in value]
    if isinstance(value, dict):
        return {name: integers(item) for name, item in value.items()}
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def clock(body):
    """A clock is set in one way, and advanced by little, so that the year 9999 does not come."""
    if "by" in body:
        body["by"] = "1d"
    if body.get("mode"):
        body.pop("frozen", None)


def fault(body):
    """A rule has an action or a preset, its latency an order that no pattern tells, and a page is no document."""
    if (body.get("match") or {}).get("operation") in PAGES:
        body.update(match={"operation": body["match"]["operation"]}, action={"latency": "1ms"})
    if body.get("action"):
        body.pop("preset", None)
        if "latency" in body["action"]:
            body["action"]["latency"] = {"min": "1ms", "max": "2s"}
    elif not body.get("preset"):
        body["preset"] = "slow"


def expectation(body):
    """One question at a time, whose answer is not waited for; and never more often at least than at most."""
    if "within" in body:
        body["within"] = "1ms"
    checks = {"check", "no_errors", "no_unsigned"}
    asked = [question for question in ({"times"}, {"order"}, checks) if question & body.keys()]
    for name in set().union(*asked[1:]):
        body.pop(name, None)
    if "at_least" in body.get("times", {}):
        body["times"].pop("at_most", None)


def records(body, path):
    """A record is the one that its path names, many are of different products, and a product has one offer of each seller."""
    if isinstance(body, list):
        body[:] = {(record["locale"], record["asin"]): record for record in body}.values()
    for record in body if isinstance(body, list) else [body]:
        for name in ("locale", "asin"):
            if record.get(name) and name in path:
                record[name] = path[name]
        del (record.get("offers") or [])[1:]
