//! The neutral parameter tree: what every transport's reader builds and the decoder takes.
//!
//! A parameter is a dotted path and a value, in the order sent: `Item.1.ASIN`. Must not know which parameters exist.

use std::borrow::Cow;

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param<'a> {
    /// The dotted path, as sent after decoding.
    pub name: Cow<'a, str>,
    /// The value, as sent after decoding.
    pub value: Cow<'a, str>,
}

/// The parameters of a request in the order sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params<'a>(Vec<Param<'a>>);

impl<'a> Params<'a> {
    /// No parameters, with room for `count`.
    pub fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// Adds one at the end.
    pub fn push(&mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        self.0.push(Param { name: name.into(), value: value.into() });
    }

    /// All of them, in the order sent.
    pub fn iter(&self) -> std::slice::Iter<'_, Param<'a>> {
        self.0.iter()
    }

    /// The first value of a parameter, also when it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|param| param.name == name).map(|param| param.value.as_ref())
    }

    /// The first value of a parameter that is not empty: an empty one counts as absent.
    pub fn filled(&self, name: &str) -> Option<&str> {
        let mut filled = self.0.iter().filter(|param| !param.value.is_empty());
        filled.find(|param| param.name == name).map(|param| param.value.as_ref())
    }
}

impl<'p, 'a> IntoIterator for &'p Params<'a> {
    type Item = &'p Param<'a>;
    type IntoIter = std::slice::Iter<'p, Param<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
