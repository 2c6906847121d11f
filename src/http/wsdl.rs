//! The WSDL documents under `/AWSECommerceService/`, with this server's own address in them (docs/PROTOCOL.md, section 11).

use super::answer::{Answer, Document};
use super::proxy::Target;
use crate::app::App;
use crate::cart::Locale;
use crate::protocol::{Version, write_wsdl};

/// What every path of a WSDL starts with; the rest goes to [`wsdl`].
pub(super) const PREFIX: &str = "/AWSECommerceService/";

/// Answers with the WSDL that `path`, without [`PREFIX`], names: `2011-08-01/DE/AWSECommerceService.wsdl`, `2011-08-01/…` or just
/// the file for the newest version. Versions are not rounded here: a document is of one version.
pub(super) fn wsdl(app: &App, target: &Target, path: &str) -> Document {
    let Some((version, locale)) = named(path) else { return Answer::unknown_path(app) };
    // Without a prefix the address means the configured locale, wherever it is called from.
    let main = locale.or(Some(target.locale).filter(|locale| *locale != app.config.locale));
    Answer::wsdl(write_wsdl(version, |port| {
        let prefix = port.or(main).map(|locale| format!("/{}", locale.name())).unwrap_or_default();
        format!("{}{prefix}/onca/soap?Service=AWSECommerceService", target.here())
    }))
}

fn named(path: &str) -> Option<(Version, Option<Locale>)> {
    let Some(place) = path.strip_suffix("/AWSECommerceService.wsdl") else {
        return (path == "AWSECommerceService.wsdl").then_some((Version::V2013_08_01, None));
    };
    match place.split_once('/') {
        None => Some((Version::named(place)?, None)),
        Some((version, site)) => {
            let locale = Locale::ALL.into_iter().find(|locale| locale.name().to_ascii_uppercase() == site)?;
            Some((Version::named(version)?, Some(locale)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_a_version_and_a_locale_or_neither() {
        let newest = Version::ALL[Version::ALL.len() - 1];
        assert_eq!(named("AWSECommerceService.wsdl"), Some((newest, None)));
        assert_eq!(named("2005-10-05/AWSECommerceService.wsdl"), Some((Version::DEFAULT, None)));
        assert_eq!(named("2005-10-05/JP/AWSECommerceService.wsdl"), Some((Version::DEFAULT, Some(Locale::Jp))));
        for unknown in [
            "",
            "2005-10-06/AWSECommerceService.wsdl",
            "2005-10-05/jp/AWSECommerceService.wsdl",
            "2005-10-05/XX/AWSECommerceService.wsdl",
            "2005-10-05//AWSECommerceService.wsdl",
            "JP/AWSECommerceService.wsdl",
            "/AWSECommerceService.wsdl",
            "2005-10-05/AWSECommerceService.xsd",
        ] {
            assert_eq!(named(unknown), None, "{unknown}");
        }
    }
}
