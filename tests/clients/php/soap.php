<?php
// PHP's own SoapClient, from nothing but the WSDL. Arguments: the server's URL, an access key and its secret.
declare(strict_types=1);

const SECURITY = 'http://security.amazonaws.com/doc/2007-01-01/';
const TAG = 'clients-20';
const BOOK = 'B000000001';
const OTHER = 'B000000002';
// A third seller's offer of a product that the shop itself does not sell.
const LISTING = 'OTHERSONLY+/==';
const LISTED = 'B000000ALT';
const PRICES = [BOOK => 1295, OTHER => 129900, LISTED => 2500];

[, $url, $key, $secret] = $argv;

/** What a refusal is thrown as: its message is the error's code, as the client showed it. */
final class Refused extends Exception {}

final class Client
{
    private SoapClient $soap;

    public function __construct(private string $wsdl, private string $key, private string $secret)
    {
        // Elements that may repeat are arrays also where they do not.
        $options = ['cache_wsdl' => WSDL_CACHE_NONE, 'features' => SOAP_SINGLE_ELEMENT_ARRAYS, 'exceptions' => true];
        $this->soap = new SoapClient($wsdl, $options);
    }

    public function withSecret(string $secret): self
    {
        return new self($this->wsdl, $this->key, $secret);
    }

    /** The Cart element of an answer. The signature is over the operation's name and the time stamp. */
    public function call(string $operation, array $request): stdClass
    {
        $timestamp = gmdate('Y-m-d\TH:i:s\Z');
        $signature = base64_encode(hash_hmac('sha256', $operation . $timestamp, $this->secret, true));
        $this->soap->__setSoapHeaders([
            new SoapHeader(SECURITY, 'AWSAccessKeyId', $this->key),
            new SoapHeader(SECURITY, 'Timestamp', $timestamp),
            new SoapHeader(SECURITY, 'Signature', $signature),
        ]);
        try {
            $cart = $this->soap->$operation(['AssociateTag' => TAG, 'Request' => [$request]])->Cart[0];
        } catch (SoapFault $fault) {
            throw new Refused($fault->faultcode, 0, $fault);
        }
        if (isset($cart->Request->Errors)) {
            throw new Refused($cart->Request->Errors->Error[0]->Code);
        }
        check($cart->Request->IsValid === 'True', $cart);
        return $cart;
    }
}

function check(bool $holds, mixed $shown): void
{
    if (!$holds) {
        fwrite(STDERR, print_r($shown, true));
        throw new LogicException('not as it should be');
    }
}

/** Quantities by ASIN. */
function counts(array $lines): array
{
    $counts = array_column($lines, 'Quantity', 'ASIN');
    ksort($counts);
    return array_map('intval', $counts);
}

function item(stdClass $cart, string $asin): string
{
    $lines = array_merge($cart->CartItems->CartItem ?? [], $cart->SavedForLaterItems->SavedForLaterItem ?? []);
    return array_column($lines, 'CartItemId', 'ASIN')[$asin];
}

function play(string $name, Client $client): void
{
    $told = fn (string $step) => print("$name: $step\n");
    $step = function (string $as, string $operation, array $request, array $active, array $saved = []) use ($client, $told) {
        $cart = $client->call($operation, $request);
        ksort($active);
        check(counts($cart->CartItems->CartItem ?? []) === $active, [$as, $cart]);
        check(counts($cart->SavedForLaterItems->SavedForLaterItem ?? []) === $saved, [$as, $cart]);
        $sum = array_sum(array_map(fn ($asin, $count) => PRICES[$asin] * $count, array_keys($active), $active));
        check((int) ($cart->CartItems->SubTotal->Amount ?? 0) === $sum, [$as, $cart]);
        $told($as);
        return $cart;
    };
    $refused = function (string $as, string $code, callable $call) use ($told) {
        try {
            check(false, [$as, $call()]);
        } catch (Refused $refusal) {
            check(str_ends_with($refusal->getMessage(), $code), [$as, $refusal->getMessage()]);
            $told("$as: $code");
        }
    };
    $items = fn (array ...$items) => ['Items' => ['Item' => $items]];

    $wanted = $items(['ASIN' => BOOK, 'Quantity' => 2], ['OfferListingId' => LISTING, 'Quantity' => 1]);
    $cart = $step('CartCreate by ASIN and by OfferListingId', 'CartCreate', $wanted, [BOOK => 2, LISTED => 1]);
    $known = ['CartId' => $cart->CartId, 'HMAC' => $cart->HMAC];
    $same = $step('CartGet', 'CartGet', $known, [BOOK => 2, LISTED => 1]);
    check([$same->CartId, $same->HMAC] === array_values($known), $same);
    $added = $items(['ASIN' => OTHER, 'Quantity' => 1]);
    $step('CartAdd', 'CartAdd', $known + $added, [BOOK => 2, LISTED => 1, OTHER => 1]);

    $five = [BOOK => 5, LISTED => 1, OTHER => 1];
    $modify = fn (string $as, array $change, array ...$rest) =>
        $step("CartModify $as", 'CartModify', $known + $items($change), ...$rest);
    $book = item($cart, BOOK);
    $modify('to another quantity', ['CartItemId' => $book, 'Quantity' => 5], $five);
    $saved = ['CartItemId' => $book, 'Action' => 'SaveForLater'];
    $shown = $modify('SaveForLater', $saved, [LISTED => 1, OTHER => 1], [BOOK => 5]);
    $modify('MoveToCart', ['CartItemId' => item($shown, BOOK), 'Action' => 'MoveToCart'], $five);
    $modify('to nothing', ['CartItemId' => item($cart, LISTED), 'Quantity' => 0], [BOOK => 5, OTHER => 1]);

    $forged = ['HMAC' => 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='] + $known;
    $refused('a wrong HMAC', 'CartInfoMismatch', fn () => $client->call('CartGet', $forged));
    $stranger = $client->withSecret('another');
    $refused('a wrong secret', 'SignatureDoesNotMatch', fn () => $stranger->call('CartGet', $known));

    $cleared = $step('CartClear', 'CartClear', $known, []);
    check([$cleared->CartId, $cleared->HMAC] === array_values($known), $cleared);
    $step('CartGet of the empty cart', 'CartGet', $known, []);
}

foreach (['2005-10-05', '2010-11-01', '2013-08-01'] as $version) {
    $wsdl = "$url/AWSECommerceService/$version/AWSECommerceService.wsdl";
    play("SoapClient, $version", new Client($wsdl, $key, $secret));
}
