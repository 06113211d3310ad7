//! What is to be changed in a file, as a tree of keys.

use crate::edit::file::Format;

/// Changes to the entries of a mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// The keys with what becomes of their values.
    pub entries: Vec<(String, Change)>,
}

/// What becomes of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is this text.
    Text(String),
    /// Parts of it change.
    Below(Patch),
    /// It is a list of these mappings of texts.
    Items(Vec<Patch>),
}

/// What the keys of a mapping are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// The names of fields.
    Fields,
    /// The names of subcomponents.
    Names,
    /// Keys of values.
    Values,
}

impl Patch {
    /// Returns the fields that have these texts.
    pub fn of_texts(texts: &[(&'static str, &str)]) -> Self {
        let entry =
            |(name, text): &(&str, &str)| ((*name).to_owned(), Change::Text((*text).to_owned()));
        Self { entries: texts.iter().map(entry).collect() }
    }

    /// Adds a text at a path of keys. Paths come in their order, and none leads through another.
    pub fn add(&mut self, path: &[String], text: &str) {
        let Some((key, below)) = path.split_first() else {
            return;
        };
        if below.is_empty() {
            return self.entries.push((key.clone(), Change::Text(text.to_owned())));
        }
        if let Some((last, Change::Below(patch))) = self.entries.last_mut()
            && last == key
        {
            return patch.add(below, text);
        }
        let mut inner = Self::default();
        inner.add(below, text);
        self.entries.push((key.clone(), Change::Below(inner)));
    }
}

impl Level {
    /// Returns what the keys below a key are.
    pub(crate) fn below(self, key: &str) -> Self {
        match self {
            Self::Fields if key == "subcomponents" => Self::Names,
            Self::Names => Self::Fields,
            Self::Fields | Self::Values => Self::Values,
        }
    }

    /// Tells whether a name in a file means a key.
    // As Go does, fields of JSON are found without regard to case.
    pub(crate) fn means(self, format: Format, name: &str, key: &str) -> bool {
        match (self, format) {
            (Self::Fields, Format::Json) => name.eq_ignore_ascii_case(key),
            (Self::Fields, Format::Yaml) | (Self::Names | Self::Values, _) => name == key,
        }
    }
}
