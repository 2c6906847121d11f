//! What an answer shows of what Help knows (docs/PROTOCOL.md, section 15).

use super::Writer;
use crate::protocol::reply::InformationDocument;

impl Writer<'_> {
    pub(super) fn information(&mut self, information: &InformationDocument) {
        match information {
            InformationDocument::Operation {
                name,
                description,
                required,
                available,
                default_groups,
                available_groups,
            } => {
                self.xml.open("OperationInformation");
                self.xml.text("Name", name);
                self.xml.text("Description", description);
                self.names("RequiredParameters", "Parameter", required);
                self.names("AvailableParameters", "Parameter", available);
                self.names("DefaultResponseGroups", "ResponseGroup", default_groups);
                self.names("AvailableResponseGroups", "ResponseGroup", available_groups);
                self.xml.close("OperationInformation");
            }
            InformationDocument::ResponseGroup { name, operations } => {
                self.xml.open("ResponseGroupInformation");
                self.xml.text("Name", name);
                self.names("ValidOperations", "Operation", operations);
                self.xml.close("ResponseGroupInformation");
            }
        }
    }

    fn names(&mut self, list: &str, element: &str, names: &[&str]) {
        if names.is_empty() {
            return;
        }
        self.xml.open(list);
        for name in names {
            self.xml.text(element, name);
        }
        self.xml.close(list);
    }
}
