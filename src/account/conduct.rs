//! Modes: each a preset of what is done about requests that are odd.

use super::world::World;
use crate::config::{Config, Mode, Signatures};

/// What is done about something odd that the service let pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddly {
    /// It is let pass, and told.
    Told,
    /// The request is refused.
    Refused,
}

/// What a mode stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conduct {
    /// What is done with signatures.
    pub signatures: Signatures,
    /// Requests without a signature, where signatures are looked at.
    pub unsigned: Oddly,
    /// Signatures whose time stamp is too old or cannot be read, where the key's secret is not known. Where it is known, such a
    /// request is always refused.
    pub stale: Oddly,
    /// Parameters that the operation does not have, or not in this version.
    pub unknown_parameters: Oddly,
    /// ASINs that can be none.
    pub malformed_asins: Oddly,
    /// Requests without an AssociateTag, which the service has asked for since 2011.
    pub missing_tag: Oddly,
}

impl Conduct {
    /// What `mode` stands for where signatures are treated like this by the settings.
    pub const fn of(mode: Mode, signatures: Signatures) -> Self {
        let oddly = match mode {
            Mode::Strict => Oddly::Refused,
            Mode::Faithful | Mode::Lenient => Oddly::Told,
        };
        let signatures = match (mode, signatures) {
            (Mode::Lenient, _) => Signatures::Ignored,
            (Mode::Strict, Signatures::Ignored) => Signatures::Optional,
            (Mode::Strict | Mode::Faithful, signatures) => signatures,
        };
        Self {
            signatures,
            unsigned: oddly,
            stale: oddly,
            unknown_parameters: oddly,
            malformed_asins: oddly,
            missing_tag: oddly,
        }
    }

    /// What holds for a request of this account. `asked` is the mode that the request asks for: it may be stricter than what the
    /// server requires, but a caller cannot spare itself a signature that is required.
    pub fn for_request(config: &Config, world: &World, asked: Option<Mode>) -> Self {
        let own = world.setting(|settings| settings.mode.as_ref()).copied().unwrap_or(config.mode);
        match asked {
            Some(Mode::Lenient) if Self::of(own, config.signatures).signatures == Signatures::Required => {
                Self { signatures: Signatures::Required, ..Self::of(Mode::Lenient, config.signatures) }
            }
            asked => Self::of(asked.unwrap_or(own), config.signatures),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_a_preset_of_the_settings_that_it_names() {
        let faithful = Conduct::of(Mode::Faithful, Signatures::Optional);
        assert_eq!((faithful.signatures, faithful.unknown_parameters), (Signatures::Optional, Oddly::Told));
        let strict = Conduct::of(Mode::Strict, Signatures::Ignored);
        assert_eq!((strict.signatures, strict.unsigned), (Signatures::Optional, Oddly::Refused));
        assert_eq!(Conduct::of(Mode::Strict, Signatures::Required).signatures, Signatures::Required);
        assert_eq!(Conduct::of(Mode::Lenient, Signatures::Required).signatures, Signatures::Ignored);
    }
}
