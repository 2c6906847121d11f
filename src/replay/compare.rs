//! Compares two answers element by element: names, namespaces, order, attributes and texts.
//!
//! What is different in every answer by its nature (ids, times, keys) is put behind a mask: a name in braces. A value only gets
//! its mask when it has the shape of such a value and agrees with the rest of its answer; else it stays as it is, and shows as a
//! difference. Both answers go through the same masks. Must not know what requests are.

use super::recording::shown_line;
use crate::cart::{CartId, CartItemId, Locale};
use crate::percent::percent_encoded;
use crate::protocol::{Element, Version};
use base64::Engine as _;

/// Lines by their labels, with the ids that they have in one answer.
pub(super) type ItemIds = Vec<(CartItemId, String)>;

/// What the ids of one answer stand for.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) locale: Locale,
    pub(super) version: Version,
    /// CartId and HMAC of the cart that the request is about.
    pub(super) cart: Option<(String, String)>,
    /// The lines that were there before the request, by their labels.
    pub(super) items: ItemIds,
    /// The products stand in an order that only Amazon's own ranking tells.
    pub(super) ranked: bool,
}

/// A place where two answers differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The way to the element; elements of one name are counted from 1.
    pub path: String,
    /// What the recording has there.
    pub recorded: String,
    /// What this server has there.
    pub ours: String,
}

/// All differences of two answers, in document order.
pub(super) fn differences(recorded: (&Element, &Names), ours: (&Element, &Names)) -> Vec<Difference> {
    let mut found = Vec::new();
    let (recorded, ours) = (masked(recorded.0, recorded.1), masked(ours.0, ours.1));
    compare(&format!("/{}", recorded.name), &recorded, &ours, &mut found);
    found
}

/// All differences of two documents of errors, which stand for nothing but themselves.
pub(super) fn differences_of_documents(recorded: &Element, ours: &Element) -> Vec<Difference> {
    let names = Names { locale: Locale::Us, version: Version::DEFAULT, cart: None, items: Vec::new(), ranked: false };
    differences((recorded, &names), (ours, &names))
}

fn compare(path: &str, recorded: &Element, ours: &Element, found: &mut Vec<Difference>) {
    let mut check = |path: String, recorded: String, ours: String| {
        if recorded != ours {
            found.push(Difference { path, recorded, ours });
        }
    };
    check(path.to_owned(), recorded.name.clone(), ours.name.clone());
    check(format!("{path}/@xmlns"), recorded.namespace.clone(), ours.namespace.clone());
    check(path.to_owned(), attributes(recorded), attributes(ours));
    check(path.to_owned(), recorded.text.clone(), ours.text.clone());
    let names =
        |element: &Element| element.children.iter().map(|child| child.name.as_str()).collect::<Vec<_>>().join(" ");
    check(format!("{path}/*"), names(recorded), names(ours));
    // Where children are missing, those up to there are compared all the same.
    let pairs = recorded.children.iter().zip(&ours.children).take_while(|(one, other)| one.name == other.name);
    for (place, (one, other)) in pairs.enumerate() {
        let same = |children: &[Element]| children.iter().filter(|child| child.name == one.name).count();
        let way = if same(&recorded.children) > 1 {
            format!("{path}/{}[{}]", one.name, same(&recorded.children[..=place]))
        } else {
            format!("{path}/{}", one.name)
        };
        compare(&way, one, other, found);
    }
}

fn attributes(element: &Element) -> String {
    let mut attributes: Vec<String> =
        element.attributes.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
    attributes.sort(); // their order means nothing in XML
    attributes.join(" ")
}

/// The answer with everything volatile behind masks, and the Arguments in the order of their names.
fn masked(answer: &Element, names: &Names) -> Element {
    let mut mask = Mask { names, lines: names.items.clone() };
    let mut answer = answer.clone();
    mask.element(&mut answer, "");
    answer
}

struct Mask<'n> {
    names: &'n Names,
    /// Which id each line has in this answer: one line, one id.
    lines: ItemIds,
}

impl Mask<'_> {
    fn element(&mut self, element: &mut Element, parent: &str) {
        if matches!(element.name.as_str(), "CartItem" | "SavedForLaterItem") {
            self.line(element);
        }
        if element.name == "Items" {
            self.products(element);
        }
        let Element { name, text, attributes, children, .. } = element;
        let hidden = match name.as_str() {
            "RequestId" | "RequestID" => is_request_id(text).then(|| "{RequestId}".to_owned()),
            "RequestProcessingTime" => is_seconds(text).then(|| "{seconds}".to_owned()),
            "CartId" | "HMAC" | "URLEncodedHMAC" => self.cart(text),
            "CartItemId" if parent == "Item" => self.known_item(text),
            "PurchaseURL" | "MobileCartURL" => Some(self.link(text)),
            "DetailPageURL" | "URL" => without_slug(text),
            "Argument" => {
                self.argument(attributes);
                None
            }
            _ => None,
        };
        if let Some(hidden) = hidden {
            *text = hidden;
        }
        for child in children.iter_mut() {
            self.element(child, name);
        }
        if name == "Arguments" {
            children.sort_by(|one, other| one.attribute("Name").cmp(&other.attribute("Name")));
        }
    }

    /// CartId or HMAC in any of the forms that they have.
    fn cart(&self, text: &str) -> Option<String> {
        let (id, hmac) = self.names.cart.as_ref()?;
        let mask = if text == id && id.parse::<CartId>().is_ok() {
            "{CartId}"
        } else if text == hmac && is_hmac(hmac) {
            "{HMAC}"
        } else if text == percent_encoded(hmac) && is_hmac(hmac) {
            "{HMAC, encoded}"
        } else {
            return None;
        };
        Some(mask.to_owned())
    }

    /// A CartItemId in the request: that of a line which was there before.
    fn known_item(&self, text: &str) -> Option<String> {
        let id: CartItemId = text.parse().ok()?;
        self.names.items.iter().find(|(known, _)| *known == id).map(|(_, label)| format!("{{CartItemId of {label}}}"))
    }

    /// The CartItemId of a line in the answer.
    fn line(&mut self, line: &mut Element) {
        let shown = shown_line(line, false);
        let (id, label) = (shown.id(), shown.label(self.names.locale));
        let Some(id) = id else { return };
        // One line, one id; and no two lines have the same.
        if self.lines.iter().any(|(known, line)| (*known == id) != (*line == label)) {
            return;
        }
        self.lines.push((id, label));
        if let Some(element) = line.children.iter_mut().find(|child| child.name == "CartItemId") {
            "{CartItemId}".clone_into(&mut element.text);
        }
    }

    /// How much there is of what was searched for, as far as the numbers fit each other and what is shown; and which of it
    /// Amazon's own ranking puts first.
    fn products(&self, items: &mut Element) {
        let shown = items.all("Item").count() as u64;
        let number = |name| items.text_at(&[name]).and_then(|text| text.parse::<u64>().ok());
        if let (Some(results), Some(pages)) = (number("TotalResults"), number("TotalPages"))
            && results >= shown.max(1)
            && pages == results.div_ceil(10)
        {
            for child in &mut items.children {
                match child.name.as_str() {
                    "TotalResults" => "{as many as there are}".clone_into(&mut child.text),
                    "TotalPages" => "{a tenth of them}".clone_into(&mut child.text),
                    _ => {}
                }
            }
        }
        if self.names.ranked {
            let asin = |item: &Element| item.text_at(&["ASIN"]).unwrap_or_default().to_owned();
            let is_item = |element: &Element| element.name == "Item";
            items.children.sort_by_key(|child| is_item(child).then(|| asin(child)));
        }
    }

    fn link(&self, url: &str) -> String {
        let Some((id, hmac)) = &self.names.cart else { return url.to_owned() };
        let mut url = url.to_owned();
        let separated = |value: &str, and: &str| format!("{value}{and}");
        for and in ["%26", "&"] {
            if id.parse::<CartId>().is_ok() {
                url = url.replace(&format!("cart-id={}", separated(id, and)), &format!("cart-id={{CartId}}{and}"));
            }
            if is_hmac(hmac) {
                for (value, mask) in
                    [(percent_encoded(hmac), "{HMAC, encoded}"), (hmac.replace('+', "%2B"), "{HMAC, + encoded}")]
                {
                    url = url.replace(&format!("hmac={}", separated(&value, and)), &format!("hmac={mask}{and}"));
                }
            }
        }
        // Recorded with and without its end before this version.
        if self.names.version < Version::V2011_08_01 {
            url = url.trim_end_matches("uid=NULLGWDOCOMO").trim_end_matches("%26").to_owned();
        }
        url
    }

    fn argument(&self, attributes: &mut [(String, String)]) {
        let Some((_, name)) = attributes.iter().find(|(attribute, _)| attribute == "Name").cloned() else { return };
        let Some((_, value)) = attributes.iter_mut().find(|(attribute, _)| attribute == "Value") else { return };
        let hidden = match name.as_str() {
            "CartId" | "HMAC" => self.cart(value),
            // Recorders put placeholders in their places; an empty one is left as it is.
            "AWSAccessKeyId" | "SubscriptionId" | "AssociateTag" | "Signature" | "Timestamp" if !value.is_empty() => {
                Some(format!("{{{name}}}"))
            }
            name if name.starts_with("Item.") && name.ends_with(".CartItemId") => self.known_item(value),
            _ => None,
        };
        if let Some(hidden) = hidden {
            *value = hidden;
        }
    }
}

/// A link to a product's page without the words that stand in front of the number for people to read.
fn without_slug(url: &str) -> Option<String> {
    let (front, rest) = url.split_once("/dp/")?;
    let (site, slug) = front.rsplit_once('/')?;
    (site.contains("://") && !slug.is_empty()).then(|| format!("{site}/{{words}}/dp/{rest}"))
}

/// Whether a text is a RequestId of either era.
fn is_request_id(text: &str) -> bool {
    let crockford = |b: u8| b.is_ascii_digit() || b.is_ascii_uppercase() && !b"ILOU".contains(&b);
    let old = text.len() == 20 && text.starts_with(['0', '1']) && text.bytes().all(crockford);
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b'-');
    old || groups == [8, 4, 4, 4, 12] && text.bytes().all(hex)
}

/// Whether a text is a decimal number of seconds, in Java's notation too.
fn is_seconds(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Whether a text is 20 bytes of base-64.
fn is_hmac(text: &str) -> bool {
    base64::engine::general_purpose::STANDARD.decode(text).is_ok_and(|bytes| bytes.len() == 20)
}

/// Where the sums of an answer do not add up: quantity times price is the line's total, lines make the areas, and areas the
/// cart. What is not there (the oldest versions have no sums) is not wrong.
pub(super) fn wrong_sums(answer: &Element) -> Vec<Difference> {
    let Some(cart) = answer.child("Cart") else { return Vec::new() };
    let mut wrong = Vec::new();
    let mut check = |path: String, element: &Element, way: &str, expected: i64| {
        let stated = element.text_at(&[way, "Amount"]).and_then(|text| text.parse::<i64>().ok());
        if let Some(stated) = stated.filter(|stated| *stated != expected) {
            let recorded = format!("{expected}, which the parts add up to");
            wrong.push(Difference { path: format!("{path}/{way}/Amount (sum)"), recorded, ours: stated.to_string() });
        }
    };
    let root = format!("/{}/Cart", answer.name);
    let mut whole = 0;
    for (area, element) in [("CartItems", "CartItem"), ("SavedForLaterItems", "SavedForLaterItem")] {
        let Some(list) = cart.child(area) else { continue };
        let mut sum = 0;
        for (number, line) in (1..).zip(list.all(element)) {
            let shown = shown_line(line, false);
            let total = shown.price.unwrap_or(0) * i64::from(shown.quantity);
            check(format!("{root}/{area}/{element}[{number}]"), line, "ItemTotal", total);
            sum += total;
        }
        check(format!("{root}/{area}"), list, "SubTotal", sum);
        whole += sum;
    }
    check(root, cart, "SubTotal", whole);
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::read_tree;

    const HMAC: &str = "ab+d/fghijklmnopqrstuvwxyz0=";

    fn names(cart: Option<(&str, &str)>) -> Names {
        let cart = cart.map(|(id, hmac)| (id.to_owned(), hmac.to_owned()));
        let known = ("U1".parse().unwrap(), "B000000001".to_owned());
        Names { locale: Locale::Us, version: Version::V2010_12_01, cart, items: vec![known], ranked: true }
    }

    /// What a piece of an answer looks like behind its masks.
    fn check(piece: &str, expected: &str) {
        let names = names(Some(("102-0000001-0000001", HMAC)));
        let got = masked(&read_tree(&format!("<A>{piece}</A>")).unwrap(), &names);
        let expected = read_tree(&format!("<A>{expected}</A>")).unwrap();
        assert_eq!(got, expected, "{piece}");
    }

    #[test]
    fn a_value_gets_its_mask_when_it_has_the_right_shape() {
        check("<RequestId>0TMHT1ARYZHJZ6T3SQRA</RequestId>", "<RequestId>{RequestId}</RequestId>");
        check("<RequestId>c3f1e0a2-11aa-4b22-8c33-0123456789ab</RequestId>", "<RequestId>{RequestId}</RequestId>");
        check("<RequestId>2TMHT1ARYZHJZ6T3SQRA</RequestId>", "<RequestId>2TMHT1ARYZHJZ6T3SQRA</RequestId>");
        let seconds = "<RequestProcessingTime>{seconds}</RequestProcessingTime>";
        check("<RequestProcessingTime>2.43074E-4</RequestProcessingTime>", seconds);
        check(
            "<RequestProcessingTime>soon</RequestProcessingTime>",
            "<RequestProcessingTime>soon</RequestProcessingTime>",
        );
    }

    #[test]
    fn ids_get_their_masks_when_they_are_those_of_the_cart() {
        check("<CartId>102-0000001-0000001</CartId>", "<CartId>{CartId}</CartId>");
        check("<CartId>102-0000001-0000002</CartId>", "<CartId>102-0000001-0000002</CartId>");
        check(&format!("<HMAC>{HMAC}</HMAC>"), "<HMAC>{HMAC}</HMAC>");
        check(
            "<URLEncodedHMAC>ab%2Bd%2Ffghijklmnopqrstuvwxyz0%3D</URLEncodedHMAC>",
            "<URLEncodedHMAC>{HMAC, encoded}</URLEncodedHMAC>",
        );
        check(
            "<PurchaseURL>https://h/p?cart-id=102-0000001-0000001%26hmac=ab%2Bd/fghijklmnopqrstuvwxyz0=%26x=1</PurchaseURL>",
            "<PurchaseURL>https://h/p?cart-id={CartId}%26hmac={HMAC, + encoded}%26x=1</PurchaseURL>",
        );
        check(
            "<PurchaseURL>https://h/p?cart-id=102-0000001-0000002%26hmac=else%26x=1</PurchaseURL>",
            "<PurchaseURL>https://h/p?cart-id=102-0000001-0000002%26hmac=else%26x=1</PurchaseURL>",
        );
    }

    #[test]
    fn how_much_was_found_is_masked_where_the_numbers_fit() {
        let found = |results: &str, pages: &str, items: &str| {
            format!("<Items><TotalResults>{results}</TotalResults><TotalPages>{pages}</TotalPages>{items}</Items>")
        };
        let masked = |items: &str| found("{as many as there are}", "{a tenth of them}", items);
        check(&found("734", "74", "<Item/><Item/>"), &masked("<Item/><Item/>"));
        check(&found("1", "1", "<Item/>"), &masked("<Item/>"));
        for (results, pages, items) in [("0", "0", ""), ("1", "1", "<Item/><Item/>"), ("20", "3", "<Item/>")] {
            check(&found(results, pages, items), &found(results, pages, items));
        }
    }

    #[test]
    fn what_a_ranking_put_in_order_is_compared_by_number() {
        let item = |asin: &str| format!("<Item><ASIN>{asin}</ASIN></Item>");
        let shown = format!("<Request/><TotalPages>x</TotalPages>{}{}", item("B2"), item("B1"));
        let sorted = format!("<Request/><TotalPages>x</TotalPages>{}{}", item("B1"), item("B2"));
        check(&format!("<Items>{shown}</Items>"), &format!("<Items>{sorted}</Items>"));
        check(&format!("<Lists>{shown}</Lists>"), &format!("<Lists>{shown}</Lists>"));
    }

    #[test]
    fn links_to_products_have_any_words_but_some() {
        let link =
            |words: &str| format!("<DetailPageURL>http://www.amazon.de/{words}dp/B000000001%3Fx</DetailPageURL>");
        check(&link("A-Title/"), &link("{words}/"));
        check(&link("%E7%81%AF/"), &link("{words}/"));
        check(&link(""), &link(""));
        check(&link("/"), &link("/"));
    }

    #[test]
    fn one_line_has_one_id_in_the_whole_answer() {
        let line =
            |id: &str, asin: &str| format!("<CartItem><CartItemId>{id}</CartItemId><ASIN>{asin}</ASIN></CartItem>");
        let hidden = "{CartItemId}";
        check(&line("C1", "B000000001"), &line(hidden, "B000000001"));
        check(&line("U2", "B000000001"), &line("U2", "B000000001")); // it had another one before
        check(&line("U1", "B000000002"), &line("U1", "B000000002")); // that of another line
        check(&line("U2", "B000000002"), &line(hidden, "B000000002"));
        check(
            "<Item><CartItemId>U1</CartItemId></Item><Item><CartItemId>U9</CartItemId></Item>",
            "<Item><CartItemId>{CartItemId of B000000001}</CartItemId></Item><Item><CartItemId>U9</CartItemId></Item>",
        );
    }

    #[test]
    fn arguments_have_no_order_and_keys_no_value() {
        check(
            "<Arguments><Argument Name=\"Version\" Value=\"1\"/><Argument Name=\"AssociateTag\"/>\
             <Argument Name=\"AWSAccessKeyId\" Value=\"X\"/></Arguments>",
            "<Arguments><Argument Name=\"AWSAccessKeyId\" Value=\"{AWSAccessKeyId}\"/><Argument Name=\"AssociateTag\"/>\
             <Argument Name=\"Version\" Value=\"1\"/></Arguments>",
        );
    }

    #[test]
    fn names_order_attributes_and_texts_count() {
        let difference = |one: &str, other: &str| {
            let names = names(None);
            let found = differences((&read_tree(one).unwrap(), &names), (&read_tree(other).unwrap(), &names));
            found.iter().map(|d| format!("{} {:?} {:?}", d.path, d.recorded, d.ours)).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(difference("<A><B>1</B></A>", "<A>\n <B>1</B>\n</A>"), "");
        assert_eq!(difference("<A><B>1</B><B>2</B></A>", "<A><B>1</B><B>3</B></A>"), "/A/B[2] \"2\" \"3\"");
        assert_eq!(difference("<A><B/><C/></A>", "<A><C/><B/></A>"), "/A/* \"B C\" \"C B\"");
        assert_eq!(difference("<A><B x=\"1\"/></A>", "<A><B/></A>"), "/A/B \"x=\\\"1\\\"\" \"\"");
        assert_eq!(difference("<A xmlns=\"u\"/>", "<A xmlns=\"v\"/>"), "/A/@xmlns \"u\" \"v\"");
    }

    #[test]
    fn sums_are_added_up() {
        let answer = |total, area, whole| {
            let money = |name, amount| format!("<{name}><Amount>{amount}</Amount></{name}>");
            let line = format!(
                "<CartItem><Quantity>2</Quantity>{}{}</CartItem>",
                money("Price", 5),
                money("ItemTotal", total)
            );
            let text = format!(
                "<R><Cart>{}<CartItems>{}{line}</CartItems></Cart></R>",
                money("SubTotal", whole),
                money("SubTotal", area)
            );
            wrong_sums(&read_tree(&text).unwrap()).into_iter().map(|wrong| wrong.path).collect::<Vec<_>>()
        };
        assert_eq!(answer(10, 10, 10), [""; 0]);
        assert_eq!(answer(5, 10, 10), ["/R/Cart/CartItems/CartItem[1]/ItemTotal/Amount (sum)"]);
        assert_eq!(answer(10, 9, 11), ["/R/Cart/CartItems/SubTotal/Amount (sum)", "/R/Cart/SubTotal/Amount (sum)"]);
    }
}
