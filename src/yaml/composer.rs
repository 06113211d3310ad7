//! Builds the nodes of a document from events.

use crate::yaml::document::{Content, Document, MAX_DEPTH, NodeId};
use crate::yaml::error::Error;
use crate::yaml::parser::{Event, EventKind, Parser, Properties};
use crate::yaml::source;
use crate::yaml::token::{LONGEST, Span};

/// Returns the first document in `bytes`, or nothing where there is none.
pub(crate) fn compose(bytes: &[u8]) -> Result<Option<Document>, Error> {
    if bytes.len() >= LONGEST {
        return Err(Error::without_place("the text is too long"));
    }
    let source = source::decode(bytes);
    let mut composer = Composer {
        parser: Parser::new(&source),
        document: Document::default(),
        open: Vec::new(),
        levels_left: FREE_LEVELS + source.text.len() * LEVELS_PER_BYTE,
    };
    if !composer.compose()? {
        return Ok(None);
    }
    let Composer { parser, mut document, .. } = composer;
    document.built = parser.scanner.built;
    document.read = source.text;
    Ok(Some(document))
}

// Each level of a node costs two columns when the node is written. So that a short text does not
// become a very long one, the levels of all nodes together are limited; what people write has five
// or ten for each node, which takes more than one byte.
const FREE_LEVELS: usize = 1_000_000;
const LEVELS_PER_BYTE: usize = 32;

struct Composer<'a> {
    parser: Parser<'a>,
    document: Document,
    /// The collections that are not complete, the innermost one last.
    open: Vec<Open>,
    levels_left: usize,
}

struct Open {
    id: NodeId,
    last: Option<NodeId>,
}

impl Composer<'_> {
    /// Reads the first document; returns whether there is one.
    fn compose(&mut self) -> Result<bool, Error> {
        loop {
            let event = self.parser.next()?;
            match event.kind {
                EventKind::StreamEnd => return Ok(false),
                EventKind::DocumentEnd => return Ok(true),
                EventKind::DocumentStart => {}
                EventKind::SequenceEnd | EventKind::MappingEnd => {
                    self.open.pop();
                }
                EventKind::Alias(_)
                | EventKind::Scalar(..)
                | EventKind::SequenceStart(_)
                | EventKind::MappingStart(_) => self.add(event)?,
            }
        }
    }

    fn add(&mut self, event: Event) -> Result<(), Error> {
        let (content, properties) = match event.kind {
            EventKind::Alias(name) => (self.alias(name, &event)?, Properties::default()),
            EventKind::Scalar(properties, scalar) => {
                let (text, style, implicit) = (scalar.text, scalar.style, scalar.implicit);
                (Content::Scalar { text, style, implicit }, properties)
            }
            EventKind::SequenceStart(properties) => (Content::Sequence(None), properties),
            EventKind::MappingStart(properties) => (Content::Mapping(None), properties),
            EventKind::StreamEnd
            | EventKind::DocumentStart
            | EventKind::DocumentEnd
            | EventKind::SequenceEnd
            | EventKind::MappingEnd => return Ok(()),
        };
        let id = self.document.add(content, event.start);
        self.levels_left = self
            .levels_left
            .checked_sub(self.open.len())
            .ok_or_else(|| Error::at("exceeded the depth for such a length", event.start))?;
        self.link(id);
        if let Some(anchor) = properties.anchor {
            let name = self.parser.scanner.text(anchor).to_owned();
            self.document.anchors.insert(name, id);
        }
        if let Some(tag) = properties.tag {
            self.document.set_tag(id, tag);
        }
        if let Content::Sequence(_) | Content::Mapping(_) = content {
            self.open.push(Open { id, last: None });
            if self.open.len() > MAX_DEPTH {
                return Err(self.document.too_deep(id));
            }
        }
        Ok(())
    }

    fn alias(&self, name: Span, event: &Event) -> Result<Content, Error> {
        let text = self.parser.scanner.text(name);
        let Some(target) = self.document.anchors.get(text).copied() else {
            let message = format!("unknown anchor '{text}' referenced");
            return Err(Error::at(message, event.start));
        };
        let within_target = self.open.binary_search_by_key(&target, |open| open.id).is_ok();
        Ok(Content::Alias { name, target, within_target })
    }

    /// Makes a node the next one of the innermost collection.
    fn link(&mut self, id: NodeId) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        let before = open.last.replace(id).unwrap_or(open.id);
        let first = before == open.id;
        let Some(entry) = self.document.entry_mut(before) else {
            return;
        };
        match &mut entry.content {
            Content::Sequence(slot) | Content::Mapping(slot) if first => *slot = Some(id),
            Content::Scalar { .. }
            | Content::Sequence(_)
            | Content::Mapping(_)
            | Content::Alias { .. } => entry.next = Some(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::document::Reached;
    use crate::yaml::token::Style;
    use std::thread;

    fn check(text: &str, expected: &str) {
        let found = match compose(text.as_bytes()) {
            Ok(Some(document)) => shown(&document, Reached::ROOT),
            Ok(None) => "nothing".to_owned(),
            Err(Error { message, line: Some(line), column: Some(column) }) => {
                format!("{line}:{column} {message}")
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{text:?}");
    }

    fn shown(document: &Document, node: Reached) -> String {
        let tag = document.tag(node.id).map(|tag| format!("<{tag}> ")).unwrap_or_default();
        let children = || {
            let children = document.children(node).unwrap();
            children.map(|child| shown_child(document, node, child)).collect::<Vec<_>>().join(", ")
        };
        match document.content(node.id) {
            Content::Scalar { text, style, .. } => {
                let mark = match style {
                    Style::Plain => "",
                    Style::Quoted => "'",
                    Style::Literal => "|",
                    Style::Folded => ">",
                };
                format!("{tag}{mark}{}", document.text(text).escape_debug())
            }
            Content::Sequence(_) => format!("{tag}[{}]", children()),
            Content::Mapping(_) | Content::Alias { .. } => format!("{tag}{{{}}}", children()),
        }
    }

    fn shown_child(document: &Document, parent: Reached, child: NodeId) -> String {
        match document.content(child) {
            Content::Alias { name, within_target: true, .. } => {
                format!("*{} (within)", document.text(name))
            }
            Content::Alias { name, within_target: false, .. } => {
                format!("*{}", document.text(name))
            }
            _ => shown(document, document.reach(child, parent).unwrap()),
        }
    }

    #[test]
    fn blocks_are_nested_by_indentation() {
        check("a:\n- b\n-\n  - c\n  -\nd:\n  e: f\n", "{a, [b, [c, ]], d, {e, f}}");
        check("? a\n: b\n? c\n:\n", "{a, b, c, }");
        check("- - a\n  - b: c\n    d: |\n     e\n- ''\n", "[[a, {b, c, d, |e\\n}], ']");
    }

    #[test]
    fn flows_are_nested_by_brackets() {
        check(
            "[a, {b: c, d, ? e : f, \"g\":h}, [], i: j]",
            "[a, {b, c, d, , e, f, 'g, h}, [], {i, j}]",
        );
        check(
            "{a: [\n b\n], 'c' : >\n}",
            "3:10 line 3: found character that cannot start any token",
        );
    }

    #[test]
    fn anchors_tags_and_aliases_stand_for_nodes() {
        check(
            "- &a !t b\n- *a\n- !!seq &b [*b]\n- !u\n",
            "[<!t> b, *a, <tag:yaml.org,2002:seq> [*b (within)], <!u> ]",
        );
    }

    #[test]
    fn only_the_first_document_is_read() {
        check("", "nothing");
        check("# comment\n", "nothing");
        check("---\n...\n", "");
        check("a: b\n---\n\"", "{a, b}");
        check("a: b\n...\n@", "{a, b}");
        check("[a] b\n", "[a]");
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        check("a: b: c", "1:5 mapping values are not allowed in this context");
        check("a\n- b: c\nd\n", "2:4 line 2: mapping values are not allowed in this context");
        check("a: b\n c: d\n", "2:3 line 2: mapping values are not allowed in this context");
        check("- a\nb: c\n", "2:1 line 1: did not find expected '-' indicator");
        check("a:\n  b\n  c\nd\n", "4:1 line 5: could not find expected ':'");
        check("[a, b\n", "2:1 line 1: did not find expected ',' or ']'");
        check("[? ]", "2:1 line 1: did not find expected ',' or ']'");
        check("{a: b]", "1:6 did not find expected ',' or '}'");
        check("a: - b", "1:4 block sequence entries are not allowed in this context");
        check("a: ? b", "1:4 mapping keys are not allowed in this context");
        check("a:\n\tb: c\n", "2:1 line 2: found character that cannot start any token");
        check("a: @b\n", "1:4 found character that cannot start any token");
        check("a: *b\n", "1:4 unknown anchor 'b' referenced");
    }

    #[test]
    fn keys_have_a_longest_length() {
        let key = "k".repeat(1024);
        let keeps =
            |text: String| compose(text.as_bytes()).map(|_| ()).map_err(|error| error.message);
        assert_eq!(keeps(format!("{key}: v")), Ok(()));
        let refusal = "mapping values are not allowed in this context".to_owned();
        assert_eq!(keeps(format!("{key}k: v")), Err(refusal));
    }

    #[test]
    fn collections_are_nested_up_to_a_limit() {
        let nested = |depth: usize| {
            compose(format!("{}{}", "[".repeat(depth), "]".repeat(depth)).as_bytes())
        };
        let in_small_thread = move || {
            assert!(nested(MAX_DEPTH).is_ok());
            assert_eq!(nested(MAX_DEPTH + 1).unwrap_err().message, "exceeded max depth of 200");
            assert!(nested(1_000_000).is_err());
        };
        thread::Builder::new().stack_size(2 << 20).spawn(in_small_thread).unwrap().join().unwrap();
    }

    #[test]
    fn many_nodes_are_not_deep() {
        let text = format!("{}{}{}", "[".repeat(199), "a,".repeat(99_999), "]".repeat(199));
        let error = compose(text.as_bytes()).unwrap_err();
        assert_eq!(error.message, "exceeded the depth for such a length");
    }
}
