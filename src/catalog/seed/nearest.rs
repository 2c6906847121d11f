//! "did you mean": the known name that a misspelt one was meant to be.

/// The known name that is nearest to `name`, if one is near enough to be meant.
pub(super) fn nearest<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    // Names are short; a whole text in the place of a name is no misspelling.
    let name: Vec<char> = name.chars().take(33).flat_map(char::to_lowercase).collect();
    let near_enough = |known: &str| (known.len() / 3).max(1);
    known
        .iter()
        .map(|known| (distance(&name, known), *known))
        .filter(|(distance, known)| *distance <= near_enough(known))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// How many characters must be inserted, removed, replaced or swapped with their neighbour to turn one name into the other.
fn distance(a: &[char], b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut twice_above: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let replaced = above[j] + usize::from(a[i] != b[j]);
            let mut steps = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                steps = steps.min(twice_above[j - 1] + 1);
            }
            row.push(steps);
        }
        twice_above = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_the_one_that_was_meant() {
        const KNOWN: &[&str] = &["title", "asin", "price", "list_price", "product_group", "ean", "upc"];
        for (name, meant) in [
            ("titel", Some("title")),
            ("Title", Some("title")),
            ("ASIN", Some("asin")),
            ("listprice", Some("list_price")),
            ("productGroup", Some("product_group")),
            ("eam", Some("ean")),
            ("weight", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, KNOWN), meant, "{name}");
        }
    }
}
