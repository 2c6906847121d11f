# SOAP::Lite, which knows no WSDL here: it writes the envelope element by element. Arguments: the server's URL, a key, its secret.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_base64);
use POSIX qw(strftime);
use SOAP::Lite;

my ($url, $key, $secret) = @ARGV;
my $SECURITY = 'http://security.amazonaws.com/doc/2007-01-01/';
my ($BOOK, $OTHER) = qw(B000000001 B000000002);
# A third seller's offer of a product that the shop itself does not sell.
my ($LISTING, $LISTED) = qw(OTHERSONLY+/== B000000ALT);
my %PRICES = ($BOOK => 1295, $OTHER => 129900, $LISTED => 2500);

$| = 1;

# An element from a name and a text or a list of elements.
sub element {
    my ($name, $value) = @_;
    return SOAP::Data->name($name => ref $value ? \SOAP::Data->value(@$value) : $value);
}

# The answer to a request, or what refused it: (answer, undef) or (undef, code).
sub call {
    my ($version, $with, $operation, $request, @items) = @_;
    my $timestamp = strftime('%Y-%m-%dT%H:%M:%SZ', gmtime);
    my $signature = hmac_sha256_base64($operation . $timestamp, $with);
    $signature .= '=' while length($signature) % 4;
    my %headers = (AWSAccessKeyId => $key, Timestamp => $timestamp, Signature => $signature);
    my @headers = map { SOAP::Header->name($_ => $headers{$_})->uri($SECURITY)->prefix('aws') } sort keys %headers;
    my @fields = map { element($_, $request->{$_}) } sort keys %$request;
    if (@items) {
        my @elements = map { my $item = $_; element(Item => [map { element($_, $item->{$_}) } sort keys %$item]) } @items;
        push @fields, element(Items => \@elements);
    }
    my $client = SOAP::Lite->proxy("$url/onca/soap?Service=AWSECommerceService")
        ->default_ns("http://webservices.amazon.com/AWSECommerceService/$version")->on_action(sub { 'http://soap.amazon.com' });
    $client->on_fault(sub { my ($soap, $answer) = @_; ref $answer ? $answer : die $soap->transport->status });
    my $answer = $client->call($operation, @headers, element(AssociateTag => 'clients-20'), element(Request => \@fields));
    return (undef, $answer->faultcode) if $answer->fault;
    my $error = $answer->valueof('//Cart/Request/Errors/Error/Code');
    return (undef, $error) if $error;
    return ($answer, undef);
}

# "ASIN x Quantity, …", in order of the ASINs.
sub lines {
    return join ', ', sort map { "$_->{ASIN} x $_->{Quantity}" } @_;
}

sub item {
    my ($answer, $asin) = @_;
    my ($line) = grep { $_->{ASIN} eq $asin } $answer->valueof('//CartItem'), $answer->valueof('//SavedForLaterItem');
    return $line->{CartItemId};
}

sub play {
    my ($version) = @_;
    my $name = "SOAP::Lite, $version";
    my $step = sub {
        my ($told, $active, $saved, $operation, @rest) = @_;
        my ($answer, $code) = call($version, $secret, $operation, @rest);
        die "$name: $told: $code" if defined $code;
        my @active = $answer->valueof('//CartItems/CartItem');
        my $shown = lines(@active) . ' | ' . lines($answer->valueof('//SavedForLaterItems/SavedForLaterItem'));
        die "$name: $told: $shown" if $shown ne "$active | $saved";
        my $sum = 0;
        $sum += $PRICES{$_->{ASIN}} * $_->{Quantity} for @active;
        my $told_sum = $answer->valueof('//CartItems/SubTotal/Amount') // 0;
        die "$name: $told: the subtotal is $told_sum and not $sum" if $told_sum != $sum;
        print "$name: $told\n";
        return $answer;
    };
    my $refused = sub {
        my ($told, $expected, @rest) = @_;
        my (undef, $code) = call($version, @rest);
        die "$name: $told: " . ($code // 'taken') if ($code // '') !~ /\Q$expected\E$/;
        print "$name: $told: $expected\n";
    };

    my $cart = $step->('CartCreate by ASIN and by OfferListingId', "$BOOK x 2, $LISTED x 1", '', 'CartCreate', {},
        { ASIN => $BOOK, Quantity => 2 }, { OfferListingId => $LISTING, Quantity => 1 });
    my $known = { map { $_ => $cart->valueof("//Cart/$_") } qw(CartId HMAC) };
    $step->('CartGet', "$BOOK x 2, $LISTED x 1", '', 'CartGet', $known);
    $step->('CartAdd', "$BOOK x 2, $OTHER x 1, $LISTED x 1", '', 'CartAdd', $known, { ASIN => $OTHER, Quantity => 1 });

    my $five = "$BOOK x 5, $OTHER x 1, $LISTED x 1";
    my $book = item($cart, $BOOK);
    $step->('CartModify to another quantity', $five, '', 'CartModify', $known, { CartItemId => $book, Quantity => 5 });
    my $saved = $step->('CartModify SaveForLater', "$OTHER x 1, $LISTED x 1", "$BOOK x 5", 'CartModify', $known,
        { CartItemId => $book, Action => 'SaveForLater' });
    $step->('CartModify MoveToCart', $five, '', 'CartModify', $known,
        { CartItemId => item($saved, $BOOK), Action => 'MoveToCart' });
    $step->('CartModify to nothing', "$BOOK x 5, $OTHER x 1", '', 'CartModify', $known,
        { CartItemId => item($cart, $LISTED), Quantity => 0 });

    $refused->('a wrong HMAC', 'CartInfoMismatch', $secret, 'CartGet', { %$known, HMAC => 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' });
    $refused->('a wrong secret', 'SignatureDoesNotMatch', 'another', 'CartGet', $known);

    $step->('CartClear', '', '', 'CartClear', $known);
    my $empty = $step->('CartGet of the empty cart', '', '', 'CartGet', $known);
    die "$name: another cart" if $empty->valueof('//Cart/CartId') ne $known->{CartId};
}

play($_) for qw(2005-10-05 2010-11-01 2013-08-01);
