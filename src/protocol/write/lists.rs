//! What an answer shows of lists (docs/PROTOCOL.md, section 15).

use super::Writer;
use super::items::PAGE;
use crate::protocol::link::ProductLinks;
use crate::protocol::reply::{ListDocument, ListItemDocument, ListsDocument};
use crate::protocol::schema::{self, Groups};

impl Writer<'_> {
    pub(super) fn lists(&mut self, document: &ListsDocument) {
        let ListsDocument { groups, links, lists } = document;
        for list in lists.iter().filter(|_| groups.has(Groups::LIST)) {
            self.list(list, *groups, links);
        }
    }

    fn list(&mut self, list: &ListDocument, groups: Groups, links: &ProductLinks) {
        let info = groups.has(Groups::LIST_INFO);
        self.xml.open("List");
        self.xml.text("ListId", &list.id);
        self.xml.text("ListName", &list.name);
        if info {
            self.xml.text("ListType", list.list_type);
        }
        self.xml.plain("TotalItems", list.total);
        self.xml.plain("TotalPages", (list.total as u64).div_ceil(PAGE));
        if info {
            self.date("DateCreated", list.date_created);
            if self.has(schema::LAST_MODIFIED) {
                self.date("LastModified", list.last_modified);
            }
            self.date("OccasionDate", list.occasion_date);
            self.optional("CustomerName", list.customer_name.as_deref());
            self.optional("Comment", list.comment.as_deref());
        }
        for item in &list.items {
            self.list_item(item, groups, links);
        }
        self.xml.close("List");
    }

    fn list_item(&mut self, item: &ListItemDocument, groups: Groups, links: &ProductLinks) {
        self.xml.open("ListItem");
        self.xml.text("ListItemId", &item.id);
        self.date("DateAdded", item.date_added);
        self.optional("Comment", item.comment.as_deref());
        self.xml.plain("QuantityDesired", item.desired);
        self.xml.plain("QuantityReceived", item.received);
        if let Some(product) = &item.product {
            self.product(product, groups, links);
        }
        self.xml.close("ListItem");
    }

    fn date(&mut self, name: &str, date: Option<jiff::civil::Date>) {
        if let Some(date) = date {
            self.xml.plain(name, date);
        }
    }
}
