import json, os, re
import pytest, requests

ready = json.load(open(os.environ["CARTWRIGHT_READY"]))  # what `--ready-file` wrote
key = "AKIA-" + os.environ.get("PYTEST_XDIST_WORKER", "alone")  # each worker's own

def ecs(operation, **parameters):
    query = {"Service": "AWSECommerceService", "AWSAccessKeyId": key, "Operation": operation, **parameters}
    return requests.get(ready["url"] + "/onca/xml", query)

def control(method, path, **body):
    answer = requests.request(method, f"{ready['control_url']}/accounts/{key}{path}", json=body or None)
    answer.raise_for_status()
    return answer.json()

def new_cart():
    return ecs("CartCreate", **{"Item.1.ASIN": "0123456789", "Item.1.Quantity": 2})

def text(answer, element):
    return re.search(f"<{element}>(.*?)</{element}>", answer.text)[1]

@pytest.fixture(autouse=True)
def reset():
    yield
    control("POST", "/reset")

def test_a_forgotten_cart_is_gone_after_90_days():
    cart = new_cart()
    assert control("POST", "/clock/advance", by="91d")["expired_count"] == 1
    gone = ecs("CartGet", CartId=text(cart, "CartId"), HMAC=text(cart, "HMAC"))
    assert "<Code>AWS.ECommerceService.CartInfoMismatch</Code>" in gone.text

def test_a_throttled_request_is_made_again():
    control("POST", "/faults", match={"operation": "CartCreate"}, times=1, action={"error": "RequestThrottled"})
    while new_cart().status_code == 503:  # here stands your code
        pass
    verdict = control("POST", "/requests/verify", operation="CartCreate", times={"exactly": 2})
    assert verdict["pass"], verdict["message"]
