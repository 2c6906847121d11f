//! A server for one recording: started with the presupposed catalogue, asked for the presupposed cart, and then asked what the
//! recording asked.

use super::client;
use super::compare::ItemIds;
use super::presuppose::{Ask, CartBefore, LineBefore, World};
use super::recording::{LINKS, Recording, search, shown_line};
use crate::cart::CartItemId;
use crate::config::{Config, Links, Secret, Signatures, Unavailable};
use crate::percent::percent_encoded;
use crate::protocol::{Element, Operation, read_tree};
use crate::server::{RunningServer, Server};
use std::fmt::Display;
use tempfile::TempDir;

/// A running server with everything that the recorded request needs.
pub(super) struct Stage<'r> {
    recording: &'r Recording,
    server: RunningServer,
    /// Holds the catalogue's file.
    _folder: TempDir,
    /// What is sent: the recorded parameters with this server's ids.
    arguments: Vec<(String, String)>,
    cart: OurCart,
}

/// The ids of the cart that the recorded request is about.
#[derive(Debug, Default)]
pub(super) struct OurCart {
    /// CartId and HMAC here.
    pub(super) ids: Option<(String, String)>,
    /// The lines that were there before by their labels: their ids in the recording, and their ids here.
    pub(super) items: (ItemIds, ItemIds),
}

impl<'r> Stage<'r> {
    /// Starts the server, and makes the cart.
    pub(super) async fn set(recording: &'r Recording, world: World) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| format!("cannot make a folder: {error}"))?;
        let catalogue = folder.path().join("presupposed.jsonl");
        let mut lines = String::new();
        for product in &world.products {
            lines.push_str(&serde_json::to_string(product).map_err(|error| error.to_string())?);
            lines.push('\n');
        }
        for list in &world.lists {
            // A list stands alone in its line.
            let list = serde_json::json!({ "list": list });
            lines.push_str(&list.to_string());
            lines.push('\n');
        }
        std::fs::write(&catalogue, lines).map_err(|error| format!("cannot write the catalogue: {error}"))?;
        let foreign_links = recording.foreign_links();
        let config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            database: "memory".to_owned(),
            catalog: vec![catalogue],
            links: if foreign_links.is_some() { Links::Here } else { Links::Amazon },
            public_url: foreign_links.map(str::to_owned),
            // Recorded signatures are old, and recorders take keys out.
            signatures: Signatures::Ignored,
            unavailable: world.unavailable.unwrap_or(Unavailable::Saved),
            hmac_secret: Some(Secret::new("replay")),
            ..Config::default()
        };
        let server = Server::builder(config).start().await.map_err(|error| error.to_string())?;
        let mut stage = Self {
            recording,
            server,
            _folder: folder,
            arguments: with_credentials(recording),
            cart: OurCart::default(),
        };
        if let Some(before) = &world.cart {
            match stage.make_cart(before).await {
                Ok(()) => stage.put_in_ids(),
                Err(reason) => {
                    stage.strike().await;
                    return Err(reason);
                }
            }
        }
        Ok(stage)
    }

    /// Sends the recorded request.
    pub(super) async fn play(&self) -> Result<(Element, OurCart), String> {
        let answer = self.ask(&self.arguments).await?;
        let mut cart = OurCart { ids: self.cart.ids.clone(), items: self.cart.items.clone() };
        if self.recording.operation == Operation::CartCreate {
            cart.ids = ids(&answer);
        }
        Ok((answer, cart))
    }

    /// Stops the server.
    pub(super) async fn strike(self) {
        self.server.stop().await;
    }

    async fn ask(&self, arguments: &[(String, String)]) -> Result<Element, String> {
        let path = format!("/{}/onca/xml", self.recording.locale);
        let agent = self.recording.user_agent.as_deref();
        let body = client::get(self.server.addr(), &path, arguments, agent).await;
        let body = body.map_err(|error| format!("this server did not answer: {error}"))?;
        read_tree(&body).map_err(|error| format!("this server's answer {error}"))
    }

    /// An operation of our own, with the caller and the version of the recording.
    async fn prepare(&self, operation: Operation, more: Vec<(String, String)>) -> Result<Element, String> {
        let common = ["Service", "Version", "AWSAccessKeyId", "SubscriptionId", "AssociateTag"];
        let of_recording = self.arguments.iter().filter(|(name, _)| common.contains(&name.as_str())).cloned();
        let mut arguments: Vec<(String, String)> = of_recording.collect();
        arguments.push(argument("Operation", operation.name()));
        if let Some((id, hmac)) = &self.cart.ids {
            arguments.extend([argument("CartId", id), argument("HMAC", hmac)]);
        }
        arguments.extend(more);
        let answer = self.ask(&arguments).await?;
        match answer.at(&["Cart", "Request", "Errors", "Error"]) {
            Some(error) => {
                let message = error.text_at(&["Message"]).unwrap_or_default();
                Err(format!("the cart before the request cannot be made: {}: {message}", operation.name()))
            }
            None => Ok(answer),
        }
    }

    async fn make_cart(&mut self, before: &CartBefore) -> Result<(), String> {
        let mut items = Vec::new();
        for (number, line) in (1..).zip(&before.lines) {
            let (name, value) = match &line.ask {
                Ask::Asin(asin) => ("ASIN", asin),
                Ask::Listing(listing) => ("OfferListingId", listing),
            };
            items.push(argument(format!("Item.{number}.{name}"), value));
            items.push(argument(format!("Item.{number}.Quantity"), line.quantity));
        }
        let answer = self.prepare(Operation::CartCreate, items).await?;
        self.cart.ids = ids(&answer);
        self.cart.items = item_ids(&before.lines, &answer)?;
        let saved: Vec<(String, String)> = (1..)
            .zip(before.lines.iter().filter(|line| line.saved))
            .flat_map(|(number, line)| {
                let id = self.cart.items.1.iter().find(|(_, label)| *label == line.label).map(|(id, _)| *id);
                let id = id.map_or_else(String::new, |id| id.with_letter('U'));
                [
                    argument(format!("Item.{number}.CartItemId"), id),
                    argument(format!("Item.{number}.Action"), "SaveForLater"),
                ]
            })
            .collect();
        if !saved.is_empty() {
            self.prepare(Operation::CartModify, saved).await?;
        }
        if before.cleared {
            self.prepare(Operation::CartClear, Vec::new()).await?;
        }
        Ok(())
    }

    /// Puts this server's ids in the place of the recorded ones. Others stay: a wrong id stays wrong.
    fn put_in_ids(&mut self) {
        let (Some((id, hmac)), Some((our_id, our_hmac))) = (self.recording.cart_ids(), &self.cart.ids) else { return };
        let (recorded_items, our_items) = &self.cart.items;
        let our_item = |value: &str| {
            let id: CartItemId = value.parse().ok()?;
            let (_, label) = recorded_items.iter().find(|(known, _)| *known == id)?;
            our_items.iter().find(|(_, known)| known == label).map(|(id, _)| id.with_letter('U'))
        };
        for (name, value) in &mut self.arguments {
            match name.as_str() {
                "CartId" if value == id => value.clone_from(our_id),
                "HMAC" if value == hmac => value.clone_from(our_hmac),
                "HMAC" if *value == percent_encoded(hmac) => *value = percent_encoded(our_hmac),
                name if name.starts_with("Item.") && name.ends_with(".CartItemId") => {
                    if let Some(ours) = our_item(value) {
                        *value = ours;
                    }
                }
                _ => {}
            }
        }
    }
}

/// The recorded parameters with the caller that the links name: recorders put different placeholders into links and arguments.
fn with_credentials(recording: &Recording) -> Vec<(String, String)> {
    let is_link = |element: &'_ Element| LINKS.contains(&&*element.name) && element.text.contains("SubscriptionId");
    let link = search(recording.container(), &|element| is_link(element).then_some(element.text.as_str()));
    let link = link.unwrap_or_default().replace("%26", "&").replace("%3D", "=").replace("%3F", "?");
    let linked = |name: &str| {
        let value = link.split(['&', '?']).find_map(|part| part.strip_prefix(name)?.strip_prefix('='))?;
        // What is encoded in there is not taken apart again.
        Some(value).filter(|value| !value.is_empty() && !value.contains('%'))
    };
    let mut arguments = recording.arguments.clone();
    for (name, value) in arguments.iter_mut().filter(|(_, value)| !value.is_empty()) {
        let from_link = match name.as_str() {
            "AWSAccessKeyId" | "SubscriptionId" => linked("SubscriptionId"),
            "AssociateTag" => linked("associate-id").or_else(|| linked("tag")),
            _ => None,
        };
        if let Some(linked) = from_link {
            linked.clone_into(value);
        }
    }
    arguments
}

fn argument(name: impl Into<String>, value: impl Display) -> (String, String) {
    (name.into(), value.to_string())
}

/// CartId and HMAC of an answer.
fn ids(answer: &Element) -> Option<(String, String)> {
    let text = |name| answer.text_at(&["Cart", name]).map(str::to_owned);
    Some((text("CartId")?, text("HMAC")?))
}

/// The lines' ids in the recording and here, by their labels. An answer lists the active lines and then the saved ones, both in
/// the order of the request.
fn item_ids(lines: &[LineBefore], answer: &Element) -> Result<(ItemIds, ItemIds), String> {
    let area = |area: &'static str, element: &'static str| {
        let area = answer.at(&["Cart", area]).into_iter().flat_map(move |area| area.all(element));
        area.map(|line| shown_line(line, false).id())
    };
    let shown = area("CartItems", "CartItem").chain(area("SavedForLaterItems", "SavedForLaterItem"));
    let asked = || lines.iter().filter(|line| !line.unavailable).chain(lines.iter().filter(|line| line.unavailable));
    let shown: Vec<Option<CartItemId>> = shown.collect();
    if shown.len() != lines.len() {
        return Err(format!("the cart before the request has {} lines instead of {}", shown.len(), lines.len()));
    }
    let ours = asked().zip(shown).filter_map(|(line, id)| Some((id?, line.label.clone()))).collect();
    let recorded = lines.iter().filter_map(|line| Some((line.recorded_id?, line.label.clone()))).collect();
    Ok((recorded, ours))
}
