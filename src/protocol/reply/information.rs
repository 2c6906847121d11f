//! What Help tells.

/// What is known of an operation or of a response group. Everything is a name as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InformationDocument {
    /// Of an operation.
    Operation {
        /// Its name.
        name: &'static str,
        /// What it does, in a sentence.
        description: &'static str,
        /// The parameters that must be there.
        required: Vec<&'static str>,
        /// The parameters that may be there.
        available: Vec<&'static str>,
        /// What a request without ResponseGroup gets.
        default_groups: &'static [&'static str],
        /// What may be asked for.
        available_groups: Vec<&'static str>,
    },
    /// Of a response group.
    ResponseGroup {
        /// Its name.
        name: &'static str,
        /// The operations that take it.
        operations: Vec<&'static str>,
    },
}
