//! Changes to the list of subcomponents.

use crate::edit::file::Format;
use crate::edit::preserve::draft::{Draft, is_nothing};
use crate::edit::preserve::patch::{Change, Level, Patch};
use crate::edit::preserve::{Reason, Refusal};
use crate::yaml::{Piece, Shape};
use std::collections::BTreeSet;

/// The field whose list it is.
const SUBCOMPONENTS: &str = "subcomponents";

/// The list as it stands.
struct List<'a> {
    value: &'a Piece,
    items: &'a [Piece],
    is_flow: bool,
}

impl<'a> Draft<'a> {
    /// Puts an item in the place of the one with this number, or behind the last one.
    pub fn put_item(&mut self, number: Option<usize>, item: &Patch) -> Result<(), Refusal> {
        let Some(list) = self.list()? else {
            let entry = (SUBCOMPONENTS.to_owned(), Change::Items(vec![item.clone()]));
            return self.change(&Patch { entries: vec![entry] });
        };
        match number.and_then(|number| list.items.get(number)) {
            Some(old) => self.replace_item(old, item),
            None => self.add_item(&list, item),
        }
    }

    /// Makes changes to the entries of the item with this number.
    pub fn change_item(&mut self, number: usize, item: &Patch) -> Result<(), Refusal> {
        match self.list()?.and_then(|list| list.items.get(number)) {
            Some(old) if is_nothing(old) => self.replace_item(old, item),
            Some(old) => self.mapping(old, item, Level::Fields),
            None => Ok(()),
        }
    }

    /// Removes the items with these numbers.
    pub fn remove_items(&mut self, gone: &BTreeSet<usize>) -> Result<(), Refusal> {
        let Some(list) = self.list()?.filter(|_| !gone.is_empty()) else {
            return Ok(());
        };
        let is_kept = |number: &usize| !gone.contains(number);
        let first_kept = (0..list.items.len()).find(is_kept);
        match (first_kept, list.is_flow) {
            (None, true) => {
                self.replace(list.value.content..list.value.end, "[]");
                Ok(())
            }
            (None, false) => self.collapse(list.value, "[]"),
            (Some(_), false) => {
                let items = gone.iter().filter_map(|number| list.items.get(*number));
                items.into_iter().try_for_each(|item| self.remove_lines(item))
            }
            (Some(first_kept), true) => {
                for number in gone {
                    self.remove_from_flow(list.items, *number, *number > first_kept);
                }
                Ok(())
            }
        }
    }

    /// Returns the list, if it holds anything.
    fn list(&self) -> Result<Option<List<'a>>, Refusal> {
        let sheet = self.sheet;
        let Some(Shape::Mapping { entries, .. }) = sheet.root.as_ref().map(|root| &root.shape)
        else {
            return Ok(None);
        };
        let value = self.find(entries, Level::Fields, SUBCOMPONENTS)?;
        let Some(value) = value.filter(|value| !is_nothing(value)) else {
            return Ok(None);
        };
        match &value.shape {
            Shape::Sequence { flow, items } => Ok(Some(List { value, items, is_flow: *flow })),
            Shape::Alias(_) => Err(self.refusal(value, Reason::Alias)),
            Shape::Scalar { .. } | Shape::Mapping { .. } => {
                Err(self.refusal(value, Reason::Meaning))
            }
        }
    }

    /// Returns the blanks in front of the hyphen of an item that begins its line.
    fn before_hyphen(&self, item: &Piece) -> Result<&'a str, Refusal> {
        let sheet = self.sheet;
        let before = sheet.text.get(sheet.line_start(item.start)..item.start).unwrap_or_default();
        let blanks = before.trim_end_matches(' ').strip_suffix('-');
        let blanks = blanks.filter(|blanks| blanks.bytes().all(|byte| byte == b' '));
        blanks.ok_or_else(|| self.refusal(item, Reason::Line))
    }

    fn add_item(&mut self, list: &List<'_>, item: &Patch) -> Result<(), Refusal> {
        let (Some(first), Some(end)) = (list.items.first(), list.items.last()) else {
            return Err(self.refusal(list.value, Reason::Meaning));
        };
        if list.is_flow {
            let indent = self.json_indent(end);
            let object = self.object(item, indent);
            self.append(end, end, &[object]);
            return Ok(());
        }
        let lines = self.item_lines(std::slice::from_ref(item), self.before_hyphen(first)?);
        self.insert_lines(end.end, &lines);
        Ok(())
    }

    fn replace_item(&mut self, old: &Piece, item: &Patch) -> Result<(), Refusal> {
        let new = match &old.shape {
            Shape::Mapping { flow: false, .. } => {
                let prefix = self.sheet.block_prefix(old.start);
                let prefix = prefix.ok_or_else(|| self.refusal(old, Reason::Line))?;
                self.lines(&item.entries, &prefix).join(self.newline).trim_start().to_owned()
            }
            Shape::Mapping { flow: true, .. } => self.object(item, self.json_indent(old)),
            Shape::Alias(_) => return Err(self.refusal(old, Reason::Alias)),
            Shape::Scalar { .. } | Shape::Sequence { .. } => {
                return Err(self.refusal(old, Reason::Line));
            }
        };
        self.replace(old.start..old.end, new);
        Ok(())
    }

    /// Returns the indentation for an object of JSON that stands like this one.
    fn json_indent(&self, like: &Piece) -> Option<&'a str> {
        let is_json = self.sheet.format == Format::Json;
        let has_lines = self.sheet.text.get(like.content..like.end)?.contains('\n');
        self.sheet.prefix(like.start).filter(|_| is_json && has_lines)
    }

    fn remove_lines(&mut self, item: &Piece) -> Result<(), Refusal> {
        self.before_hyphen(item)?;
        let from = self.sheet.previous_line_end(item.start);
        let from = from.ok_or_else(|| self.refusal(item, Reason::Line))?;
        self.replace(from..self.sheet.line_end(item.end), "");
        Ok(())
    }

    /// Removes an item with a comma: the one in front of it where an item stays there.
    fn remove_from_flow(&mut self, items: &[Piece], number: usize, is_behind_kept: bool) {
        let neighbour = if is_behind_kept { number.checked_sub(1) } else { Some(number + 1) };
        let neighbour = neighbour.and_then(|neighbour| items.get(neighbour));
        if let (Some(item), Some(neighbour)) = (items.get(number), neighbour) {
            let gone =
                if is_behind_kept { neighbour.end..item.end } else { item.start..neighbour.start };
            self.replace(gone, "");
        }
    }
}
