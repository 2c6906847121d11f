//! The kinds of values that settings have, and how they are read and written.
//!
//! Every reader answers an error that is the end of a sentence: the caller puts in front where the value stands.

use super::range::some_time;
use crate::nearest::nearest;
use jiff::SignedDuration;
use std::fmt::{self, Write as _};

/// A text that no log and no output may show.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one place that computes with it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Declares a setting with a few named values: the enum, its names, and reading them.
macro_rules! choice {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// The names of all values, as settings spell them.
            pub const NAMES: &'static [&'static str] = &[$($text),+];

            /// The name, as settings spell it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(no_choice(text, Self::NAMES)),
                }
            }
        }
    };
}

choice! {
    /// Where the links in answers point.
    Links {
        /// At this server's own pages.
        Here = "here",
        /// At Amazon's, as they did.
        Amazon = "amazon",
    }
}

choice! {
    /// What is done with the signature of a request.
    Signatures {
        /// Known keys alone are taken, and each request is checked.
        Required = "required",
        /// A signature is checked where it is there and the key's secret is known.
        Optional = "optional",
        /// None is looked at.
        Ignored = "ignored",
    }
}

choice! {
    /// How strictly requests are taken.
    Mode {
        /// As the service took them: what is odd and was let pass, is let pass, and told.
        Faithful = "faithful",
        /// What is odd is refused.
        Strict = "strict",
        /// As the service took them, and no signature is looked at.
        Lenient = "lenient",
    }
}

choice! {
    /// What becomes of an item that cannot be bought now.
    Unavailable {
        /// It is put among the saved items.
        Saved = "saved",
        /// The request is refused.
        Error = "error",
        /// It is left out.
        Drop = "drop",
    }
}

choice! {
    /// Who may see a cart.
    Isolation {
        /// The access key that made it alone.
        Key = "key",
        /// Every key that has its HMAC.
        None = "none",
    }
}

choice! {
    /// The form of the log.
    LogFormat {
        /// Lines for people.
        Text = "text",
        /// One JSON object a line.
        Json = "json",
    }
}

/// The message for a value that is none of `names`: the nearest one, if one is near, and all of them.
pub(crate) fn no_choice(text: &str, names: &[&str]) -> String {
    let all = names.join(", ");
    match nearest(text, names.iter().copied()) {
        Some(name) => format!("\"{text}\" is none of {all}; did you mean \"{name}\"?"),
        None => format!("\"{text}\" is none of {all}"),
    }
}

/// The units of durations, longest first, in milliseconds.
const UNITS: [(&str, i64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Reads a duration of at least a millisecond: `90d`, `12h`, `30s`, `250ms`, or several parts as in `1h30m`.
pub fn parse_duration(text: &str) -> Result<SignedDuration, String> {
    let malformed = || format!("\"{text}\" is no duration; write it as 90d, 12h, 30m, 30s, 250ms or 1h30m");
    let too_long = || format!("\"{text}\" is too long a duration");
    if text.is_empty() {
        return Err(malformed());
    }
    let (mut rest, mut total) = (text, 0_i64);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(malformed)?;
        let (number, tail) = rest.split_at(digits);
        let (unit, tail) = tail.split_at(tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len()));
        let &(_, factor) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(malformed)?;
        if number.is_empty() {
            return Err(malformed());
        }
        let part = number.parse::<i64>().ok().and_then(|number| number.checked_mul(factor)).ok_or_else(too_long)?;
        total = total.checked_add(part).ok_or_else(too_long)?;
        rest = tail;
    }
    some_time(SignedDuration::from_millis(total), text)
}

/// Writes a duration as [`parse_duration`] reads it. What is shorter than a millisecond is lost.
pub fn format_duration(duration: SignedDuration) -> String {
    let mut rest = duration.as_millis();
    let mut text = String::new();
    for (unit, factor) in UNITS {
        let count = rest / i128::from(factor);
        if count > 0 {
            write!(text, "{count}{unit}").expect("a text takes everything");
            rest %= i128::from(factor);
        }
    }
    if text.is_empty() { "0ms".to_owned() } else { text }
}

/// The units of sizes, largest first, in bytes.
const SIZES: [(&str, usize); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

/// Reads a number of bytes: `2MiB`, `512KiB`, `65536B`.
pub(super) fn parse_size(text: &str) -> Result<usize, String> {
    let malformed = || format!("\"{text}\" is no size; write it as 512KiB, 2MiB or 65536B");
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(malformed)?;
    let (number, unit) = text.split_at(digits);
    let &(_, factor) = SIZES.iter().find(|(name, _)| *name == unit).ok_or_else(malformed)?;
    if number.is_empty() {
        return Err(malformed());
    }
    let size = number.parse::<usize>().ok().and_then(|number| number.checked_mul(factor));
    size.ok_or_else(|| format!("\"{text}\" is too large a size"))
}

/// Writes a number of bytes in the largest unit that divides it.
pub(super) fn format_size(bytes: usize) -> String {
    let whole = SIZES.iter().find(|(_, factor)| bytes >= *factor && bytes.is_multiple_of(*factor));
    whole.map_or_else(|| "0B".to_owned(), |(unit, factor)| format!("{}{unit}", bytes / factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_and_write_back() {
        for (text, millis, written) in [
            ("90d", 90 * 86_400_000, "90d"),
            ("12h", 12 * 3_600_000, "12h"),
            ("30s", 30_000, "30s"),
            ("250ms", 250, "250ms"),
            ("1h30m", 5_400_000, "1h30m"),
            ("90m", 5_400_000, "1h30m"),
            ("1s500ms", 1_500, "1s500ms"),
        ] {
            let duration = parse_duration(text).unwrap();
            assert_eq!(duration, SignedDuration::from_millis(millis), "{text}");
            assert_eq!(format_duration(duration), written);
        }
    }

    #[test]
    fn durations_that_are_none_are_refused() {
        for text in
            ["", "90", "d", "-1s", "0s", "0d0h", "1.5h", "1h 30m", "1w", "99999999999999d", "9223372036854775807s"]
        {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_read_and_write_back() {
        for (text, bytes, written) in [("2MiB", 2 << 20, "2MiB"), ("1536KiB", 1536 << 10, "1536KiB"), ("7B", 7, "7B")] {
            assert_eq!(parse_size(text), Ok(bytes));
            assert_eq!(format_size(bytes), written);
        }
        for text in ["", "2", "MiB", "2MB", "-1B", "99999999999999999999GiB", "18446744073709551615KiB"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_wrong_choice_lists_the_right_ones() {
        assert_eq!("json".parse(), Ok(LogFormat::Json));
        assert_eq!(
            "requird".parse::<Signatures>(),
            Err("\"requird\" is none of required, optional, ignored; did you mean \"required\"?".to_owned())
        );
    }
}
