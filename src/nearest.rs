//! "Did you mean": the known name that a misspelt one was meant to be. It must not know what the names stand for.

/// The known name that is nearest to `name`, whatever their case; the first of several that are equally near. `None` when
/// more than half of the letters would be wrong: beyond that a suggestion only confuses.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let name = name.to_lowercase();
    known
        .into_iter()
        .filter_map(|known| {
            let (shorter, longer) = (length.min(known.len()), length.max(known.len()));
            // Where the lengths alone say no, the letters are not compared: what stands in the place of a name may be a long text.
            let possible = (longer - shorter) * 2 <= longer;
            let distance = possible.then(|| strsim::osa_distance(&name, &known.to_lowercase()))?;
            (distance * 2 <= longer).then_some((distance, known))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_the_one_that_was_meant() {
        const KNOWN: [&str; 8] = ["title", "asin", "price", "list_price", "product_group", "ean", "upc", "listen"];
        for (name, meant) in [
            ("titel", Some("title")),
            ("Title", Some("title")),
            ("ASIN", Some("asin")),
            ("lisen", Some("listen")),
            ("listprice", Some("list_price")),
            ("productGroup", Some("product_group")),
            // Neighbours that changed places are one mistake.
            ("naisn", Some("asin")),
            ("ucp", Some("upc")),
            ("eam", Some("ean")),
            ("weight", None),
            ("x", None),
            ("", None),
            ("\u{130}", None),
        ] {
            assert_eq!(nearest(name, KNOWN), meant, "{name}");
        }
    }

    #[test]
    fn of_equally_near_names_the_first_is_meant() {
        assert_eq!(nearest("locat", ["local", "locale", "locate"]), Some("local"));
        assert_eq!(nearest("locatex", ["locale", "located", "locates"]), Some("located"));
    }
}
