//! Every error of the answer's body, letter by letter, in each recorded language (docs/PROTOCOL.md, sections 7.2 and 7.3).

use crate::support::TestServer;

const MISMATCH: &str = "Your request contains an invalid AssociateTag, CartId and HMAC combination. Please verify the \
    AssociateTag, CartId, HMAC and retry. Remember that all Cart operations must pass in the CartId and HMAC that were \
    returned to you during the CartCreate operation.";
const MISMATCH_JP: &str = "リクエストに指定されたAssociateTag、CartId、およびHMACの組み合わせが不正です。AssociateTag、CartId、\
    およびHMACの値を確認して再度実行してください。なお、ショッピングカートを操作する、CartCreate以外のすべてのオペレーションで、\
    CartCreateオペレーションで返されるCartIdとHMACが必要になるので注意してください。";
const MISMATCH_FR: &str = "Votre demande comprend une combinaison AssociateTag, CartId et HMAC non valide. Veuillez vérifier \
    l'AssociateTag, le CartId et le HMAC avant de réessayer. N'oubliez pas que toutes les opérations du panier doivent \
    s'effectuer avec le CartId et le HMAC qui vous ont été renvoyés lors de l'opération CartCreate.";

/// A request, its code, its English and its Japanese text. `$cart` is a cart with one piece of B000000001.
const TEXTS: &[(&str, &str, &str, &str)] = &[
    (
        "Operation=CartCreate",
        "AWS.MissingParameters",
        "Your request is missing required parameters. Required parameters include Items.",
        "リクエストには、必要なパラメータが含まれていません。必要なパラメータには、Itemsなどがあります。",
    ),
    (
        "Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=1000",
        "AWS.ParameterOutOfRange",
        "The value you specified for Quantity is invalid.  Valid values must be between 1 and 999.",
        "Quantity として指定した値は無効です。有効な値は、1から999までのものです。",
    ),
    (
        "Operation=CartModify&$cart&Item.1.CartItemId=U1&Item.1.Quantity=1000",
        "AWS.ParameterOutOfRange",
        "The value you specified for Quantity is invalid.  Valid values must be between 0 and 999.",
        "Quantity として指定した値は無効です。有効な値は、0から999までのものです。",
    ),
    (
        "Operation=CartModify&$cart&Item.1.CartItemId=U1&Item.1.Quantity=1&Item.1.Action=SaveForLater&Version=2013-08-01",
        "AWS.ExactParameterRequirement",
        "Your request should have exactly 1 of the following parameters: Quantity, Action.",
        "次のパラメータのうち、1個がリクエストに含まれている必要があります：Quantity, Action",
    ),
    (
        "Operation=CartCreate&Item.1.Quantity=1",
        "AWS.MinimumParameterRequirement",
        "Your request should have atleast 1 of the following parameters: ASIN, OfferListingId.",
        "次のパラメータのうち、最低1個がリクエストに含まれている必要があります：ASIN, OfferListingId",
    ),
    (
        "Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.OfferListingId=x",
        "AWS.InvalidParameterCombination",
        "Your request contains an invalid parameter combination. ASIN and OfferListingId cannot appear in the same request.",
        "Your request contains an invalid parameter combination. ASIN and OfferListingId cannot appear in the same request.",
    ),
    (
        "Operation=CartCreate&Item.1.ASIN=B000000001&MergeCart=Maybe",
        "AWS.InvalidEnumeratedParameter",
        "The value you specified for MergeCart is invalid. Valid values include True, False.",
        "MergeCartに指定した値は無効です。True、 Falseなどが有効な値の例です。",
    ),
    (
        "Operation=CartClear&$cart&ResponseGroup=Small",
        "AWS.InvalidResponseGroup",
        "Your ResponseGroup parameter is invalid. Valid response groups for CartClear requests include Cart, Request.",
        "ResponseGroupパラメータが無効です。CartClearリクエストで有効なレスポンス・グループは、Cart, Requestなどです。",
    ),
    (
        "Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.ASIN=B000000001",
        "AWS.ParameterRepeatedInRequest",
        "The parameter, Item.1.ASIN, appeared more than once in your request.",
        "The parameter, Item.1.ASIN, appeared more than once in your request.",
    ),
    ("Operation=CartGet&CartId=???&HMAC=???", "AWS.ECommerceService.CartInfoMismatch", MISMATCH, MISMATCH_JP),
    (
        "Operation=CartAdd&$cart&Item.1.ASIN=B000000001",
        "AWS.ECommerceService.ItemAlreadyInCart",
        "The item you specified, B000000001, is already in your cart.",
        "リクエストで商品として指定されたB000000001は、すでにショッピングカートの中に入っています。",
    ),
    (
        "Operation=CartCreate&Item.1.ASIN=B00000NONE",
        "AWS.ECommerceService.ItemNotEligibleForCart",
        "The item you specified, , is not eligible to be added to the cart. Check the item's availability to make sure it is available.",
        "リクエストで商品として指定されたは、カートに追加する商品として、適格ではありません。商品の在庫があるかどうか確かめてください。",
    ),
    (
        "Operation=CartAdd&$cart&Item.1.ASIN=B000000001&Item.1.Quantity=999",
        "AWS.ECommerceService.InvalidQuantity",
        "You have exceeded the maximum quantity allowed for the following items: B000000001.",
        "次の商品の注文可能な数量の上限を超えました：B000000001",
    ),
    (
        "Operation=CartCreate&Item.1.ASIN=B000000001&Item.2.ASIN=B000000OUT&Item.3.ASIN=B00000MORE",
        "AWS.ECommerceService.ExceededMaximumCartItems",
        "You may not add more than 1 items to the cart.",
        "You may not add more than 1 items to the cart.",
    ),
];

/// A server on which a cart is full with one line, and a third product is known.
fn server() -> TestServer {
    TestServer::with(|config| config.max_lines = 1)
}

#[test]
fn every_text_is_the_recorded_one() {
    let server = server();
    for (locale, expected) in [("us", 2), ("jp", 3)] {
        let cart = server.call_in(locale, "Operation=CartCreate&Item.1.ASIN=B000000001").cart();
        for row in TEXTS {
            let answer = server.call_in(locale, &row.0.replace("$cart", &cart));
            let text = if expected == 2 { row.2 } else { row.3 };
            assert_eq!((answer.text("Code"), answer.text("Message")), (row.1.to_owned(), text.to_owned()), "{}", row.0);
        }
    }
}

#[test]
fn only_the_mismatch_is_french_in_france_and_all_is_english_elsewhere() {
    let server = server();
    let message = |locale: &str, query: &str| server.call_in(locale, query).text("Message");
    let mismatch = "Operation=CartGet&CartId=???&HMAC=???";
    assert_eq!(message("fr", mismatch), MISMATCH_FR);
    assert!(message("fr", "Operation=CartCreate").starts_with("Your request is missing"));
    for locale in ["us", "uk", "de", "ca", "cn", "es", "it", "in", "br", "mx", "au"] {
        assert_eq!(message(locale, mismatch), MISMATCH, "{locale}");
    }
}

#[test]
fn the_bare_document_is_english_everywhere() {
    let server = server();
    for locale in ["us", "jp", "fr"] {
        for (query, text) in [
            (
                "",
                "Your request is missing the Service parameter. Please add  the Service parameter to your request and retry.",
            ),
            (
                "Service=x",
                "The Service parameter is invalid. Please modify the Service parameter and retry. Valid values for the \
                 Service parameter include AWSECommerceService.",
            ),
            (
                "Service=AWSECommerceService",
                "The Operation parameter is invalid. Please modify the Operation parameter and retry. Valid values for the \
                 Operation parameter include CartCreate, CartAdd, CartModify, CartGet, CartClear, ItemLookup, ItemSearch, \
                 SimilarityLookup, ListLookup, Help.",
            ),
            (
                "Service=AWSECommerceService&Operation=CartGet&Version=x",
                "Version has an invalid value. It must contain a valid ISO 8601 date and time.",
            ),
        ] {
            assert_eq!(server.get(&format!("/{locale}/onca/xml?{query}")).text("Message"), text);
        }
    }
}
