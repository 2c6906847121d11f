key=AKIA-curl
url=$(jq -r .url "$CARTWRIGHT_READY") # what `--ready-file` wrote
control=$(jq -r .control_url "$CARTWRIGHT_READY")/accounts/$key
json='Content-Type: application/json'

cart=$(curl -fsS "$url/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=$key&Operation=CartCreate&Item.1.ASIN=0123456789&Item.1.Quantity=2")
curl -fsS "$control/clock/advance" -H "$json" -d '{"by":"91d"}' | jq -e '.expired_count == 1'
curl -fsS "$control/faults" -H "$json" -d '{"match":{"operation":"CartCreate"},"times":1,"action":{"error":"RequestThrottled"}}'
curl -fsS "$control/requests/verify" -H "$json" -d '{"operation":"CartCreate","times":{"exactly":1}}' | jq -e .pass
curl -fsS -X POST "$control/reset"
