//! Money: an amount in minor units and its currency, and how Amazon wrote it (docs/PROTOCOL.md, section 5).
//!
//! Must not know locales: a currency is written the same way on every site that uses it.

use std::fmt;

/// A currency that one of the locales sells in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Currency {
    /// US dollar, `$1,234.50`.
    Usd,
    /// Pound sterling, `£1,234.50`.
    Gbp,
    /// Euro, `EUR 1.234,50`.
    Eur,
    /// Yen; the only one without minor units, `￥ 1,234`.
    Jpy,
    /// Canadian dollar, `CDN$ 1,234.50`.
    Cad,
    /// Yuan, `￥ 1,234.50`.
    Cny,
    /// Indian rupee, `INR 1,234.50`.
    Inr,
    /// Brazilian real, `R$ 1.234,50`.
    Brl,
    /// Mexican peso, written as the dollar.
    Mxn,
    /// Australian dollar, written as the dollar.
    Aud,
}

impl Currency {
    /// The ISO 4217 code that `CurrencyCode` holds.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Gbp => "GBP",
            Self::Eur => "EUR",
            Self::Jpy => "JPY",
            Self::Cad => "CAD",
            Self::Cny => "CNY",
            Self::Inr => "INR",
            Self::Brl => "BRL",
            Self::Mxn => "MXN",
            Self::Aud => "AUD",
        }
    }

    /// Prefix, thousands separator, decimal separator (none for a currency without minor units).
    const fn style(self) -> (&'static str, u8, Option<u8>) {
        match self {
            Self::Usd | Self::Mxn | Self::Aud => ("$", b',', Some(b'.')),
            Self::Gbp => ("£", b',', Some(b'.')),
            Self::Eur => ("EUR ", b'.', Some(b',')),
            Self::Jpy => ("\u{FFE5} ", b',', None),
            Self::Cad => ("CDN$ ", b',', Some(b'.')),
            Self::Cny => ("\u{FFE5} ", b',', Some(b'.')),
            Self::Inr => ("INR ", b',', Some(b'.')),
            Self::Brl => ("R$ ", b'.', Some(b',')),
        }
    }
}

/// An amount of money. `Display` writes it as `FormattedPrice` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// Minor units of the currency: cents, pence, fen; whole yen.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// An amount in minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The price of `quantity` pieces. Saturates: a seed file may hold any price.
    #[must_use]
    pub const fn times(self, quantity: u32) -> Self {
        Self::new(self.minor.saturating_mul(quantity as i64), self.currency)
    }

    /// The sum of two amounts of one currency. Saturates.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self::new(self.minor.saturating_add(other.minor), self.currency)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.push_to(&mut text);
        f.pad(&text)
    }
}

impl Money {
    /// Appends what `Display` shows.
    ///
    /// From the last digit to the first, by hand: a cart of three lines shows eight prices, and ten nested calls of the formatter for
    /// each of them were one in thirty of all the instructions of a CartGet.
    pub(crate) fn push_to(self, buffer: &mut String) {
        let (prefix, thousands, decimal) = self.currency.style();
        let amount = self.minor.unsigned_abs();
        let (whole, cents) = if decimal.is_some() { (amount / 100, amount % 100) } else { (amount, 0) };
        let mut text = [0; LONGEST];
        let mut start = LONGEST;
        let mut push = |byte: u8| {
            start -= 1;
            text[start] = byte;
        };
        if let Some(separator) = decimal {
            push(digit(cents));
            push(digit(cents / 10));
            push(separator);
        }
        let (mut rest, mut written) = (whole, 0);
        loop {
            if written > 0 && written % 3 == 0 {
                push(thousands);
            }
            push(digit(rest));
            rest /= 10;
            written += 1;
            if rest == 0 {
                break;
            }
        }
        if self.minor < 0 {
            push(b'-');
        }
        buffer.push_str(prefix);
        buffer.push_str(std::str::from_utf8(&text[start..]).unwrap_or_default()); // digits and marks are ASCII
    }
}

/// The most bytes that follow a prefix: 20 digits, 6 separators, a decimal separator, a minus sign.
const LONGEST: usize = 28;

/// The last digit of a number.
fn digit(number: u64) -> u8 {
    b"0123456789"[(number % 10) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_written_as_each_currency_is_written() {
        for (minor, currency, text) in [
            (11450, Currency::Usd, "$114.50"),
            (5, Currency::Usd, "$0.05"),
            (123_456_789, Currency::Usd, "$1,234,567.89"),
            (12784, Currency::Gbp, "£127.84"),
            (11685, Currency::Eur, "EUR 116,85"),
            (123_456, Currency::Eur, "EUR 1.234,56"),
            (12694, Currency::Jpy, "\u{FFE5} 12,694"),
            (999, Currency::Jpy, "\u{FFE5} 999"),
            (11295, Currency::Cad, "CDN$ 112.95"),
            (1450, Currency::Cny, "\u{FFE5} 14.50"),
            (123_400, Currency::Inr, "INR 1,234.00"),
            (1234, Currency::Brl, "R$ 12,34"),
            (100_000, Currency::Mxn, "$1,000.00"),
            (0, Currency::Aud, "$0.00"),
            (-99_999, Currency::Usd, "$-999.99"),
            (i64::MIN, Currency::Jpy, "\u{FFE5} -9,223,372,036,854,775,808"),
            (i64::MIN, Currency::Eur, "EUR -92.233.720.368.547.758,08"),
        ] {
            assert_eq!(Money::new(minor, currency).to_string(), text);
        }
    }

    #[test]
    fn sums_saturate_instead_of_wrapping() {
        let all = Money::new(i64::MAX, Currency::Usd);
        assert_eq!(all.plus(all).minor, i64::MAX);
        assert_eq!(all.times(2).minor, i64::MAX);
    }
}
