//! What of the recordings this server is compared with, and what it is not: whole answers, and elements of answers.
//!
//! An answer is out of scope when this server does not do what was asked for; each rule says why. Of the others those elements are
//! left out, on both sides, for which a catalogue has no field: they are Amazon's data and not its protocol. What is left out is
//! counted, so that a report tells how much was not compared.

use super::recording::Recording;
use crate::protocol::{Element, Version};
use std::collections::BTreeMap;

/// Elements that are not compared.
#[derive(Debug)]
pub struct LeftOut {
    /// What they stand in.
    pub parent: &'static str,
    /// Their name.
    pub name: &'static str,
    /// How many of them are compared all the same: the first ones.
    pub kept: usize,
}

const fn left_out(parent: &'static str, name: &'static str) -> LeftOut {
    LeftOut { parent, name, kept: 0 }
}

/// The elements that no field of a product or an offer gives rise to.
pub static LEFT_OUT: &[LeftOut] = &[
    left_out("Item", "ParentASIN"),
    left_out("Item", "RelatedItems"),
    left_out("Item", "CustomerReviews"),
    left_out("Item", "BrowseNodes"),
    left_out("List", "AdditionalName"),
    left_out("List", "AverageRating"),
    left_out("List", "Image"),
    left_out("List", "ListURL"),
    left_out("List", "PartnerName"),
    left_out("List", "RegistryNumber"),
    left_out("List", "Tags"),
    left_out("List", "TotalTimesRead"),
    left_out("List", "TotalVotes"),
    left_out("ListItem", "Priority"),
    left_out("ListItem", "UniversalListItem"),
    // A catalogue knows one author of a product.
    LeftOut { parent: "ItemAttributes", name: "Author", kept: 1 },
    left_out("ItemAttributes", "Creator"),
    left_out("ItemAttributes", "DeweyDecimalNumber"),
    left_out("ItemAttributes", "EISBN"),
    left_out("ItemAttributes", "EpisodeSequence"),
    left_out("ItemAttributes", "Feature"),
    left_out("ItemAttributes", "Format"),
    left_out("ItemAttributes", "Genre"),
    left_out("ItemAttributes", "IsAdultProduct"),
    left_out("ItemAttributes", "IsEligibleForTradeIn"),
    left_out("ItemAttributes", "Label"),
    left_out("ItemAttributes", "Languages"),
    left_out("ItemAttributes", "NumberOfItems"),
    left_out("ItemAttributes", "NumberOfPages"),
    left_out("ItemAttributes", "PackageDimensions"),
    left_out("ItemAttributes", "ProductTypeName"),
    left_out("ItemAttributes", "PublicationDate"),
    left_out("ItemAttributes", "Publisher"),
    left_out("ItemAttributes", "RunningTime"),
    left_out("ItemAttributes", "Studio"),
    left_out("ItemAttributes", "TradeInValue"),
    left_out("Offer", "LoyaltyPoints"),
    left_out("Merchant", "Location"),
    left_out("Merchant", "AverageFeedbackRating"),
    left_out("Merchant", "TotalFeedback"),
    // A catalogue has the address of a picture, but not its size.
    left_out("SwatchImage", "Height"),
    left_out("SwatchImage", "Width"),
    left_out("SmallImage", "Height"),
    left_out("SmallImage", "Width"),
    left_out("ThumbnailImage", "Height"),
    left_out("ThumbnailImage", "Width"),
    left_out("TinyImage", "Height"),
    left_out("TinyImage", "Width"),
    left_out("MediumImage", "Height"),
    left_out("MediumImage", "Width"),
    left_out("LargeImage", "Height"),
    left_out("LargeImage", "Width"),
    left_out("OfferAttributes", "SubCondition"),
    left_out("OfferAttributes", "ConditionNote"),
];

/// How many elements of each kind were left out, by what they stand in and their name.
pub(super) type Counted = BTreeMap<(&'static str, &'static str), usize>;

/// Takes the elements out that are not compared.
pub(super) fn leave_out(element: &mut Element, counted: &mut Counted) {
    for row in LEFT_OUT.iter().filter(|row| row.parent == element.name) {
        let (mut seen, mut gone) = (0, 0);
        element.children.retain(|child| {
            seen += usize::from(child.name == row.name);
            let stays = child.name != row.name || seen <= row.kept;
            gone += usize::from(!stays);
            stays
        });
        if gone > 0 {
            *counted.entry((row.parent, row.name)).or_default() += gone;
        }
    }
    for child in &mut element.children {
        leave_out(child, counted);
    }
}

/// Takes the items out of a recorded search that a catalogue does not find by the words that were asked for, because Amazon's
/// search knew other spellings and other languages.
pub(super) fn leave_out_unfound(recording: &Recording, answer: &mut Element, counted: &mut Counted) {
    for container in &mut answer.children {
        let before = container.children.len();
        container.children.retain(|child| child.name != "Item" || can_be_found(recording, child));
        let gone = before - container.children.len();
        if gone > 0 {
            *counted.entry(("Items", "Item that does not hold the words asked for")).or_default() += gone;
        }
    }
}

/// Whether a catalogue finds an item by the words that were asked for. What was not searched for by words is always found, and what
/// the answer does not show may hold any.
pub(super) fn can_be_found(recording: &Recording, item: &Element) -> bool {
    let Some(attributes) = item.child("ItemAttributes") else { return true };
    let holds = |text: Option<&str>, asked: &str| {
        let held: Vec<String> = words(text.unwrap_or_default()).collect();
        words(asked).all(|word| held.contains(&word))
    };
    [
        ("Title", "Title"),
        ("Author", "Author"),
        ("Publisher", "Manufacturer"),
        ("Manufacturer", "Manufacturer"),
        ("Brand", "Brand"),
    ]
    .into_iter()
    .filter_map(|(parameter, attribute)| Some((recording.argument(parameter)?, attribute)))
    .all(|(asked, attribute)| holds(attributes.text_at(&[attribute]), asked))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Why nothing here brings AWS.InvalidAccount about.
pub(super) const NO_REGISTER: &str = "a key is known here or not, and none is known but not registered";

/// Why the answer as a whole is not compared, if it is not.
pub(super) fn outside(recording: &Recording) -> Option<String> {
    if recording.has_error("InvalidAccount") {
        return Some(NO_REGISTER.to_owned());
    }
    let groups = recording.argument("ResponseGroup").unwrap_or_default();
    let elsewhere =
        groups.split(',').map(str::trim).find(|group| ["AlternateVersions", "RelatedItems"].contains(group));
    // With their own back-end went their own form of the echo. Later it answered like the others.
    let group = elsewhere.filter(|_| recording.version < Version::V2011_08_01)?;
    Some(format!(
        "{group} brings nothing here, and was answered apart from all other groups before {}",
        Version::V2011_08_01
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::read_tree;

    #[test]
    fn what_a_catalogue_has_no_field_for_is_left_out_and_counted() {
        let mut item = read_tree(
            "<Item><ASIN>1</ASIN><BrowseNodes/><ItemAttributes><Author>A</Author><Author>B</Author><Author>C</Author>\
             <Title>Creator</Title><Creator>D</Creator></ItemAttributes></Item>",
        )
        .unwrap();
        let mut counted = Counted::new();
        leave_out(&mut item, &mut counted);
        let left =
            "<Item><ASIN>1</ASIN><ItemAttributes><Author>A</Author><Title>Creator</Title></ItemAttributes></Item>";
        assert_eq!(item, read_tree(left).unwrap());
        let counted: Vec<_> = counted.into_iter().collect();
        assert_eq!(
            counted,
            [(("Item", "BrowseNodes"), 1), (("ItemAttributes", "Author"), 2), (("ItemAttributes", "Creator"), 1)]
        );
    }
}
