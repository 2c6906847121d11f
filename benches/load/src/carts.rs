//! Requests about carts and products, and as much of the answers as is checked. Must not know sockets or time.

use anyhow::{Context as _, Result, bail};
use std::fmt::Write as _;

/// The ASINs that requests name: `B000000000` and those after it, as many as a load is told.
pub fn asin(number: u32) -> String {
    format!("B{number:09}")
}

/// A line of a cart, as an answer showed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// CartItemId.
    pub id: String,
    /// ASIN.
    pub asin: String,
    /// Quantity.
    pub quantity: u32,
}

/// A cart that the server has acknowledged, as its last answer showed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownCart {
    /// CartId.
    pub id: String,
    /// HMAC.
    pub hmac: String,
    /// The active lines.
    pub lines: Vec<Line>,
}

impl KnownCart {
    /// Reads the cart that an answer shows; an answer without one is an error that quotes its code.
    pub fn shown(answer: &str) -> Result<Self> {
        let (Some(id), Some(hmac)) = (text_of(answer, "CartId"), text_of(answer, "HMAC")) else {
            bail!("no cart in the answer, code {}", text_of(answer, "Code").unwrap_or("none"));
        };
        // An error beside the cart means that the request was not done, or not all of it.
        if let Some(code) = text_of(answer, "Code") {
            bail!("the answer carries the error {code}");
        }
        Ok(Self { id: id.to_owned(), hmac: hmac.to_owned(), lines: lines(answer)? })
    }

    /// The cart as a line of a file of carts: id, HMAC, and `id=ASIN=quantity` by commas, with tabs between.
    pub fn to_record(&self) -> String {
        let lines: Vec<String> =
            self.lines.iter().map(|line| format!("{}={}={}", line.id, line.asin, line.quantity)).collect();
        format!("{}\t{}\t{}", self.id, self.hmac, lines.join(","))
    }

    /// Reads what [`Self::to_record`] wrote.
    pub fn from_record(record: &str) -> Result<Self> {
        let mut fields = record.split('\t');
        let (Some(id), Some(hmac), Some(lines), None) = (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            bail!("not a cart: {record:?}");
        };
        let lines = lines.split(',').filter(|line| !line.is_empty()).map(|line| {
            let mut parts = line.split('=');
            let (Some(id), Some(asin), Some(quantity)) = (parts.next(), parts.next(), parts.next()) else {
                bail!("not a line of a cart: {line:?}");
            };
            Ok(Line { id: id.to_owned(), asin: asin.to_owned(), quantity: quantity.parse()? })
        });
        Ok(Self { id: id.to_owned(), hmac: hmac.to_owned(), lines: lines.collect::<Result<_>>()? })
    }
}

/// The lines that an answer shows in its active area.
fn lines(answer: &str) -> Result<Vec<Line>> {
    let Some((_, active)) = answer.split_once("<CartItems>") else { return Ok(Vec::new()) };
    let (active, _) = active.split_once("</CartItems>").context("CartItems has no end")?;
    let field =
        |item: &str, name| text_of(item, name).map(str::to_owned).with_context(|| format!("a line without {name}"));
    let line = |item| {
        Ok(Line {
            id: field(item, "CartItemId")?,
            asin: field(item, "ASIN")?,
            quantity: field(item, "Quantity")?.parse().context("Quantity")?,
        })
    };
    active.split("<CartItem>").skip(1).map(line).collect()
}

/// The text of the first element of that name. Enough for a server whose XML has one form; not a parser.
fn text_of<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = xml;
    loop {
        let (_, after) = rest.split_once('<')?;
        if let Some(text) = after.strip_prefix(name).and_then(|after| after.strip_prefix('>')) {
            return text.split('<').next();
        }
        rest = after;
    }
}

/// What every request begins with.
const COMMON: &str = "/onca/xml?Service=AWSECommerceService&Version=2005-10-05&AWSAccessKeyId=AKIALOADGEN000000000";

/// The path and query of an ItemLookup.
pub fn product_query(asin: &str) -> String {
    format!("{COMMON}&Operation=ItemLookup&ItemId={asin}&ResponseGroup=Small")
}

/// The ASIN of the product that an answer shows; an answer without one is an error that quotes its code.
pub fn product_shown(answer: &str) -> Result<&str> {
    let Some((_, item)) = answer.split_once("<Item>") else {
        bail!("no product in the answer, code {}", text_of(answer, "Code").unwrap_or("none"));
    };
    text_of(item, "ASIN").context("a product without ASIN")
}

/// What is asked of a cart.
#[derive(Clone, Debug)]
pub enum Ask<'a> {
    /// CartCreate with one of each of these ASINs.
    Create(&'a [String]),
    /// CartGet.
    Get(&'a KnownCart),
    /// CartAdd of one of this ASIN, which the cart does not have yet.
    Add(&'a KnownCart, &'a str),
    /// CartModify of the line at this place to this quantity; 0 removes it.
    Modify(&'a KnownCart, usize, u32),
}

impl Ask<'_> {
    /// The request's path and query.
    pub fn query(&self) -> String {
        let mut query = COMMON.to_owned();
        let name = match self {
            Self::Create(_) => "CartCreate",
            Self::Get(_) => "CartGet",
            Self::Add(..) => "CartAdd",
            Self::Modify(..) => "CartModify",
        };
        parameter(&mut query, "Operation", name);
        match self {
            Self::Create(asins) => {
                for (asin, place) in asins.iter().zip(1..) {
                    parameter(&mut query, &format!("Item.{place}.ASIN"), asin);
                    parameter(&mut query, &format!("Item.{place}.Quantity"), "1");
                }
            }
            Self::Get(cart) => identify(&mut query, cart),
            Self::Add(cart, asin) => {
                identify(&mut query, cart);
                parameter(&mut query, "Item.1.ASIN", asin);
                parameter(&mut query, "Item.1.Quantity", "1");
            }
            Self::Modify(cart, place, quantity) => {
                identify(&mut query, cart);
                parameter(&mut query, "Item.1.CartItemId", &cart.lines[*place].id);
                parameter(&mut query, "Item.1.Quantity", &quantity.to_string());
            }
        }
        query
    }

    /// Whether the answer shows the right cart, with what was asked for done.
    pub fn is_done(&self, shown: &KnownCart) -> bool {
        let (Self::Get(before) | Self::Add(before, _) | Self::Modify(before, ..)) = self else {
            return matches!(self, Self::Create(asins) if asins.len() == shown.lines.len());
        };
        let place_of = |line: &Line| shown.lines.iter().find(|other| other.id == line.id);
        shown.id == before.id
            && match self {
                // Others may be writing to a cart that is only read.
                Self::Create(_) | Self::Get(_) => true,
                Self::Add(_, asin) => {
                    shown.lines.len() == before.lines.len() + 1 && shown.lines.iter().any(|line| line.asin == *asin)
                }
                Self::Modify(_, place, 0) => place_of(&before.lines[*place]).is_none(),
                Self::Modify(_, place, quantity) => {
                    place_of(&before.lines[*place]).is_some_and(|line| line.quantity == *quantity)
                }
            }
    }
}

fn identify(query: &mut String, cart: &KnownCart) {
    parameter(query, "CartId", &cart.id);
    parameter(query, "HMAC", &cart.hmac);
}

fn parameter(query: &mut String, name: &str, value: &str) {
    query.push('&');
    query.push_str(name);
    query.push('=');
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            query.push(char::from(byte));
        } else {
            let _ = write!(query, "%{byte:02X}"); // a String takes everything
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "<CartGetResponse><Cart><Request><IsValid>True</IsValid></Request><CartId>1-2</CartId><HMAC>a+/=</HMAC>\
        <CartItems><SubTotal><Amount>3</Amount></SubTotal><CartItem><CartItemId>UA</CartItemId><ASIN>B000000001</ASIN><Quantity>2</Quantity></CartItem>\
        <CartItem><CartItemId>UB</CartItemId><ASIN>B000000002</ASIN><Quantity>1</Quantity></CartItem></CartItems>\
        <SavedForLaterItems><SavedForLaterItem><CartItemId>UC</CartItemId></SavedForLaterItem></SavedForLaterItems></Cart></CartGetResponse>";

    #[test]
    fn an_answer_is_read_and_a_record_keeps_it() {
        let cart = KnownCart::shown(ANSWER).unwrap();
        assert_eq!((cart.id.as_str(), cart.hmac.as_str()), ("1-2", "a+/="));
        assert_eq!(cart.lines.iter().map(|line| line.quantity).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(KnownCart::from_record(&cart.to_record()).unwrap(), cart);
    }

    #[test]
    fn an_answer_with_an_error_is_no_cart() {
        let refused =
            "<CartGetResponse><Cart><Errors><Error><Code>AWS.Bad</Code></Error></Errors></Cart></CartGetResponse>";
        assert!(KnownCart::shown(refused).unwrap_err().to_string().contains("AWS.Bad"));
        let partly = ANSWER.replace("<CartId>", "<Errors><Error><Code>AWS.Part</Code></Error></Errors><CartId>");
        assert!(KnownCart::shown(&partly).unwrap_err().to_string().contains("AWS.Part"));
    }

    #[test]
    fn a_change_that_is_not_shown_is_told_apart() {
        let before = KnownCart::shown(ANSWER).unwrap();
        let mut other = before.clone();
        assert!(!Ask::Add(&before, "B000000003").is_done(&other));
        assert!(!Ask::Modify(&before, 0, 5).is_done(&other));
        assert!(!Ask::Modify(&before, 1, 0).is_done(&other));
        other.lines[0].quantity = 5;
        assert!(Ask::Modify(&before, 0, 5).is_done(&other));
        other.lines.pop();
        assert!(Ask::Modify(&before, 1, 0).is_done(&other));
        other.id = "3-4".to_owned();
        assert!(!Ask::Get(&before).is_done(&other));
    }

    #[test]
    fn a_product_is_told_from_an_error() {
        let answer = "<ItemLookupResponse><Items><Request><ItemLookupRequest><ItemId>B000000002</ItemId></ItemLookupRequest></Request>\
            <Item><ASIN>B000000001</ASIN></Item></Items></ItemLookupResponse>";
        assert_eq!(product_shown(answer).unwrap(), "B000000001");
        let refused = product_shown("<Items><Errors><Error><Code>AWS.Bad</Code></Error></Errors></Items>").unwrap_err();
        assert!(refused.to_string().contains("AWS.Bad"), "{refused}");
    }

    #[test]
    fn a_query_is_encoded() {
        let cart = KnownCart::shown(ANSWER).unwrap();
        assert!(Ask::Get(&cart).query().ends_with("&Operation=CartGet&CartId=1-2&HMAC=a%2B%2F%3D"));
        assert!(Ask::Modify(&cart, 1, 0).query().ends_with("&HMAC=a%2B%2F%3D&Item.1.CartItemId=UB&Item.1.Quantity=0"));
    }
}
