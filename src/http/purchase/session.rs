//! Who the customer is: a random number in a cookie. Nothing else is known of anybody.

use crate::cart::CustomerId;
use axum::http::{HeaderMap, HeaderValue, header};

/// The cookie's name.
const COOKIE: &str = "cartwright-customer";

/// The customer of a request; `None` for one who has no number yet, or none of ours.
pub(super) fn customer(headers: &HeaderMap) -> Option<CustomerId> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let values = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    values.filter(|(name, _)| *name == COOKIE).find_map(|(_, value)| value.parse().ok())
}

/// The header that gives a customer this number. `secure` keeps it from ever going over plain HTTP.
///
/// Lax: it comes along when the customer follows a link to this server, which a purchase begins with, but with no form of another
/// site.
pub(super) fn set_cookie(customer: CustomerId, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::try_from(format!("{COOKIE}={customer}; Path=/; HttpOnly; SameSite=Lax{secure}"))
        .expect("hexadecimal digits and this text are visible ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cookies: &[&str]) -> Option<CustomerId> {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(header::COOKIE, HeaderValue::from_str(cookie).unwrap());
        }
        customer(&headers)
    }

    #[test]
    fn the_customer_is_found_among_other_cookies() {
        let own = format!("{COOKIE}=0000000000000000000000000000000f");
        let found = Some(CustomerId::from_number(15));
        assert_eq!(of(&[&own]), found);
        assert_eq!(of(&[&format!("a=b; {own};c=d")]), found);
        assert_eq!(of(&["a=b", &own]), found);
        assert_eq!(of(&[&format!("{COOKIE}=broken; {own}")]), found);
        for nobody in ["", "a=b", "cartwright-customer", "cartwright-customer=", "cartwright-customer=15", &own[1..]] {
            assert_eq!(of(&[nobody]), None, "{nobody}");
        }
    }
}
