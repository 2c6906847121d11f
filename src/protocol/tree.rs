//! The XML reader: a document as a tree of elements, for whoever compares or looks through whole answers.
//!
//! Takes no document type and no entities beyond the five predefined ones and character references, so that no document can
//! grow when it is read. Must not know which elements exist.

use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;

/// Elements inside each other at most; answers have seven.
const MAX_DEPTH: usize = 64;

/// An element with everything in it. White space between elements, which pretty-printers add, is not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Without a prefix.
    pub name: String,
    /// Empty when there is none.
    pub namespace: String,
    /// In document order, without namespace declarations.
    pub attributes: Vec<(String, String)>,
    /// In document order.
    pub children: Vec<Self>,
    /// The text that stands directly in it, in one piece.
    pub text: String,
}

impl Element {
    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The first element on a way down: `["Request", "IsValid"]`.
    pub fn at(&self, way: &[&str]) -> Option<&Self> {
        way.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The text of the first element on a way down.
    pub fn text_at(&self, way: &[&str]) -> Option<&str> {
        self.at(way).map(|element| element.text.as_str())
    }

    /// The children of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Why a text is no document that can be read. `Display` is the end of a sentence.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// It is no well-formed XML.
    #[error("is no well-formed XML: {0}")]
    Malformed(#[from] quick_xml::Error),
    /// It declares a document type, which no answer does.
    #[error("declares a document type")]
    DocumentType,
    /// It uses an entity that XML itself does not have.
    #[error("uses the entity &{0};, which it cannot")]
    Entity(String),
    /// It ends before its elements do, has more than one root, or none.
    #[error("is not one whole element")]
    NotOneElement,
    /// It is nested too deep.
    #[error("has more than {MAX_DEPTH} elements inside each other")]
    TooDeep,
}

/// Reads a document.
pub fn read_tree(document: &str) -> Result<Element, TreeError> {
    let mut reader = NsReader::from_str(document.trim_start_matches('\u{FEFF}'));
    let mut root = None;
    let mut open: Vec<Element> = Vec::new();
    loop {
        let (namespace, event) = reader.read_resolved_event()?;
        let opened = match &event {
            Event::Start(start) | Event::Empty(start) => Some(element(&namespace, start)?),
            _ => None,
        };
        match event {
            Event::Start(_) if open.len() == MAX_DEPTH => return Err(TreeError::TooDeep),
            Event::Start(_) => open.extend(opened),
            Event::Empty(_) => close(opened, &mut open, &mut root)?,
            Event::End(_) => {
                let closed = open.pop();
                close(closed, &mut open, &mut root)?;
            }
            Event::Text(text) => push(&mut open, &text.xml10_content())?,
            Event::CData(text) => push(&mut open, &text.xml10_content())?,
            Event::GeneralRef(reference) => push(&mut open, &resolved(&reference)?)?,
            Event::DocType(_) => return Err(TreeError::DocumentType),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof if open.is_empty() => return root.ok_or(TreeError::NotOneElement),
            Event::Eof => return Err(TreeError::NotOneElement),
        }
    }
}

fn element(namespace: &ResolveResult<'_>, start: &BytesStart<'_>) -> Result<Element, TreeError> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(quick_xml::Error::from)?;
        if attribute.key.as_namespace_binding().is_none() {
            let value = attribute.normalized_value(XmlVersion::Explicit1_0)?;
            attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
        }
    }
    Ok(Element {
        name: start.local_name().as_ref().to_owned(),
        namespace: match namespace {
            ResolveResult::Bound(namespace) => namespace.0.to_owned(),
            ResolveResult::Unbound | ResolveResult::Unknown(_) => String::new(),
        },
        attributes,
        ..Element::default()
    })
}

/// Puts a finished element where it belongs.
fn close(element: Option<Element>, open: &mut [Element], root: &mut Option<Element>) -> Result<(), TreeError> {
    let Some(mut element) = element else { return Err(TreeError::NotOneElement) };
    if !element.children.is_empty() && element.text.trim().is_empty() || is_indented(&element.text) {
        element.text = element.text.trim().into();
    }
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None if root.is_none() => *root = Some(element),
        None => return Err(TreeError::NotOneElement),
    }
    Ok(())
}

/// Some pretty-printers also put a text on a line of its own.
fn is_indented(text: &str) -> bool {
    let inner = text.trim_matches([' ', '\t']);
    inner.starts_with('\n') && inner.ends_with('\n')
}

fn push(open: &mut [Element], text: &str) -> Result<(), TreeError> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(TreeError::NotOneElement),
    }
    Ok(())
}

fn resolved(reference: &BytesRef<'_>) -> Result<String, TreeError> {
    if let Some(character) = reference.resolve_char_ref()? {
        return Ok(character.to_string());
    }
    let name: &str = reference;
    resolve_predefined_entity(name).map(str::to_owned).ok_or_else(|| TreeError::Entity(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pretty_printed_document_is_the_same_as_a_plain_one() {
        let plain = "<?xml version=\"1.0\"?><A xmlns=\"urn:a\"><B x=\"&lt;1&#10;\"></B><C>R&amp;D &#65509; 1</C></A>";
        let pretty = "\u{FEFF}<A xmlns=\"urn:a\">\n  <B x=\"&#60;1&#10;\"/>\n  <!-- so --><C>\n    R<![CDATA[&]]>D ￥ 1\n  </C>\n</A>\n";
        let tree = read_tree(plain).unwrap();
        assert_eq!(tree, read_tree(pretty).unwrap());
        assert_eq!((tree.name.as_str(), tree.namespace.as_str()), ("A", "urn:a"));
        assert_eq!(tree.child("B").and_then(|b| b.attribute("x")), Some("<1\n"));
        assert_eq!(tree.text_at(&["C"]), Some("R&D ￥ 1"));
    }

    #[test]
    fn white_space_inside_a_text_counts() {
        let text = |document| read_tree(document).unwrap().text;
        assert_eq!(text("<A> two  blanks </A>"), " two  blanks ");
        assert_ne!(read_tree("<A><B>1</B></A>").unwrap(), read_tree("<A><B>1 </B></A>").unwrap());
    }

    #[test]
    fn a_prefix_is_not_part_of_a_name_but_the_namespace_is() {
        assert_eq!(read_tree("<p:A xmlns:p=\"urn:a\"/>").unwrap(), read_tree("<A xmlns=\"urn:a\"></A>").unwrap());
        assert_ne!(read_tree("<A xmlns=\"urn:b\"/>").unwrap(), read_tree("<A xmlns=\"urn:a\"/>").unwrap());
    }

    #[test]
    fn what_is_no_plain_document_is_refused() {
        let deep = format!("{}{}", "<a>".repeat(MAX_DEPTH + 1), "</a>".repeat(MAX_DEPTH + 1));
        for document in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>b",
            "<a>&nbsp;</a>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
            "{\"a\":1}",
            &deep,
        ] {
            assert!(read_tree(document).is_err(), "{document}");
        }
    }
}
